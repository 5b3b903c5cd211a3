import { describe, expect, test } from 'vitest'
import { backfilling } from '../../../src/app/usecases/prices/backfilling.ts'
import { priceTrends } from '../../../src/app/usecases/prices/trends.ts'
import { SourceError, type SourceFailure } from '../../../src/domain/errors.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import type { CandleSource, MinutesQuestion, PastMinute } from '../../../src/ports/candle-source.ts'
import { row } from '../../domain/tokens/rows.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { token } from '../../support/live-tokens.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'
import { watchedBoard } from '../../support/watched-board.ts'

const FIG = token(1)
const PLUM = token(2)
const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 168 * HOUR_MS

/** Keeps a minute at 2 USD every so many minutes, back to the beginning of time. */
interface Archive extends CandleSource {
  readonly asked: MinutesQuestion[]
  everyMinutes: number
  /** An hour without a trade. */
  silentFromMs: number | null
  priceUsd: number
  failure: SourceFailure | null
}

function archive(): Archive {
  const minute = (openTimeMs: number, price: number): PastMinute => {
    return { openTimeMs, open: price, high: price, low: price, close: price }
  }
  const self: Archive = {
    name: 'geckoterminal',
    minutesMax: 1000,
    asked: [],
    everyMinutes: 1,
    silentFromMs: null,
    priceUsd: 2,
    failure: null,
    supports: (network) => network === 'solana',
    async minutes(question) {
      self.asked.push(question)
      if (self.failure !== null) throw new SourceError(self.failure, 'as told')
      const stepMs = self.everyMinutes * MINUTE_MS
      const newestMs = Math.ceil(question.beforeMs / stepMs) * stepMs - stepMs
      const silentMs = self.silentFromMs ?? Number.POSITIVE_INFINITY
      const times = Array.from({ length: question.limit + 60 }, (_, i) => newestMs - i * stepMs)
      const traded = times.filter((time) => time < silentMs || time >= silentMs + HOUR_MS)
      return traded
        .slice(0, question.limit)
        .map((time) => minute(time, self.priceUsd))
        .reverse()
    },
  }
  return self
}

/** FIG and PLUM on the board at 2 USD, PLUM the more traded one; nothing recorded. */
function stage() {
  const clock = fakeClock(Date.UTC(2026, 10, 20, 12, 30))
  const store = memoryPriceStore()
  const board = watchedBoard()
  const log = memoryLog()
  const source = archive()
  const trends = priceTrends({ store, clock, log })
  const filling = backfilling({ board, source, store, trends, clock, log })
  const list = (id: TokenId, said: Partial<TokenRow> = {}) => {
    board.pools.set(id, `pool of ${id}`)
    board.show(clock.nowMs(), [row(id, { status: 'ok', priceUsd: 2, symbol: 'X', ...said })])
  }
  const volume = (usd: number) => ({ '5m': null, '1h': null, '6h': null, '24h': usd, '7d': null })
  list(FIG, { volumeUsd: volume(1) })
  list(PLUM, { volumeUsd: volume(2) })
  const start = async (forMs: number) => {
    trends.start(board)
    await clock.advance(0)
    filling.start()
    await clock.advance(forMs)
  }
  const messages = () => log.lines.filter(({ level }) => level !== 'debug').map(({ message }) => message)
  return { clock, store, board, source, trends, filling, list, start, messages, nowMs: clock.nowMs() }
}

test('the week of every token is asked for first, that of the most traded one before the others, then the day', async () => {
  const { start, source, nowMs } = stage()
  await start(MINUTE_MS)
  const asked = source.asked.map((question) => [question.token, Math.round((nowMs - question.beforeMs) / HOUR_MS)])
  expect(asked).toEqual([
    [PLUM, 152],
    [FIG, 152],
    [PLUM, 1],
    [PLUM, 18],
    [FIG, 1],
    [FIG, 18],
  ])
  expect(source.asked[0]).toMatchObject({ pool: `pool of ${PLUM}`, limit: 1000 })
})

test('what was filled in becomes the change of seven days and the points of the day', async () => {
  const { start, trends, nowMs } = stage()
  await start(2 * MINUTE_MS)
  expect(trends.of(FIG)).toEqual({
    weekAgo: { priceUsd: 2, atMs: nowMs - WEEK_MS + 2 * MINUTE_MS },
    spark: Array(24).fill(2),
  })
})

test('only minutes that are over and not yet recorded are written, without a volume', async () => {
  const { start, store, clock, nowMs } = stage()
  const recordedMs = nowMs - 195 * MINUTE_MS
  const record = { openTimeMs: recordedMs, open: 3, high: 3, low: 3, close: 3, volume: null, marketCap: null }
  await store.recordMinutes([{ id: FIG, symbol: null, name: null, record }], nowMs)
  await start(2 * MINUTE_MS)
  const range = { fromMs: recordedMs, toMs: nowMs + HOUR_MS }
  const pieces = await store.pieces({ kind: 'token', id: FIG }, '1m', range, clock.nowMs() + HOUR_MS, 1000)
  expect(pieces[0]).toMatchObject({ openTimeMs: recordedMs, close: 3, revision: 1 })
  expect(pieces[1]).toMatchObject({ close: 2, volume: null, marketCap: null })
  expect((pieces.at(-1)?.openTimeMs ?? 0) + MINUTE_MS).toBeLessThanOrEqual(clock.nowMs())
})

test('an hour without a trade is asked about once, like the hours around it', async () => {
  const { start, source, trends, nowMs } = stage()
  source.silentFromMs = nowMs - 150 * MINUTE_MS
  await start(10 * MINUTE_MS)
  expect(source.asked).toHaveLength(6)
  expect(
    trends
      .of(FIG)
      ?.spark?.map((point) => point === null)
      .lastIndexOf(true),
  ).toBe(22)
})

test('a silent market is asked about once, and again after six hours', async () => {
  const { start, source, clock } = stage()
  source.everyMinutes = 100_000
  await start(HOUR_MS)
  expect(source.asked).toHaveLength(4)
  await clock.advance(6 * HOUR_MS)
  expect(source.asked).toHaveLength(8)
})

test('as time goes on, a later part of the past week is asked for, and only then', async () => {
  const { start, source, clock, trends } = stage()
  await start(15 * HOUR_MS)
  const weeks = () => source.asked.filter(({ beforeMs }) => clock.nowMs() - beforeMs > 48 * HOUR_MS).length
  expect([weeks(), trends.of(FIG)?.weekAgo?.priceUsd]).toEqual([2, 2])
  await clock.advance(4 * HOUR_MS)
  expect([weeks(), trends.of(FIG)?.weekAgo?.priceUsd]).toEqual([4, 2])
})

describe('a token is left alone', () => {
  test.each([
    ['without a price', { status: 'unknown', priceUsd: null }],
    ['whose price is old', { status: 'stale' }],
    ['whose price is doubted', { status: 'held' }],
    ['about whose price the sources do not agree', { status: 'disputed' }],
  ] as const)('%s', async (_, said) => {
    const { start, source, list } = stage()
    list(FIG, said)
    list(PLUM, said)
    await start(MINUTE_MS)
    expect(source.asked).toEqual([])
  })

  test('of a network that the source does not know, or without a pool', async () => {
    const { start, source, board } = stage()
    const address = '0x00000000000000000000000000000000000000aa' as const
    board.show(0, [row(`ethereum:${address}`, { status: 'ok', priceUsd: 2 })], [FIG])
    board.pools.delete(PLUM)
    await start(MINUTE_MS)
    expect(source.asked).toEqual([])
  })

  test('for an hour after the source had no answer about it, and the others are not', async () => {
    const { start, source, clock } = stage()
    source.failure = 'http_error'
    await start(50 * MINUTE_MS)
    expect(source.asked).toHaveLength(4)
    source.failure = null
    await clock.advance(11 * MINUTE_MS)
    expect(source.asked.length).toBeGreaterThan(4)
  })
})

test.each(['rate_limited', 'circuit_open'] as const)(
  'the source is left alone for a minute when it is %s',
  async (failure) => {
    const { start, source, clock } = stage()
    source.failure = failure
    await start(50_000)
    expect(source.asked).toHaveLength(1)
    source.failure = null
    await clock.advance(11_000)
    expect(source.asked).toHaveLength(2)
  },
)

test('nothing is asked while there is no call to spare, one question in five seconds when there are many', async () => {
  const { start, board, source, clock } = stage()
  board.spare = 0
  await start(MINUTE_MS)
  expect(source.asked).toEqual([])
  board.spare = 2
  await clock.advance(4_999)
  expect(source.asked.length).toBeLessThanOrEqual(1)
  await clock.advance(MINUTE_MS)
  expect(source.asked).toHaveLength(2)
})

test('prices more than ten times off are refused, and the log says so', async () => {
  const { start, source, store, messages } = stage()
  source.priceUsd = 20.1
  await start(MINUTE_MS)
  expect(await store.tokens()).toEqual([])
  expect(messages()).toContain('past prices refused')
})

test('nothing is asked while the store is away, and nothing by an instance that follows', async () => {
  const { start, source, store, board, clock, trends } = stage()
  await start(0)
  store.fail('away')
  source.asked.length = 0
  await clock.advance(MINUTE_MS)
  store.fail(null)
  trends.stop()
  board.deciding = false
  await clock.advance(HOUR_MS)
  expect(source.asked).toEqual([])
})

test('after the end nothing is asked', async () => {
  const { start, source, filling, clock } = stage()
  await start(0)
  filling.stop()
  await clock.advance(HOUR_MS)
  expect(source.asked.length).toBeLessThanOrEqual(1)
})
