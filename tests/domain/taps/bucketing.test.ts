import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  boundsOf,
  countUtcBuckets,
  gridWithin,
  isPartial,
  type TapRange,
  utcGridOf,
} from '../../../src/domain/taps/bucketing.ts'
import { TAP_INTERVALS, type TapInterval } from '../../../src/domain/taps/tap.ts'

const DAY_MS = 86_400_000

/** Begin of the bucket of UTC that holds a moment, as a calendar on a wall shows it. */
function naiveBegin(interval: TapInterval, ms: number): number {
  const date = new Date(ms)
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()]
  const begins: Readonly<Record<TapInterval, () => number>> = {
    minute: () => date.setUTCSeconds(0, 0),
    hour: () => date.setUTCMinutes(0, 0, 0),
    day: () => Date.UTC(year, month, day),
    week: () => Date.UTC(year, month, day - ((date.getUTCDay() + 6) % 7)),
    month: () => Date.UTC(year, month),
    quarter: () => Date.UTC(year, month - (month % 3)),
  }
  return begins[interval]()
}

const moments = fc.integer({ min: Date.UTC(1970, 0), max: Date.UTC(2100, 0) })
const SPANS: Readonly<Record<TapInterval, number>> = {
  minute: DAY_MS / 10,
  hour: 10 * DAY_MS,
  day: 300 * DAY_MS,
  week: 900 * DAY_MS,
  month: 3000 * DAY_MS,
  quarter: 9000 * DAY_MS,
}
const asked = fc
  .tuple(fc.constantFrom(...TAP_INTERVALS), moments, fc.double({ min: 0, max: 1, noNaN: true }))
  .map(([interval, fromMs, part]) => ({
    interval,
    range: { fromMs, toMs: fromMs + Math.floor(part * SPANS[interval]) },
  }))

describe('buckets of UTC', () => {
  test('are those that the range touches, as a calendar shows them', () => {
    fc.assert(
      fc.property(asked, ({ interval, range }) => {
        const { edges } = utcGridOf(interval, range)
        expect(Math.max(0, edges.length - 1)).toBe(countUtcBuckets(interval, range))
        const isEmpty = range.toMs === range.fromMs
        expect(edges[0]).toBe(isEmpty ? undefined : naiveBegin(interval, range.fromMs))
        expect(edges.at(-2)).toBe(isEmpty ? undefined : naiveBegin(interval, range.toMs - 1))
        for (const [i, edge] of edges.entries()) {
          expect(naiveBegin(interval, edge)).toBe(edge)
          // Nothing between two neighbours begins a bucket of its own.
          if (i > 0) expect(naiveBegin(interval, edge - 1)).toBe(edges[i - 1])
        }
      }),
    )
  })

  test('hold each moment of the range once', () => {
    fc.assert(
      fc.property(asked, fc.array(fc.double({ min: -0.5, max: 1.5, noNaN: true })), ({ interval, range }, places) => {
        const times = places.map((place) => Math.round(range.fromMs + place * (range.toMs - range.fromMs)))
        const bounds = boundsOf(utcGridOf(interval, range))
        const counted = bounds
          .slice(1)
          .map((toMs, i) => times.filter((ms) => ms >= (bounds[i] ?? 0) && ms < toMs).length)
        const inRange = times.filter((ms) => ms >= range.fromMs && ms < range.toMs).length
        expect(counted.reduce((a, b) => a + b, 0)).toBe(inRange)
      }),
    )
  })

  test('are counted without being made', () => {
    expect(countUtcBuckets('minute', { fromMs: 0, toMs: Date.UTC(9999, 0) })).toBe(Date.UTC(9999, 0) / 60_000)
    expect(countUtcBuckets('quarter', { fromMs: 1, toMs: 1 })).toBe(0)
    expect(countUtcBuckets('day', { fromMs: 2, toMs: 1 })).toBe(0)
  })
})

describe('buckets of given edges', () => {
  const edges = [0, 10, 20, 30, 40]

  test.each<[TapRange, number[], number[]]>([
    [{ fromMs: 10, toMs: 30 }, [10, 20, 30], [10, 20, 30]],
    [{ fromMs: 11, toMs: 30 }, [10, 20, 30], [11, 20, 30]],
    [{ fromMs: 12, toMs: 13 }, [10, 20], [12, 13]],
    [{ fromMs: 0, toMs: 31 }, [0, 10, 20, 30, 40], [0, 10, 20, 30, 31]],
    [{ fromMs: 10, toMs: 10 }, [], []],
  ])('of %j are %j, counted between %j', (range, touched, bounds) => {
    const grid = gridWithin(range, edges)
    expect(grid.edges).toEqual(touched)
    expect(boundsOf(grid)).toEqual(bounds)
  })

  test('must hold the range', () => {
    expect(() => gridWithin({ fromMs: -1, toMs: 5 }, edges)).toThrow(RangeError)
    expect(() => gridWithin({ fromMs: 1, toMs: 41 }, edges)).toThrow(RangeError)
  })
})

test('a bucket is partial when the range cuts it or the clock has not passed it', () => {
  const range = { fromMs: 10, toMs: 30 }
  expect(isPartial(range, { startMs: 10, endMs: 20 }, 30)).toBe(false)
  expect(isPartial(range, { startMs: 10, endMs: 30 }, 30)).toBe(false)
  expect(isPartial(range, { startMs: 9, endMs: 20 }, 30)).toBe(true)
  expect(isPartial(range, { startMs: 20, endMs: 31 }, 50)).toBe(true)
  expect(isPartial(range, { startMs: 10, endMs: 20 }, 19)).toBe(true)
})
