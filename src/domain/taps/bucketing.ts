import { civil, DAY_MS, HOUR_MS, MINUTE_MS } from '../calendar.ts'
import type { TapInterval } from './tap.ts'

/** Unix milliseconds, half-open. */
export interface TapRange {
  readonly fromMs: number
  readonly toMs: number
}

/** The buckets that a range touches: neighbours of `edges` are begin and end of one. */
export interface TapGrid {
  readonly range: TapRange
  /** Ascending. Empty when the range is. */
  readonly edges: readonly number[]
}

/** 1970-01-05, a Monday. */
const MONDAY_MS = 4 * DAY_MS
const MONTHS = { month: 1, quarter: 3 } as const
const FIXED_MS = { minute: MINUTE_MS, hour: HOUR_MS, day: DAY_MS, week: 7 * DAY_MS } as const

/** How many buckets of UTC a range touches, without making them. */
export function countUtcBuckets(interval: TapInterval, { fromMs, toMs }: TapRange): number {
  if (toMs <= fromMs) return 0
  return utcIndex(interval, toMs - 1) - utcIndex(interval, fromMs) + 1
}

/** The buckets of UTC that a range touches. */
export function utcGridOf(interval: TapInterval, range: TapRange): TapGrid {
  const first = utcIndex(interval, range.fromMs)
  const count = countUtcBuckets(interval, range)
  const edges = count === 0 ? [] : Array.from({ length: count + 1 }, (_, i) => utcEdge(interval, first + i))
  return { range, edges }
}

/** Those of the given edges that cut the range. @param all from the first at or before the range to the last at or after it */
export function gridWithin(range: TapRange, all: readonly number[]): TapGrid {
  if (range.toMs <= range.fromMs) return { range, edges: [] }
  const first = all.findLastIndex((edge) => edge <= range.fromMs)
  const last = all.findIndex((edge) => edge >= range.toMs)
  if (first === -1 || last === -1) throw new RangeError('The edges do not hold the range.')
  return { range, edges: all.slice(first, last + 1) }
}

/** What is counted between: the edges, cut where the range begins and ends. */
export function boundsOf({ range, edges }: TapGrid): number[] {
  return edges.map((edge) => Math.min(Math.max(edge, range.fromMs), range.toMs))
}

interface Bucket {
  readonly startMs: number
  readonly endMs: number
}

/** Whether the range cuts a bucket, or it is not over yet. */
export function isPartial(range: TapRange, { startMs, endMs }: Bucket, nowMs: number): boolean {
  return startMs < range.fromMs || endMs > range.toMs || endMs > nowMs
}

/** Number of the bucket that holds a moment. */
function utcIndex(interval: TapInterval, ms: number): number {
  if (interval === 'month' || interval === 'quarter') {
    const { year, month } = civil(ms)
    return Math.floor((year * 12 + month) / MONTHS[interval])
  }
  return Math.floor((ms - originOf(interval)) / FIXED_MS[interval])
}

function utcEdge(interval: TapInterval, index: number): number {
  if (interval === 'month' || interval === 'quarter') return Date.UTC(1970, index * MONTHS[interval] - 12 * 1970)
  return originOf(interval) + index * FIXED_MS[interval]
}

function originOf(interval: TapInterval): number {
  return interval === 'week' ? MONDAY_MS : 0
}
