import { civil, DAY_MS, HOUR_MS, MINUTE_MS } from '../calendar.ts'
import type { Interval } from './candle.ts'

/** Cuts time into buckets without gap or overlap: each moment is in exactly one. Unix milliseconds. */
export interface Grid {
  /** Begin of the bucket that holds the moment. */
  begin(ms: number): number
  /** Begin of the bucket after the one that begins there. */
  next(beginMs: number): number
}

/** One whose buckets can be counted, backwards too. */
export interface UtcGrid extends Grid {
  /** Begin of the bucket so many further on, or back. */
  shift(beginMs: number, count: number): number
}

/** Length of what has one in every zone; a day has 23 to 25 hours somewhere, and a month no length. */
export const FIXED_MS = {
  '1m': MINUTE_MS,
  '5m': 5 * MINUTE_MS,
  '15m': 15 * MINUTE_MS,
  '1h': HOUR_MS,
  '4h': 4 * HOUR_MS,
} as const satisfies Partial<Record<Interval, number>>

/** The longest that a bucket can be in any zone. */
export const LONGEST_MS: Readonly<Record<Interval, number>> = {
  ...FIXED_MS,
  '1d': 25 * HOUR_MS,
  '1w': 7 * DAY_MS + HOUR_MS,
  '1M': 31 * DAY_MS + HOUR_MS,
}

/** 1970-01-05, a Monday. */
const MONDAY_MS = 4 * DAY_MS

/** By arithmetic alone, for any time. */
export function utcGrid(interval: Interval): UtcGrid {
  if (interval === '1M') return MONTHS
  if (interval === '1w') return spans(7 * DAY_MS, MONDAY_MS)
  return spans(interval === '1d' ? DAY_MS : FIXED_MS[interval], 0)
}

function spans(lengthMs: number, originMs: number): UtcGrid {
  return {
    begin: (ms) => originMs + Math.floor((ms - originMs) / lengthMs) * lengthMs,
    next: (beginMs) => beginMs + lengthMs,
    shift: (beginMs, count) => beginMs + count * lengthMs,
  }
}

const MONTHS: UtcGrid = {
  begin: (ms) => monthAfter(ms, 0),
  next: (beginMs) => monthAfter(beginMs, 1),
  shift: monthAfter,
}

function monthAfter(ms: number, count: number): number {
  const { year, month } = civil(ms)
  return Date.UTC(year, month + count)
}

/**
 * Days, weeks or months of a zone, or spans of a fixed length that start afresh at each local midnight: where the clocks
 * change, the last span of that day is shorter.
 * @param boundaries ascending; moments outside of them have no bucket
 * @param lengthMs null: what is between two boundaries is one bucket
 */
export function zoneGrid(boundaries: readonly number[], lengthMs: number | null): Grid {
  const outside = () => new RangeError('The moment is outside of the boundaries that were read.')
  const indexOf = (ms: number) => {
    const index = lastAtOrBefore(boundaries, ms)
    if (index < 0 || index + 1 >= boundaries.length) throw outside()
    return index
  }
  const edge = (index: number) => boundaries[index] ?? Number.NaN
  return {
    begin(ms) {
      // The last boundary ends the last bucket, and is asked for as an end.
      if (ms === boundaries.at(-1)) return ms
      const startMs = edge(indexOf(ms))
      return lengthMs === null ? startMs : startMs + Math.floor((ms - startMs) / lengthMs) * lengthMs
    },
    next(beginMs) {
      const endMs = edge(indexOf(beginMs) + 1)
      return lengthMs === null ? endMs : Math.min(beginMs + lengthMs, endMs)
    },
  }
}

/** The first bucket that begins at the moment or after it. */
export function ceil(grid: Grid, ms: number): number {
  const beginMs = grid.begin(ms)
  return beginMs === ms ? ms : grid.next(beginMs)
}

function lastAtOrBefore(sorted: readonly number[], ms: number): number {
  let low = -1
  let high = sorted.length
  while (high - low > 1) {
    const middle = (low + high) >> 1
    if ((sorted[middle] ?? Number.POSITIVE_INFINITY) <= ms) low = middle
    else high = middle
  }
  return low
}
