import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { Board } from '../../src/adapters/board/board.ts'
import { BoardUnavailable } from '../../src/domain/errors.ts'
import { type BoardBench, boardVariants } from '../adapters/board/benches.ts'
import { appendUpTo, begun, claimed } from '../adapters/board/steps.ts'

for (const variant of boardVariants) {
  describe.skipIf(variant.skip)(`snapshot store: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: BoardBench
    let holder: Board
    let other: Board
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.bench()
      holder = await bench.opened()
      other = await bench.opened()
    })
    afterEach(() => bench.release())

    /** An epoch with three ticks. */
    const epochOf = async (board: Board) => {
      const { fence } = await claimed(board)
      const { epoch } = await begun(board, { fence })
      await appendUpTo(board, { fence, epoch, last: 3 })
      return { fence, epoch }
    }

    test('has nothing at first', async () => {
      expect(await holder.snapshots.load()).toBeNull()
    })

    test('holds the board that an epoch began with', async () => {
      const { fence } = await claimed(holder)
      const { epoch } = await begun(holder, { fence })
      expect(await other.snapshots.load()).toEqual({ epoch, seq: 0, body: ['the board at 0'] })
    })

    test('gives everybody what the holder saved, text by text, to the last character', async () => {
      const at = await epochOf(holder)
      const rows = Array.from({ length: 20_000 }, (_, row) => row / 7)
      const body = [JSON.stringify(rows), 'a\u0000 ä 😀 \u2028 \r', '', ' ', 'two\nlines']
      expect(await holder.snapshots.save({ ...at, seq: 2, body })).toBe(true)
      expect(await other.snapshots.load()).toEqual({ epoch: at.epoch, seq: 2, body })
      expect(await holder.snapshots.save({ ...at, seq: 3, body: [] })).toBe(true)
      expect(await other.snapshots.load()).toEqual({ epoch: at.epoch, seq: 3, body: [] })
    })

    test('takes only a newer one of the same epoch', async () => {
      const at = await epochOf(holder)
      expect(await holder.snapshots.save({ ...at, seq: 2, body: ['two'] })).toBe(true)
      expect(await holder.snapshots.save({ ...at, seq: 2, body: ['two again'] })).toBe(false)
      expect(await holder.snapshots.save({ ...at, seq: 1, body: ['one'] })).toBe(false)
      expect((await other.snapshots.load())?.body).toEqual(['two'])
      expect(await holder.snapshots.save({ ...at, seq: 3, body: ['three'] })).toBe(true)
    })

    test('refuses one of an epoch that is not the current one, and forgets it when the next begins', async () => {
      const old = await epochOf(holder)
      await holder.snapshots.save({ ...old, seq: 3, body: ['old'] })
      const { epoch } = await begun(holder, old)
      expect(await other.snapshots.load()).toEqual({ epoch, seq: 0, body: ['the board at 0'] })
      expect(await holder.snapshots.save({ ...old, seq: 4, body: ['late'] })).toBe(false)
      expect(await holder.snapshots.save({ ...old, epoch: `${Number(epoch) + 1}`, seq: 4, body: ['early'] })).toBe(
        false,
      )
      expect((await other.snapshots.load())?.seq).toBe(0)
    })

    test('refuses an owner whose lease another has claimed, even if that one has written nothing yet', async () => {
      const at = await epochOf(holder)
      await bench.expireLease()
      const { fence } = await claimed(other)
      expect(await holder.snapshots.save({ ...at, seq: 2, body: ['late'] })).toBe(false)
      await bench.expireLease()
      expect(await holder.snapshots.save({ ...at, seq: 2, body: ['late'] })).toBe(false)
      await claimed(other)
      expect(await other.snapshots.save({ ...at, fence, seq: 2, body: ['old fence'] })).toBe(false)
    })

    test('refuses a position that is none as a mistake', async () => {
      const at = await epochOf(holder)
      await expect(holder.snapshots.save({ ...at, epoch: 'solo', seq: 1, body: [] })).rejects.toThrow(RangeError)
      await expect(holder.snapshots.save({ ...at, seq: -1, body: [] })).rejects.toThrow(RangeError)
    })

    test('is BoardUnavailable after close', async () => {
      const at = await epochOf(holder)
      await holder.close()
      await expect(holder.snapshots.load()).rejects.toThrow(BoardUnavailable)
      await expect(holder.snapshots.save({ ...at, seq: 2, body: [] })).rejects.toThrow(BoardUnavailable)
    })
  })
}
