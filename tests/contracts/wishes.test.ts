import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Board } from '../../src/adapters/board/board.ts'
import { redisBoard } from '../../src/adapters/board/redis.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { BoardUnavailable } from '../../src/domain/errors.ts'
import type { Wish } from '../../src/ports/wishes.ts'
import { type BoardBench, boardVariants } from '../adapters/board/benches.ts'
import { memoryLog } from '../support/log.ts'
import { redisForTests } from '../support/redis.ts'
import { awakeMs } from '../support/stalls.ts'

const never = new AbortController().signal
const FIG = 'solana:So11111111111111111111111111111111111111112'

const wishFor = (...queries: readonly string[]): Wish => ({ queries, tokens: [], sinceMs: null })

for (const variant of boardVariants) {
  describe.skipIf(variant.skip)(`wishes: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: BoardBench
    let hearer: Board
    let teller: Board
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.bench()
      hearer = await bench.opened()
      teller = await bench.opened()
    })
    afterEach(() => bench.release())

    /** Hears until there are so many, or nothing more comes. */
    const hearAll = async (after: string | null, count: number) => {
      const all: Wish[] = []
      let mark = after
      while (all.length < count) {
        const heard = await hearer.wishes.hear(mark, never)
        if (heard.wishes.length === 0) break
        mark = heard.mark
        all.push(...heard.wishes)
      }
      return { mark, wishes: all }
    }

    test('what was told is heard whole, in order', async () => {
      const told: Wish[] = [
        { queries: ['fig', 'ünï "q" \n'], tokens: [FIG], sinceMs: 1_790_000_000_000 },
        wishFor('plum'),
        wishFor(),
      ]
      for (const wish of told) await teller.wishes.tell(wish)
      expect((await hearAll(null, told.length)).wishes).toEqual(told)
    })

    test('who waits hears what is told then, also by itself', async () => {
      for (const board of [teller, hearer]) {
        const { mark } = await hearAll(null, board === teller ? 0 : 1)
        const hearing = hearer.wishes.hear(mark, never)
        await bench.untilReading(hearing)
        await board.wishes.tell(wishFor('fig'))
        expect((await hearing).wishes).toEqual([wishFor('fig')])
      }
    })

    test('nothing told after a mark is missed, nor anything before it heard again', async () => {
      await teller.wishes.tell(wishFor('1'))
      const first = await hearAll(null, 1)
      for (const text of ['2', '3']) await teller.wishes.tell(wishFor(text))
      const second = await hearAll(first.mark, 2)
      expect(second.wishes).toEqual([wishFor('2'), wishFor('3')])
      await teller.wishes.tell(wishFor('4'))
      expect((await hearAll(second.mark, 1)).wishes).toEqual([wishFor('4')])
    })

    test('a successor hears what its predecessor has heard', async () => {
      await teller.wishes.tell(wishFor('1'))
      await hearAll(null, 1)
      const successor = bench.open()
      expect((await successor.wishes.hear(null, never)).wishes).toEqual([wishFor('1')])
    })

    test('a mark says the same to another', async () => {
      await teller.wishes.tell(wishFor('1'))
      const { mark } = await hearAll(null, 1)
      await teller.wishes.tell(wishFor('2'))
      expect((await teller.wishes.hear(mark, never)).wishes).toEqual([wishFor('2')])
    })

    test('nothing is heard when nothing comes, after about a second, and the mark stands', async () => {
      await teller.wishes.tell(wishFor('1'))
      const { mark } = await hearAll(null, 1)
      const hearing = hearer.wishes.hear(mark, never)
      await bench.untilReading(hearing)
      await bench.passReadWait()
      expect(await hearing).toEqual({ mark, wishes: [] })
    })

    test('whoever stops waiting need not wait for the end of it', async () => {
      const stop = new AbortController()
      const hearing = hearer.wishes.hear(null, stop.signal)
      await bench.untilReading(hearing)
      const startedMs = awakeMs()
      stop.abort()
      expect((await hearing).wishes).toEqual([])
      expect((await hearer.wishes.hear(null, stop.signal)).wishes).toEqual([])
      expect(awakeMs() - startedMs).toBeLessThan(500)
    })

    test('a thousand are kept, and not many more', async () => {
      for (let n = 0; n < 1_500; n += 500) {
        await Promise.all(Array.from({ length: 500 }, (_, i) => teller.wishes.tell(wishFor(`${n + i}`))))
      }
      const kept: Wish[] = []
      for (let mark: string | null = null; kept.at(-1)?.queries[0] !== '1499'; ) {
        const heard = await hearer.wishes.hear(mark, never)
        kept.push(...heard.wishes)
        mark = heard.mark
      }
      expect(kept.length).toBeGreaterThanOrEqual(1_000)
      expect(kept.length).toBeLessThanOrEqual(1_200)
    })

    const whyNot = variant.name === 'memory' ? '' : ' (skipped: the time of Redis is real)'
    test.skipIf(whyNot !== '')(`what was told more than five minutes ago is not heard${whyNot}`, async () => {
      await teller.wishes.tell(wishFor('1'))
      for (let second = 0; second < 200; second++) await bench.passReadWait()
      await teller.wishes.tell(wishFor('2'))
      for (let second = 0; second < 200; second++) await bench.passReadWait()
      expect((await hearer.wishes.hear(null, never)).wishes).toEqual([wishFor('2')])
    })

    test('telling does not wait behind hearing', async () => {
      const hearing = hearer.wishes.hear(null, never)
      await bench.untilReading(hearing)
      const startedMs = awakeMs()
      await hearer.lease.claim()
      await hearer.wishes.tell(wishFor('fig'))
      expect(awakeMs() - startedMs).toBeLessThan(500)
      expect((await hearing).wishes).toEqual([wishFor('fig')])
    })

    test('everything is unavailable once the board is closed, waiting or not', async () => {
      const hearing = hearer.wishes.hear(null, never)
      await bench.untilReading(hearing)
      await hearer.close()
      await expect(hearing).rejects.toThrow(BoardUnavailable)
      await expect(hearer.wishes.hear(null, never)).rejects.toThrow(BoardUnavailable)
      await expect(hearer.wishes.tell(wishFor('fig'))).rejects.toThrow(BoardUnavailable)
    })
  })
}

const access = redisForTests()

describe.skipIf(access.skip)(`wishes: redis${access.why}`, () => {
  test('what this program did not write is not heard, and stops nothing', async () => {
    const redis = await access.open()
    onTestFinished(redis.release)
    const keyPrefix = `tt:board-${randomUUID()}`
    const options = { url: redis.url, keyPrefix, log: memoryLog(), clock: systemClock(), leaseTtlMs: 1_000 }
    const board = redisBoard({ ...options, owner: randomUUID() })
    const admin = createClient({ url: redis.url, RESP: 2 })
    onTestFinished(async () => {
      admin.destroy()
      await board.close()
    })
    await admin.connect()
    const garbage = ['', 'garbage', 'null', '5', '{}', '{"queries":[]}', '{"queries":"a","tokens":[]}']
    garbage.push('{"queries":[5],"tokens":[]}', '{"queries":[],"tokens":[null]}')
    for (const wish of garbage) await admin.xAdd(`{${keyPrefix}}:wishes`, '*', { wish })
    await admin.xAdd(`{${keyPrefix}}:wishes`, '*', { other: 'field' })
    await admin.xAdd(`{${keyPrefix}}:wishes`, '*', {
      wish: '{"queries":["a"],"tokens":["nonsense"],"sinceMs":"now","more":1}',
    })
    await board.wishes.tell({ queries: ['b'], tokens: [FIG], sinceMs: 0 })
    expect((await board.wishes.hear(null, never)).wishes).toEqual([
      { queries: ['a'], tokens: [], sinceMs: null },
      { queries: ['b'], tokens: [FIG], sinceMs: 0 },
    ])
    await admin.del(`{${keyPrefix}}:wishes`)
  })
})
