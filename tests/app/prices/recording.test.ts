import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Recording, recording } from '../../../src/app/usecases/prices/recording.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import type { PriceStore, TokenRecord } from '../../../src/ports/price-store.ts'
import { row } from '../../domain/tokens/rows.ts'
import { type FakeClock, fakeClock, settle } from '../../support/fake-clock.ts'
import { token } from '../../support/live-tokens.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'
import { type WatchedBoard, watchedBoard } from '../../support/watched-board.ts'

const FIG = token(1)
const PLUM = token(2)
const MINUTE_MS = 60_000
const READY = { status: 'ready', migration: 1 } as const

interface Instance {
  readonly board: WatchedBoard
  readonly log: ReturnType<typeof memoryLog>
  readonly recording: Recording
}

function instance(store: Pick<PriceStore, 'recordMinutes'>, clock: FakeClock): Instance {
  const board = watchedBoard()
  const log = memoryLog()
  return { board, log, recording: recording({ board, store: { state: () => READY, ...store }, clock, log }) }
}

function stage() {
  const clock = fakeClock()
  const store = memoryPriceStore()
  const startMs = clock.nowMs()
  const one = instance(store, clock)
  /** A board with this price of FIG, this many seconds after the start. */
  const tick = async (second: number, priceUsd: number, more: Partial<TokenRow> = {}) => {
    await clock.advance(startMs + second * 1_000 - clock.nowMs())
    const observedAtMs = clock.nowMs()
    one.board.show(observedAtMs, [row(FIG, { symbol: 'FIG', status: 'ok', priceUsd, observedAtMs, ...more })])
    await settle()
  }
  /** `[open, high, low, close]` of each minute of FIG that is recorded, by its number since the start. */
  const minutes = async (id = FIG) => minutesOf(store, id, startMs)
  return { clock, store, startMs, ...one, tick, minutes }
}

async function minutesOf(store: PriceStore, id: string, startMs: number) {
  const range = { fromMs: startMs - 60 * MINUTE_MS, toMs: startMs + 10_000 * MINUTE_MS }
  const pieces = await store.pieces({ kind: 'token', id }, '1m', range, range.toMs, 10_000)
  const listed = pieces.map(({ openTimeMs, open, high, low, close }) => [
    (openTimeMs - startMs) / MINUTE_MS,
    [open, high, low, close],
  ])
  return Object.fromEntries(listed)
}

test('a minute opens with the first price in it, closes with the last, and spans all', async () => {
  const { tick, minutes } = stage()
  for (const [second, priceUsd] of [
    [0, 5],
    [10, 9],
    [20, 2],
    [59, 4],
    [60, 7],
  ] as const)
    await tick(second, priceUsd)
  expect(await minutes()).toEqual({ 0: [5, 9, 2, 4], 1: [7, 7, 7, 7] })
})

test('a price belongs to the minute in which it was observed, whenever its board came', async () => {
  const { tick, minutes, startMs } = stage()
  await tick(62, 5, { observedAtMs: startMs + 59_000 })
  expect(await minutes()).toEqual({ 0: [5, 5, 5, 5] })
})

test.each(['held', 'stale', 'unknown'] as const)('a row that is %s leaves a gap', async (status) => {
  const { tick, minutes } = stage()
  await tick(0, 5)
  await tick(70, 9, { status })
  await tick(150, 6)
  expect(await minutes()).toEqual({ 0: [5, 5, 5, 5], 2: [6, 6, 6, 6] })
})

test.each(['thin', 'disputed'] as const)('a price that is %s is recorded', async (status) => {
  const { tick, minutes } = stage()
  await tick(0, 5, { status })
  expect(await minutes()).toEqual({ 0: [5, 5, 5, 5] })
})

test('what the board showed is recorded in its order, also when another source was heard earlier', async () => {
  const { tick, minutes, startMs } = stage()
  await tick(30, 5)
  await tick(40, 9, { observedAtMs: startMs + 30_000 })
  await tick(50, 1, { observedAtMs: startMs + 20_000 })
  expect(await minutes()).toEqual({ 0: [5, 9, 1, 1] })
})

test('a row that changes in other ways is no new price', async () => {
  const { tick, store, startMs } = stage()
  await tick(30, 5, { marketCapUsd: 50 })
  await tick(40, 5, { observedAtMs: startMs + 30_000, marketCapUsd: 60 })
  const range = { fromMs: startMs, toMs: startMs + MINUTE_MS }
  const [piece] = await store.pieces({ kind: 'token', id: FIG }, '1m', range, range.toMs, 1)
  expect(piece).toMatchObject({ marketCap: 50 })
})

test('prices go on to be recorded when the clock is set back', async () => {
  const { clock, store, startMs, board } = stage()
  const show = async (priceUsd: number) => {
    board.show(clock.nowMs(), [row(FIG, { status: 'ok', priceUsd, observedAtMs: clock.nowMs() })])
    await settle()
  }
  await show(5)
  clock.stepWall(-30 * MINUTE_MS)
  await show(6)
  expect(await minutesOf(store, FIG, startMs)).toEqual({ 0: [5, 5, 5, 5], '-30': [6, 6, 6, 6] })
})

test('the market cap is that of the row, the volume unknown', async () => {
  const { tick, store, startMs } = stage()
  await tick(0, 5, { marketCapUsd: 500, volumeUsd: { '5m': 1, '1h': 2, '6h': 3, '24h': 4, '7d': null } })
  const range = { fromMs: startMs, toMs: startMs + MINUTE_MS }
  const [piece] = await store.pieces({ kind: 'token', id: FIG }, '1m', range, range.toMs, 1)
  expect(piece).toMatchObject({ volume: null, marketCap: 500 })
})

test('while the store is away minutes wait, parts of one as one, and are written when it is back', async () => {
  const {
    tick,
    minutes,
    store,
    recording: { figures },
    clock,
    log,
  } = stage()
  store.fail('away')
  await tick(0, 5)
  await tick(10, 9)
  await tick(60, 7)
  expect(figures()).toEqual({ waiting: 2, written: 0, dropped: 0 })
  store.fail(null)
  await clock.advance(30_000)
  expect(await minutes()).toEqual({ 0: [5, 9, 5, 9], 1: [7, 7, 7, 7] })
  expect(figures()).toEqual({ waiting: 0, written: 2, dropped: 0 })
  expect(log.lines.map(({ message }) => message)).toContain('prices are recorded again')
})

test('what was shown while a try was under way that failed is the later part of its minute', async () => {
  const clock = fakeClock()
  const store = memoryPriceStore()
  let tries = 0
  const hesitant = {
    async recordMinutes(...args: Parameters<PriceStore['recordMinutes']>) {
      await new Promise<void>((resolve) => clock.after(1_000, resolve))
      if (tries++ === 0) throw new StoreUnavailable('not yet')
      return store.recordMinutes(...args)
    },
  }
  const { board } = instance(hesitant, clock)
  const startMs = clock.nowMs()
  for (const priceUsd of [1, 5, 3]) {
    await clock.advance(10)
    board.show(clock.nowMs(), [row(FIG, { status: 'ok', priceUsd, observedAtMs: clock.nowMs() })])
  }
  await clock.advance(10_000)
  expect(await minutesOf(store, FIG, startMs)).toEqual({ 0: [1, 5, 1, 3] })
})

test('of a store that is away for hours the newest hour is kept, and the log says what was given up', async () => {
  const {
    tick,
    minutes,
    store,
    recording: { figures },
    clock,
    log,
  } = stage()
  store.fail('away')
  for (let minute = 0; minute < 90; minute++) await tick(minute * 60, minute + 1)
  expect(figures()).toEqual({ waiting: 60, written: 0, dropped: 30 })
  expect(log.lines.filter(({ message }) => message.includes('too many wait')).at(-1)?.fields).toMatchObject({
    dropped: 30,
  })
  store.fail(null)
  await clock.advance(60_000)
  expect(Object.keys(await minutes())).toHaveLength(60)
})

test('a store that never answers holds up nothing, and gets one question at a time', async () => {
  const clock = fakeClock()
  let asked = 0
  const silent = { recordMinutes: () => new Promise<void>(() => void asked++) }
  const { board, recording: one } = instance(silent, clock)
  for (let minute = 0; minute < 200; minute++) {
    await clock.advance(MINUTE_MS)
    board.show(clock.nowMs(), [row(FIG, { status: 'ok', priceUsd: 1, observedAtMs: clock.nowMs() })])
  }
  expect(asked).toBe(1)
  expect(one.figures().waiting).toBe(60)
  const ending = one.stop()
  await clock.advance(5_000)
  await ending
})

test('what the store refuses for another reason does not hold up what comes after', async () => {
  const clock = fakeClock()
  const kept: TokenRecord[] = []
  const picky = {
    async recordMinutes(records: readonly TokenRecord[]) {
      if (records.some(({ id }) => id === PLUM)) throw new RangeError('not a plum')
      kept.push(...records)
    },
  }
  const { board, log } = instance(picky, clock)
  const show = (id: typeof FIG) =>
    board.show(clock.nowMs(), [row(id, { status: 'ok', priceUsd: 1, observedAtMs: clock.nowMs() })])
  show(PLUM)
  await settle()
  show(FIG)
  await clock.advance(2_000)
  expect(kept.map(({ id }) => id)).toEqual([FIG])
  expect(log.lines.map(({ level }) => level)).toEqual(['error', 'info'])
})

test('the end waits for what is under way, and writes what came meanwhile', async () => {
  const clock = fakeClock()
  const store = memoryPriceStore()
  const slow = {
    async recordMinutes(...args: Parameters<PriceStore['recordMinutes']>) {
      await new Promise<void>((resolve) => clock.after(1_000, resolve))
      return store.recordMinutes(...args)
    },
  }
  const { board, recording: one } = instance(slow, clock)
  for (const priceUsd of [1, 5, 3]) {
    await clock.advance(10)
    board.show(clock.nowMs(), [row(FIG, { status: 'ok', priceUsd, observedAtMs: clock.nowMs() })])
  }
  const ending = one.stop()
  await clock.advance(3_000)
  await ending
  expect(one.figures().waiting).toBe(0)
  expect(board.listeners()).toBe(0)
  expect(await minutesOf(store, FIG, clock.nowMs() - 3_030)).toEqual({ 0: [1, 5, 1, 3] })
})

test('an instance that follows writes nothing; one that takes over writes what it saw in the last two minutes', async () => {
  const clock = fakeClock()
  const startMs = clock.nowMs()
  const store = memoryPriceStore()
  const dead = instance({ recordMinutes: async () => {} }, clock)
  const heir = instance(store, clock)
  heir.board.deciding = false
  const show = async (second: number, priceUsd: number) => {
    await clock.advance(startMs + second * 1_000 - clock.nowMs())
    for (const { board } of [dead, heir]) {
      board.show(clock.nowMs(), [row(FIG, { status: 'ok', priceUsd, observedAtMs: clock.nowMs() })])
    }
    await settle()
  }
  await show(0, 1)
  await show(60, 2)
  await show(120, 9)
  await show(130, 3)
  expect(await minutesOf(store, FIG, startMs)).toEqual({})
  heir.board.deciding = true
  await show(140, 4)
  expect(await minutesOf(store, FIG, startMs)).toEqual({ 1: [2, 2, 2, 2], 2: [9, 9, 3, 4] })
})

test('whoever no longer decides leaves the newest minute to its successor, whose close is newer', async () => {
  const { tick, minutes, store, board, clock } = stage()
  store.fail('away')
  await tick(0, 1)
  await tick(60, 2)
  board.deciding = false
  await tick(70, 3)
  store.fail(null)
  await clock.advance(60_000)
  expect(await minutes()).toEqual({ 0: [1, 1, 1, 1] })
})

const anyTick = fc.record({
  waitMs: fc.integer({ min: 1, max: 40_000 }),
  rows: fc.uniqueArray(
    fc.record({
      id: fc.constantFrom(FIG, PLUM),
      priceUsd: fc.double({ min: 1e-9, max: 1e9, noNaN: true }),
      lateMs: fc.constantFrom(0, 0, 3_000, 70_000),
      status: fc.constantFrom('ok', 'ok', 'thin', 'held', 'stale'),
    }),
    { selector: ({ id }) => id, maxLength: 2 },
  ),
  store: fc.constantFrom('there', 'there', 'away'),
})

test('the minutes recorded are those of the prices shown, whatever the store does in between', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(anyTick, { maxLength: 30 }), async (ticks) => {
      const { clock, store, board, startMs, recording: one } = stage()
      const shown = new Map<string, { atMs: number; priceUsd: number }[]>([FIG, PLUM].map((id) => [id, []]))
      for (const tick of ticks) {
        store.fail(tick.store === 'away' ? 'away' : null)
        await clock.advance(tick.waitMs)
        const rows = tick.rows.map(({ id, priceUsd, lateMs, status }) =>
          row(id, { priceUsd, status, observedAtMs: clock.nowMs() - lateMs }),
        )
        for (const { id, priceUsd, observedAtMs, status } of rows) {
          const prices = shown.get(id) ?? []
          if (['ok', 'thin'].includes(status)) prices.push({ atMs: observedAtMs ?? 0, priceUsd: priceUsd ?? 0 })
        }
        board.show(clock.nowMs(), rows)
        await settle()
      }
      store.fail(null)
      await one.stop()
      for (const [id, prices] of shown) {
        const byMinute = Map.groupBy(prices, ({ atMs }) => Math.floor((atMs - startMs) / MINUTE_MS))
        const expected = [...byMinute].map(([minute, all]) => {
          const usd = all.map(({ priceUsd }) => priceUsd)
          return [minute, [usd[0], Math.max(...usd), Math.min(...usd), usd.at(-1)]]
        })
        expect(await minutesOf(store, id, startMs)).toEqual(Object.fromEntries(expected))
      }
    }),
    { numRuns: 200 },
  )
})
