import type { TokenRow } from './row.ts'

const HOUR_MS = 3_600_000
const WEEK_MS = 7 * 24 * HOUR_MS
/** How far from seven days ago a price may have stood to be what a change of seven days is measured against. */
export const WEEK_SLACK_MS = HOUR_MS

/** A price that is in our records, and the moment at which it stood. */
export interface PastPrice {
  readonly priceUsd: number
  /** Unix milliseconds */
  readonly atMs: number
}

/** USD at the end of each of 24 hours, oldest first; null where nothing is recorded. */
export type Spark = readonly (number | null)[]

/** What recorded history adds to a row. Null: nothing is recorded. */
export interface Trend {
  readonly weekAgo: PastPrice | null
  readonly spark: Spark | null
}

export const NO_TREND: Trend = { weekAgo: null, spark: null }

/** Percent since the price of a week ago; null when either is unknown, or that one stood at another time. */
export function weekChange(priceUsd: number | null, weekAgo: PastPrice | null, nowMs: number): number | null {
  if (priceUsd === null || weekAgo === null || weekAgo.priceUsd <= 0) return null
  if (Math.abs(nowMs - WEEK_MS - weekAgo.atMs) > WEEK_SLACK_MS) return null
  const percent = (priceUsd / weekAgo.priceUsd - 1) * 100
  return Number.isFinite(percent) ? percent : null
}

/**
 * A row on which nothing was decided, with what the records say by now. One that repeats an old price stands as it is,
 * with what was true then.
 */
export function withTrend(row: TokenRow, { weekAgo, spark }: Trend, nowMs: number): TokenRow {
  if (row.status === 'stale' || row.status === 'held') return row
  return { ...row, weekAgo, spark, changePct: { ...row.changePct, '7d': weekChange(row.priceUsd, weekAgo, nowMs) } }
}
