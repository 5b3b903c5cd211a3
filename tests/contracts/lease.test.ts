import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Board } from '../../src/adapters/board/board.ts'
import { BoardUnavailable } from '../../src/domain/errors.ts'
import { type BoardBench, boardVariants } from '../adapters/board/benches.ts'
import { appendNext, begun, claimed } from '../adapters/board/steps.ts'

for (const variant of boardVariants) {
  describe.skipIf(variant.skip)(`lease: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: BoardBench
    let one: Board
    let other: Board
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.bench()
      one = await bench.opened()
      other = await bench.opened()
    })
    afterEach(() => bench.release())

    test('is given to one owner, and to no other while it lasts', async () => {
      expect(await one.lease.claim()).toMatchObject({ held: true })
      expect(await other.lease.claim()).toMatchObject({ held: false })
      expect(await other.lease.claim()).toMatchObject({ held: false })
    })

    test('tells its holder and those whom it refuses one time, that of the shared system', async () => {
      const claims = [await one.lease.claim(), await other.lease.claim(), await one.lease.claim()]
      expect(claims.map(({ held }) => held)).toEqual([true, false, true])
      const toldMs = claims.map(({ nowMs }) => nowMs)
      expect(toldMs).toEqual(toldMs.toSorted((a, b) => a - b))
      expect(toldMs.every(Number.isSafeInteger)).toBe(true)
      expect(Math.max(...toldMs) - Math.min(...toldMs)).toBeLessThan(60_000)
      const { epoch } = await begun(one, await claimed(one))
      expect(Math.abs(Number(epoch) - Math.max(...toldMs))).toBeLessThan(60_000)
    })

    test('is given to exactly one of many who ask at once', async () => {
      const boards = [one, other, await bench.opened(), await bench.opened(), await bench.opened()]
      const claims = await Promise.all(boards.map((board) => board.lease.claim()))
      expect(claims.filter(({ held }) => held)).toHaveLength(1)
    })

    test('may be claimed again by its owner, whose fence stays good', async () => {
      const first = await claimed(one)
      const { epoch } = await begun(one, first)
      const second = await claimed(one)
      expect(second.fence).toBeGreaterThanOrEqual(first.fence)
      expect(second).toMatchObject({ head: { epoch, seq: 0 }, continues: true })
      expect(await appendNext(one, { fence: first.fence, epoch, seq: 1 })).toBe('ok')
      expect(await appendNext(one, { fence: second.fence, epoch, seq: 2 })).toBe('ok')
    })

    test('can be had by another when its time is over', async () => {
      await claimed(one)
      await bench.expireLease()
      expect(await other.lease.claim()).toMatchObject({ held: true })
      expect(await one.lease.claim()).toMatchObject({ held: false })
    })

    test('gives a larger fence to every next owner', async () => {
      const fences: number[] = []
      for (let turn = 0; turn < 6; turn++) {
        fences.push((await claimed(turn % 2 === 0 ? one : other)).fence)
        await bench.expireLease()
      }
      expect(fences).toEqual([...new Set(fences)].sort((a, b) => a - b))
      expect(fences.every(Number.isSafeInteger)).toBe(true)
    })

    test('gives larger fences also after the shared system has lost everything', async ({ skip }) => {
      if (bench.loseEverything === null) return skip('nothing outlives the process')
      const before = await claimed(one)
      await begun(one, before)
      await bench.loseEverything()
      const after = await claimed(other)
      expect(after.fence).toBeGreaterThan(before.fence)
      expect(after).toMatchObject({ head: null, continues: false })
    })

    test('knows no head before the first epoch, and nothing to continue', async () => {
      expect(await one.lease.claim()).toMatchObject({ head: null, continues: false })
    })

    test('tells a new owner the newest position, from which it may continue', async () => {
      const { fence } = await claimed(one)
      const { epoch } = await begun(one, { fence })
      await appendNext(one, { fence, epoch, seq: 1 })
      await bench.expireLease()
      expect(await other.lease.claim()).toMatchObject({ held: true, head: { epoch, seq: 1 }, continues: true })
    })

    test('tells everybody the note that was left last, a successor too', async () => {
      expect(await one.lease.claim()).toMatchObject({ held: true, note: null })
      expect(await one.lease.leave('first')).toBe(true)
      expect(await one.lease.leave('{"é": "\\n"}')).toBe(true)
      expect(await other.lease.claim()).toMatchObject({ held: false, note: '{"é": "\\n"}' })
      await bench.expireLease()
      expect(await other.lease.claim()).toMatchObject({
        held: true,
        note: '{"é": "\\n"}',
        head: null,
        continues: false,
      })
    })

    test('takes no note of anybody but its holder', async () => {
      expect(await one.lease.leave('too early')).toBe(false)
      await claimed(one)
      expect(await other.lease.leave("another's")).toBe(false)
      await bench.expireLease()
      expect(await one.lease.leave('too late')).toBe(false)
      expect(await other.lease.claim()).toMatchObject({ note: null })
    })

    test('keeps its note through ticks and into a new epoch', async () => {
      const { fence } = await claimed(one)
      await one.lease.leave('calls')
      const { epoch } = await begun(one, { fence })
      await appendNext(one, { fence, epoch, seq: 1 })
      expect(await one.lease.claim()).toMatchObject({ note: 'calls', head: { epoch, seq: 1 } })
      await begun(one, { fence, after: epoch })
      await one.lease.release()
      expect(await other.lease.claim()).toMatchObject({ held: true, note: 'calls' })
    })

    test('given up is free at once', async () => {
      await claimed(one)
      await one.lease.release()
      expect(await other.lease.claim()).toMatchObject({ held: true })
    })

    test("is not given up by another's release, nor by one that comes too late", async () => {
      await one.lease.release()
      await claimed(one)
      await other.lease.release()
      expect(await other.lease.claim()).toMatchObject({ held: false })
      await bench.expireLease()
      await claimed(other)
      await one.lease.release()
      expect(await one.lease.claim()).toMatchObject({ held: false })
    })

    test('is BoardUnavailable after close, and outlives it', async () => {
      await claimed(one)
      await one.close()
      await one.close()
      await expect(one.lease.claim()).rejects.toThrow(BoardUnavailable)
      await expect(one.lease.leave('calls')).rejects.toThrow(BoardUnavailable)
      await expect(one.lease.release()).rejects.toThrow(BoardUnavailable)
      expect(await other.lease.claim()).toMatchObject({ held: false })
    })
  })
}
