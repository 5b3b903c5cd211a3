import { expect, test } from 'vitest'
import { priceTrends } from '../../../src/app/usecases/prices/trends.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { PriceStore } from '../../../src/ports/price-store.ts'
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

/** Half past an hour, with FIG on the board; not started. */
function stage() {
  const clock = fakeClock(Date.UTC(2026, 10, 20, 12, 30))
  const store = memoryPriceStore()
  const asked: { readonly ids: readonly string[]; readonly atMs: number }[] = []
  const closesAt: PriceStore['closesAt'] = (ids, atMs, withinMs) => {
    asked.push({ ids, atMs })
    return store.closesAt(ids, atMs, withinMs)
  }
  const log = memoryLog()
  const trends = priceTrends({ store: { closesAt, state: store.state }, clock, log })
  const board = watchedBoard()
  const list = (...ids: readonly TokenId[]) =>
    board.show(
      clock.nowMs(),
      ids.map((id) => row(id)),
    )
  list(FIG)
  const write = async (id: TokenId, openTimeMs: number, price: number) => {
    const record = { openTimeMs, open: price, high: price, low: price, close: price, volume: null, marketCap: null }
    await store.recordMinutes([{ id, symbol: null, name: null, record }], clock.nowMs())
  }
  /** Begins to look, and has looked once. */
  const start = async () => {
    trends.start(board)
    await clock.advance(0)
  }
  return { clock, store, asked, log, trends, board, list, write, start, nowMs: clock.nowMs() }
}

test('the price of a week ago is the last one recorded in the hour before', async () => {
  const { start, trends, write, nowMs } = stage()
  await write(FIG, nowMs - WEEK_MS - 50 * MINUTE_MS, 4)
  await start()
  expect(trends.of(FIG)?.weekAgo).toEqual({ priceUsd: 4, atMs: nowMs - WEEK_MS })
})

test('nothing is claimed of a week ago when nothing is recorded in the hour before', async () => {
  const { start, trends, write, nowMs } = stage()
  await write(FIG, nowMs - WEEK_MS - 61 * MINUTE_MS, 4)
  await write(FIG, nowMs - WEEK_MS, 5)
  await start()
  expect(trends.of(FIG)).toEqual({ weekAgo: null, spark: null })
})

test('the points are the last closes of 24 whole hours, null where nothing is recorded', async () => {
  const { start, trends, write, nowMs } = stage()
  const noonMs = nowMs - 30 * MINUTE_MS
  await write(FIG, noonMs - MINUTE_MS, 12)
  await write(FIG, noonMs - 23 * HOUR_MS - MINUTE_MS, 1)
  await write(FIG, noonMs - 24 * HOUR_MS - MINUTE_MS, 9)
  await write(FIG, noonMs, 13)
  await start()
  expect(trends.of(FIG)?.spark).toEqual([1, ...Array(22).fill(null), 12])
})

test('an hour becomes a point once its last prices have had the time to be recorded', async () => {
  const { start, clock, trends, write, nowMs } = stage()
  await write(FIG, nowMs, 13)
  await start()
  await clock.advance(31 * MINUTE_MS)
  expect(trends.of(FIG)?.spark).toBeNull()
  await write(FIG, nowMs + 29 * MINUTE_MS, 14)
  await clock.advance(3 * MINUTE_MS)
  expect(trends.of(FIG)?.spark?.at(-1)).toBe(14)
})

test('what was recorded late of the newest hour is found, and the token is among the changed ones', async () => {
  const { start, clock, trends, write, nowMs } = stage()
  await start()
  trends.takeChanged()
  await write(FIG, nowMs - 31 * MINUTE_MS, 12)
  await clock.advance(MINUTE_MS)
  expect([trends.of(FIG)?.spark?.at(-1), ...trends.takeChanged()]).toEqual([12, FIG])
})

test('all tokens are looked at once a minute, in one question, and in one more when an hour is over', async () => {
  const { start, clock, asked, list, write, nowMs } = stage()
  list(PLUM)
  await write(FIG, nowMs - 31 * MINUTE_MS, 1)
  await write(PLUM, nowMs - 31 * MINUTE_MS, 1)
  await start()
  asked.length = 0
  await clock.advance(10 * MINUTE_MS)
  expect(asked).toHaveLength(10)
  for (const { ids } of asked) expect(ids).toEqual([FIG, PLUM])
  await clock.advance(20 * MINUTE_MS)
  asked.length = 0
  await clock.advance(2 * MINUTE_MS)
  expect(asked.map(({ atMs }) => atMs)).toContain(nowMs + 30 * MINUTE_MS)
})

test('a token that is new to the board is looked at within seconds, alone', async () => {
  const { start, clock, asked, list, trends } = stage()
  await start()
  asked.length = 0
  list(PLUM)
  await clock.advance(2_000)
  expect(trends.of(PLUM)).toEqual({ weekAgo: null, spark: null })
  expect(new Set(asked.flatMap(({ ids }) => ids))).toEqual(new Set([PLUM]))
})

test('what was written into the past of a token is found when somebody says so', async () => {
  const { start, clock, trends, write, nowMs } = stage()
  await start()
  await write(FIG, nowMs - WEEK_MS - MINUTE_MS, 4)
  await write(FIG, nowMs - 5 * HOUR_MS, 3)
  await clock.advance(10_000)
  expect(trends.of(FIG)).toEqual({ weekAgo: null, spark: null })
  trends.lookAgain([FIG])
  await clock.advance(2_000)
  expect(trends.of(FIG)?.weekAgo?.priceUsd).toBe(4)
  expect(trends.of(FIG)?.spark).toContain(3)
})

test('a token is among the changed ones when its trend is another, and only then', async () => {
  const { start, clock, trends, write, nowMs } = stage()
  await start()
  expect([...trends.takeChanged()]).toEqual([FIG])
  await clock.advance(5 * MINUTE_MS)
  expect(trends.hasChanged()).toBe(false)
  await write(FIG, nowMs - WEEK_MS, 4)
  await clock.advance(2 * MINUTE_MS)
  expect([...trends.takeChanged()]).toEqual([FIG])
})

test('an instance that follows asks nothing and claims nothing', async () => {
  const { start, clock, asked, trends, board } = stage()
  await start()
  board.deciding = false
  await clock.advance(2_000)
  asked.length = 0
  await clock.advance(5 * MINUTE_MS)
  expect([asked, trends.of(FIG), trends.hasChanged()]).toEqual([[], undefined, false])
})

test('a store that is away costs a warning a minute, and what was known stands', async () => {
  const { start, clock, store, trends, write, log, nowMs } = stage()
  await write(FIG, nowMs - WEEK_MS - MINUTE_MS, 4)
  await start()
  store.fail('away')
  await clock.advance(2 * MINUTE_MS)
  expect(trends.of(FIG)?.weekAgo?.priceUsd).toBe(4)
  expect(log.lines.map(({ message }) => message)).toEqual(['past prices not read', 'past prices not read'])
  store.fail(null)
  await clock.advance(2 * MINUTE_MS)
  expect(trends.of(FIG)?.weekAgo).toEqual({ priceUsd: 4, atMs: nowMs - WEEK_MS + 4 * MINUTE_MS })
})

test('what is known of tokens that left the board is forgotten', async () => {
  const { start, clock, board, trends } = stage()
  await start()
  board.show(clock.nowMs(), [row(PLUM)], [FIG])
  await clock.advance(2 * MINUTE_MS)
  expect([trends.of(FIG), trends.of(PLUM)]).toEqual([undefined, { weekAgo: null, spark: null }])
})
