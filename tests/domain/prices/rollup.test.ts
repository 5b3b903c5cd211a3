import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Interval, Piece } from '../../../src/domain/prices/candle.ts'
import { sumOfDecimals } from '../../../src/domain/prices/decimal.ts'
import { type Grid, utcGrid, zoneGrid } from '../../../src/domain/prices/grid.ts'
import { type Bucket, candleOf, emptyCandle, rollUp, sorter } from '../../../src/domain/prices/rollup.ts'
import { boundariesOf } from '../../support/calendar.ts'

const MINUTE_MS = 60_000
const START_MS = Date.UTC(2026, 1, 27)

const price = fc.double({ min: 1e-12, max: 1e9, noNaN: true })
const volume = fc.option(fc.oneof(fc.double({ min: 0, max: 1e300, noNaN: true }), fc.constant(0.1)).map(String), {
  freq: 5,
})

/** Minutes with gaps, over up to six weeks: each prices of its own. */
const minutes = fc
  .array(
    fc.record({
      gap: fc.oneof({ weight: 4, arbitrary: fc.constant(1) }, fc.integer({ min: 1, max: 3000 })),
      price,
      spread: price,
      volume,
    }),
    { minLength: 1, maxLength: 200 },
  )
  .map((steps) => {
    let openTimeMs = START_MS
    return steps.map(({ gap, price: open, spread, volume: traded }, i): Piece => {
      openTimeMs += gap * MINUTE_MS
      const high = open + spread
      return {
        openTimeMs,
        open,
        high,
        low: open / 2,
        close: high,
        volume: traded,
        marketCap: open,
        records: 1,
        revision: 1 + (i % 3),
      }
    })
  })

function bucketed(pieces: readonly Piece[], grid: Grid): Bucket[] {
  const sorting = sorter(grid)
  const done = pieces.flatMap((piece) => sorting.add(piece) ?? [])
  return [...done, sorting.rest()].filter((bucket) => bucket !== null)
}
const rolled = (pieces: readonly Piece[], grid: Grid) => bucketed(pieces, grid).map(rollUp)

describe('a roll-up', () => {
  const LADDERS: Interval[][] = [
    ['5m', '15m', '1h', '4h', '1d', '1w'],
    ['5m', '15m', '1h', '4h', '1d', '1M'],
  ]
  test.each(LADDERS)('rung by rung is the direct one, to the bit (%s … %s, %s, %s, %s, %s)', (...ladder) => {
    fc.assert(
      fc.property(minutes, (records) => {
        let rung: readonly Piece[] = records
        for (const interval of ladder) {
          rung = rolled(rung, utcGrid(interval))
          expect(rung).toEqual(rolled(records, utcGrid(interval)))
        }
      }),
      { numRuns: 150 },
    )
  })

  test('from hours is the one from minutes in a zone of whole hours, daylight saving included', () => {
    const range = { fromMs: START_MS - 86_400_000, toMs: Date.UTC(2027, 3) }
    const day = zoneGrid(boundariesOf('day', 'America/New_York', range) ?? [], null)
    fc.assert(
      fc.property(minutes, (records) => {
        expect(rolled(rolled(records, utcGrid('1h')), day)).toEqual(rolled(records, day))
      }),
      { numRuns: 50 },
    )
  })

  test('has every record in one bucket, the one that begins at or before it and ends after it', () => {
    fc.assert(
      fc.property(minutes, fc.constantFrom<Interval>('1m', '5m', '1h', '1d', '1w', '1M'), (records, interval) => {
        const grid = utcGrid(interval)
        const buckets = bucketed(records, grid)
        expect(buckets.flatMap(({ pieces }) => pieces)).toEqual(records)
        for (const { beginMs, pieces } of buckets) {
          for (const { openTimeMs } of pieces) {
            expect(openTimeMs >= beginMs && openTimeMs < grid.next(beginMs)).toBe(true)
          }
        }
        const begins = buckets.map(({ beginMs }) => beginMs)
        expect(begins).toEqual([...new Set(begins)].sort((a, b) => a - b))
      }),
    )
  })

  test('opens with the first, closes with the last, and adds what is known', () => {
    const [piece] = rolled(
      [
        {
          openTimeMs: START_MS,
          open: 5,
          high: 9,
          low: 4,
          close: 6,
          volume: '0.1',
          marketCap: 50,
          records: 1,
          revision: 1,
        },
        {
          openTimeMs: START_MS + MINUTE_MS,
          open: 6,
          high: 7,
          low: 1,
          close: 2,
          volume: null,
          marketCap: 60,
          records: 1,
          revision: 4,
        },
        {
          openTimeMs: START_MS + 2 * MINUTE_MS,
          open: 2,
          high: 3,
          low: 2,
          close: 3,
          volume: '0.2',
          marketCap: null,
          records: 1,
          revision: 1,
        },
      ],
      utcGrid('5m'),
    )
    expect(piece).toEqual({
      openTimeMs: START_MS,
      open: 5,
      high: 9,
      low: 1,
      close: 3,
      volume: '0.3',
      marketCap: null,
      records: 3,
      revision: 6,
    })
  })
})

describe('a candle', () => {
  const piece: Piece = {
    openTimeMs: Date.parse('2026-03-08T05:00Z'),
    open: 1,
    high: 1,
    low: 1,
    close: 1,
    volume: '0.30000000000000001',
    marketCap: null,
    records: 23 * 60,
    revision: 1,
  }

  test('covers all of a day of 23 hours when each of its minutes is there', () => {
    const endMs = Date.parse('2026-03-09T04:00Z')
    expect(candleOf(piece, { endMs, asOfMs: endMs, grain: '1m' }).coverage).toBe(1)
    expect(candleOf({ ...piece, records: 1 }, { endMs, asOfMs: endMs, grain: '1m' }).coverage).toBe(1 / 1380)
  })

  test('is closed from the moment its time is over', () => {
    const endMs = piece.openTimeMs + 86_400_000
    expect(candleOf(piece, { endMs, asOfMs: endMs - 1, grain: '1m' }).closed).toBe(false)
    expect(candleOf(piece, { endMs, asOfMs: endMs, grain: '1m' }).closed).toBe(true)
  })

  test('has the double nearest to the exact volume', () => {
    const volumeOf = (volume: string | null) =>
      candleOf({ ...piece, volume }, { endMs: piece.openTimeMs + 1, asOfMs: 0, grain: '1m' }).volume
    expect(volumeOf('0.30000000000000001')).toBe(0.3)
    expect(volumeOf('0')).toBe(0)
    expect(volumeOf(null)).toBeNull()
    expect(volumeOf('9'.repeat(400))).toBeNull()
  })

  test('of nothing shows a price only when it is told one', () => {
    expect(emptyCandle(0, null)).toMatchObject({ open: null, close: null, volume: null, coverage: 0, revision: 0 })
    expect(emptyCandle(0, 2)).toMatchObject({ open: 2, high: 2, low: 2, close: 2, volume: null })
  })
})

describe('a sum of decimals', () => {
  test.each([
    [[], '0'],
    [['0.1', '0.2'], '0.3'],
    [['1e-7', '2E-7'], '0.0000003'],
    [['1e21', '1'], '1000000000000000000001'],
    [['-1.5', '1.25'], '-0.25'],
    [['-0.5', '0.5'], '0'],
    [['10', '20.0'], '30'],
    [['9007199254740993', '0.000000000000000001'], '9007199254740993.000000000000000001'],
  ])('%j is %s', (texts, sum) => {
    expect(sumOfDecimals(texts)).toBe(sum)
  })

  test('is the same however it is grouped, though the doubles would not be', () => {
    const texts = fc.array(fc.double({ noNaN: true, noDefaultInfinity: true }).map(String), { maxLength: 30 })
    fc.assert(
      fc.property(texts, fc.nat(30), (all, cut) => {
        const halves = [sumOfDecimals(all.slice(0, cut)), sumOfDecimals(all.slice(cut))]
        expect(sumOfDecimals(halves)).toBe(sumOfDecimals(all))
      }),
    )
  })
})
