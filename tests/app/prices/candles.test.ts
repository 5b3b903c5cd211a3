import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { candlePage } from '../../../src/app/usecases/prices/candles.ts'
import { recentCandles } from '../../../src/app/usecases/prices/recent.ts'
import { parseWhen, type When } from '../../../src/domain/calendar.ts'
import { type Candle, FILLS, INTERVALS, type Interval, type PriceRecord } from '../../../src/domain/prices/candle.ts'
import { LONGEST_MS, utcGrid } from '../../../src/domain/prices/grid.ts'
import type { PriceStore } from '../../../src/ports/price-store.ts'
import type { CandleRequest } from '../../../src/ports/prices.ts'
import { boundariesOf } from '../../support/calendar.ts'
import { memoryPriceStore } from '../../support/memory-price-store.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const ID = 'solana:So11111111111111111111111111111111111111112'
const TOKEN = { kind: 'token', id: ID } as const
const START_MS = Date.parse('2026-03-06T10:17:00Z')

function when(text: string): When {
  const parsed = parseWhen(text)
  if ('flaw' in parsed) throw new Error(parsed.flaw)
  return parsed
}

const request = (fields: Partial<CandleRequest> = {}): CandleRequest => ({
  asset: TOKEN,
  interval: '1h',
  from: null,
  to: null,
  zone: 'UTC',
  fill: 'none',
  asOfMs: null,
  limit: 1000,
  cursor: null,
  ...fields,
})

function minute(openTimeMs: number, close: number, fields: Partial<PriceRecord> = {}): PriceRecord {
  return {
    openTimeMs,
    open: close - 0.5,
    high: close + 1,
    low: close - 1,
    close,
    volume: 0.1,
    marketCap: close * 10,
    ...fields,
  }
}

async function recorded(minutes: readonly PriceRecord[], store = memoryPriceStore(), nowMs = START_MS) {
  await store.recordMinutes(
    minutes.map((record) => ({ id: ID, symbol: 'SOL', name: 'Wrapped SOL', record })),
    nowMs,
  )
  return store
}

/** Every page of a walk. */
async function walk(store: PriceStore, asked: CandleRequest, nowMs: number): Promise<Candle[]> {
  const first = await candlePage(store, asked, nowMs)
  const candles = [...first.candles]
  for (let cursor = first.nextCursor; cursor !== null; ) {
    const page = await candlePage(store, { ...asked, cursor }, nowMs)
    candles.push(...page.candles)
    cursor = page.nextCursor
  }
  return candles
}

/** What the candles should be, minute by minute, with no roll-up between. */
function expected(minutes: readonly PriceRecord[], boundaries: readonly number[], nowMs: number): Candle[] {
  return boundaries.flatMap((beginMs, i) => {
    const endMs = boundaries[i + 1]
    if (endMs === undefined) return []
    const inside = minutes.filter(({ openTimeMs: ms }) => ms >= beginMs && ms < endMs && ms + MINUTE_MS <= nowMs)
    const [first] = inside
    const last = inside.at(-1)
    if (first === undefined || last === undefined) return []
    return {
      openTimeMs: beginMs,
      open: first.open,
      high: Math.max(...inside.map(({ high }) => high)),
      low: Math.min(...inside.map(({ low }) => low)),
      close: last.close,
      volume: Number((inside.length / 10).toFixed(1)),
      marketCap: last.marketCap,
      closed: endMs <= nowMs,
      coverage: inside.length / ((endMs - beginMs) / MINUTE_MS),
      revision: inside.length,
    }
  })
}

/** Begins of all buckets around the records, the last one ends the last. */
function begins(interval: Interval, zone: string, toMs: number): number[] {
  const range = { fromMs: START_MS - 40 * 24 * HOUR_MS, toMs: toMs + 40 * 24 * HOUR_MS }
  if (interval === '1w' || interval === '1M' || interval === '1d') {
    return boundariesOf(interval === '1d' ? 'day' : interval === '1w' ? 'week' : 'month', zone, range) ?? []
  }
  const days = boundariesOf('day', zone, range) ?? []
  return days.flatMap((dayMs, i) => {
    const nextMs = days[i + 1] ?? dayMs
    const count = Math.ceil((nextMs - dayMs) / LONGEST_MS[interval])
    return Array.from({ length: count }, (_, step) => dayMs + step * LONGEST_MS[interval])
  })
}

const gaps = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: fc.constant(1) },
    fc.integer({ min: 2, max: 90 }),
    fc.integer({ min: 600, max: 4000 }),
  ),
  { minLength: 1, maxLength: 60 },
)
const minutesOf = (steps: readonly number[]) => {
  let openTimeMs = START_MS
  return steps.map((gap, i) => {
    openTimeMs += gap * MINUTE_MS
    return minute(openTimeMs, 100 + ((i * 37) % 23))
  })
}
/** In the middle of the last minute: it is not over. */
const nowAfter = (minutes: readonly PriceRecord[]) => (minutes.at(-1)?.openTimeMs ?? START_MS) + 30_000

describe('candles of a token', () => {
  test.each(INTERVALS)(
    'of %s are those of its minutes, in whatever pages and zones',
    async (interval) => {
      const zones = fc.constantFrom('UTC', 'America/New_York', 'Asia/Kolkata', 'Australia/Lord_Howe')
      await fc.assert(
        fc.asyncProperty(gaps, zones, fc.integer({ min: 1, max: 7 }), async (steps, zone, limit) => {
          const minutes = minutesOf(steps)
          const nowMs = nowAfter(minutes)
          const store = await recorded(minutes)
          const candles = await walk(store, request({ interval, zone, limit }), nowMs)
          expect(candles).toEqual(expected(minutes, begins(interval, zone, nowMs), nowMs))
        }),
        { numRuns: 12 },
      )
    },
    120_000,
  )

  test('are of the buckets that begin in the range, which is half open', async () => {
    const store = await recorded([0, 1, 2, 3].map((hour) => minute(START_MS + hour * HOUR_MS, 5)))
    const nowMs = START_MS + 100 * HOUR_MS
    const times = async (from: string, to: string) => {
      const { candles } = await candlePage(store, request({ from: when(from), to: when(to) }), nowMs)
      return candles.map(({ openTimeMs }) => new Date(openTimeMs).toISOString().slice(11, 16))
    }
    expect(await times('2026-03-06T10:00Z', '2026-03-06T12:00Z')).toEqual(['10:00', '11:00'])
    expect(await times('2026-03-06T10:01Z', '2026-03-06T12:01Z')).toEqual(['11:00', '12:00'])
    expect(await times('2026-03-06T10:30Z', '2026-03-06T10:30Z')).toEqual([])
    expect(await times('2026-03-06T10:30Z', '2026-03-06T10:40Z')).toEqual([])
    expect(await times('1970-01-01', '2026-03-06T10:05Z')).toEqual(['10:00'])
    expect(await times('1970-01-01', '2026-03-06T10:00Z')).toEqual([])
    expect(await times('1970-01-01', '1970-01-02')).toEqual([])
    expect(await times('9999-01-01', '9999-12-31')).toEqual([])
  })

  test('have no minute that is not over, and are the same when asked as of that moment later', async () => {
    const store = await recorded([minute(START_MS, 5), minute(START_MS + MINUTE_MS, 6)])
    const nowMs = START_MS + 90_000
    const asked = request({ interval: '1m' })
    const before = await candlePage(store, asked, nowMs)
    expect(before.candles.map(({ close }) => close)).toEqual([5])
    await recorded([minute(START_MS + MINUTE_MS, 9), minute(START_MS, 7, { high: 99 })], store, nowMs + 10_000)
    const laterMs = nowMs + HOUR_MS
    expect(await candlePage(store, { ...asked, asOfMs: nowMs }, laterMs)).toEqual(before)
    const now = await candlePage(store, asked, laterMs)
    expect(now.candles).toMatchObject([
      { close: 7, high: 99, revision: 2, closed: true },
      { close: 9, revision: 1 },
    ])
  })

  test('of one walk show one moment, though records come in between', async () => {
    const store = await recorded([0, 1, 2].map((hour) => minute(START_MS + hour * HOUR_MS, 5)))
    const nowMs = START_MS + 10 * HOUR_MS
    const first = await candlePage(store, request({ limit: 1 }), nowMs)
    await recorded([minute(START_MS + 2 * HOUR_MS, 50), minute(START_MS + HOUR_MS + MINUTE_MS, 60)], store, nowMs + 1)
    const second = await candlePage(store, request({ limit: 1, cursor: first.nextCursor }), nowMs + 5 * HOUR_MS)
    const third = await candlePage(store, request({ limit: 1, cursor: second.nextCursor }), nowMs + 5 * HOUR_MS)
    expect([first, second, third].flatMap(({ candles }) => candles).map(({ close }) => close)).toEqual([5, 5, 5])
    expect(third.nextCursor).toBeNull()
  })

  test('begin at the midnight of the zone when a date is asked for', async () => {
    const dayMs = 24 * HOUR_MS
    const store = await recorded(Array.from({ length: 300 }, (_, i) => minute(START_MS + i * HOUR_MS, 5)))
    for (const [zone, begin] of [
      ['Asia/Kolkata', '2026-03-07T18:30:00.000Z'],
      ['Pacific/Kiritimati', '2026-03-07T10:00:00.000Z'],
      ['Pacific/Honolulu', '2026-03-08T10:00:00.000Z'],
      ['America/New_York', '2026-03-08T05:00:00.000Z'],
      ['utc', '2026-03-08T00:00:00.000Z'],
    ] as const) {
      const asked = request({ interval: '1d', zone, from: when('2026-03-08'), to: when('2026-03-10') })
      const { candles } = await candlePage(store, asked, START_MS + 30 * dayMs)
      expect(candles.map(({ openTimeMs }) => new Date(openTimeMs).toISOString())[0]).toBe(begin)
      expect(candles).toHaveLength(2)
    }
  })

  test('of days next to one that a zone left out are of these days', async () => {
    // Samoa had no 30 December 2011: the 31st began where the 29th ended.
    const gapMs = Date.UTC(2011, 11, 30, 10)
    const hours = Array.from({ length: 96 }, (_, i) => minute(gapMs + (i - 48) * HOUR_MS, 5))
    const store = await recorded(hours, memoryPriceStore(), gapMs + 100 * HOUR_MS)
    const asked = request({ interval: '1d', zone: 'Pacific/Apia', from: when('2011-12-31'), to: when('2012-01-01') })
    const { candles } = await candlePage(store, asked, gapMs + 100 * HOUR_MS)
    expect(candles.map(({ openTimeMs }) => openTimeMs)).toEqual([gapMs])
  })
})

describe('filled candles', () => {
  const minutes = [0, 3, 4].map((hour) => minute(START_MS + hour * HOUR_MS, 5 + hour))
  const nowMs = START_MS + 6.5 * HOUR_MS

  test('have a candle for every bucket that is over, from the first record on', async () => {
    const store = await recorded(minutes)
    const [none, nulls, previous] = await Promise.all(
      FILLS.map(async (fill) => (await candlePage(store, request({ fill }), nowMs)).candles.map(({ close }) => close)),
    )
    expect(none).toEqual([5, 8, 9])
    expect(nulls).toEqual([5, null, null, 8, 9, null])
    expect(previous).toEqual([5, 5, 5, 8, 9, 9])
  })

  test('stand at the close before the range, and before the page', async () => {
    const store = await recorded(minutes)
    const asked = request({ fill: 'previous', from: when('2026-03-06T11:00Z'), limit: 1 })
    const candles = await walk(store, asked, nowMs)
    expect(candles.map(({ close }) => close)).toEqual([5, 5, 8, 9, 9])
    expect(candles[0]).toEqual({
      openTimeMs: Date.parse('2026-03-06T11:00Z'),
      open: 5,
      high: 5,
      low: 5,
      close: 5,
      volume: null,
      marketCap: null,
      closed: true,
      coverage: 0,
      revision: 0,
    })
  })

  test('are the same in pages as at once, and hold the unfilled ones', async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps,
        fc.constantFrom<Interval>('5m', '1h', '4h', '1d'),
        fc.integer({ min: 20, max: 99 }),
        async (steps, interval, limit) => {
          const all = minutesOf(steps.map((gap) => Math.min(gap, 700)))
          const store = await recorded(all)
          const endMs = nowAfter(all)
          const asked = request({ interval, fill: 'previous', limit })
          const filled = await walk(store, asked, endMs)
          const atOnce = (await candlePage(store, { ...asked, limit: 1_000_000 }, endMs)).candles
          expect(filled).toEqual(atOnce)
          const grid = utcGrid(interval)
          const times = filled.map(({ openTimeMs }) => openTimeMs)
          expect(times.slice(1)).toEqual(times.slice(0, -1).map(grid.next))
          expect(filled.filter(({ coverage }) => coverage > 0)).toEqual(
            await walk(store, { ...asked, fill: 'none' }, endMs),
          )
        },
      ),
      { numRuns: 15 },
    )
  }, 60_000)
})

describe('a page', () => {
  /** Counts the pieces that are read. */
  function counting(store: PriceStore) {
    const counts = { asked: 0, read: 0 }
    const pieces: PriceStore['pieces'] = async (...args) => {
      const found = await store.pieces(...args)
      counts.asked += 1
      counts.read += found.length
      return found
    }
    return { counts, store: { ...store, pieces } }
  }

  test('reads hours for hours and more, and no more of them than it shows', async () => {
    const plain = await recorded(Array.from({ length: 2000 }, (_, i) => minute(START_MS + i * HOUR_MS, 5)))
    for (const [interval, atMost] of [
      ['1h', 15],
      ['4h', 50],
      ['1d', 290],
    ] as const) {
      const { store, counts } = counting(plain)
      const page = await candlePage(store, request({ interval, limit: 10 }), START_MS + 9000 * HOUR_MS)
      expect(page.candles).toHaveLength(10)
      expect(counts.read).toBeLessThan(atMost)
      expect(counts.asked).toBeLessThanOrEqual(3)
    }
  })

  test('ends early when it had to read too much, and the walk goes on', async () => {
    const { store } = counting(endlessHours())
    const page = await candlePage(store, request({ interval: '1M' }), Date.UTC(2060, 0))
    expect(page.candles.length).toBeGreaterThan(100)
    expect(page.candles.length).toBeLessThan(200)
    const next = await candlePage(store, request({ interval: '1M', cursor: page.nextCursor }), Date.UTC(2060, 0))
    expect(next.candles[0]?.openTimeMs).toBe(utcGrid('1M').next(page.candles.at(-1)?.openTimeMs ?? 0))
  })

  test('finds the close before a gap of years with a few questions', async () => {
    const { store, counts } = counting(await recorded([minute(START_MS, 5), minute(START_MS + MINUTE_MS, 6)]))
    const asked = request({ interval: '1d', fill: 'previous', from: when('2036-01-01'), limit: 1 })
    const { candles } = await candlePage(store, asked, Date.UTC(2037, 0))
    expect(candles).toMatchObject([{ close: 6, coverage: 0 }])
    expect(counts.asked).toBeLessThan(50)
  })

  /** A store with thirty years of hours, which nobody has to write first. */
  function endlessHours(): PriceStore {
    const firstMs = Date.UTC(2020, 0)
    const lastMs = Date.UTC(2050, 0) - HOUR_MS
    return {
      ...memoryPriceStore(),
      extent: async () => ({ grain: '1m', firstMs, lastMs }),
      pieces: async (_asset, size, { fromMs, toMs }, _asOfMs, limit) => {
        const stepMs = size === '1h' ? HOUR_MS : MINUTE_MS
        const count = Math.min(limit, Math.max(0, (Math.min(toMs, lastMs + 1) - Math.max(fromMs, firstMs)) / stepMs))
        return Array.from({ length: Math.ceil(count) }, (_, i) => ({
          ...minute(Math.max(fromMs, firstMs) + i * stepMs, 5),
          volume: '1',
          records: 60,
          revision: 60,
        }))
      },
    }
  }
})

describe('the newest candles', () => {
  test('are the last ones of the walk, across every gap', async () => {
    await fc.assert(
      fc.asyncProperty(
        gaps,
        fc.constantFrom<Interval>('1m', '15m', '4h', '1d', '1w', '1M'),
        fc.integer({ min: 1, max: 9 }),
        fc.nat(9000),
        async (steps, interval, count, backMinutes) => {
          const minutes = minutesOf(steps)
          const nowMs = nowAfter(minutes)
          const store = await recorded(minutes)
          const toMs = nowMs - backMinutes * MINUTE_MS
          const all = (await walk(store, request({ interval }), nowMs)).filter(({ openTimeMs }) => openTimeMs < toMs)
          const { candles, earlierMs } = await recentCandles(
            store,
            { asset: TOKEN, interval, fromMs: null, toMs, count },
            nowMs,
          )
          expect(candles).toEqual(all.slice(-count))
          if (all.length === 0) expect(earlierMs).toBeNull()
        },
      ),
      { numRuns: 60 },
    )
  }, 60_000)

  test('of a range without any name the one before', async () => {
    const store = await recorded([minute(START_MS, 5)])
    const asked = {
      asset: TOKEN,
      interval: '1h',
      fromMs: START_MS + 10 * HOUR_MS,
      toMs: START_MS + 20 * HOUR_MS,
      count: 5000,
    } as const
    const answer = await recentCandles(store, asked, START_MS + 100 * HOUR_MS)
    expect(answer).toEqual({ candles: [], earlierMs: Date.parse('2026-03-06T10:00Z') })
  })
})
