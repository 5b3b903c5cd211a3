import type { Range } from './candle.ts'
import { hourEnds, weekBefore } from './past-moments.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MINUTES = 1_000
/** A price this many times above or below today's is taken for another token's, or for a mistake. */
const FACTOR_MAX = 10

/** What is known of a token's past on the board. */
export interface KnownPast {
  /** Whether there is a price of a week ago. */
  readonly hasWeekAgo: boolean
  /** The ends of the last 24 hours, oldest first; null as a whole when none is known. */
  readonly spark: readonly (number | null)[] | null
  /** Unix milliseconds of the token's oldest pool; null when nobody says. */
  readonly createdAtMs: number | null
}

/**
 * The time around the moment a week ago, and what follows it: as time goes on, that moment moves through it.
 * @returns null when nothing is missing, or there cannot be anything
 */
export function missingWeek({ hasWeekAgo, createdAtMs }: KnownPast, nowMs: number): Range | null {
  const weekAgoMs = weekBefore(nowMs)
  if (hasWeekAgo || (createdAtMs ?? 0) >= weekAgoMs) return null
  const fromMs = weekAgoMs - HOUR_MS
  return { fromMs, toMs: fromMs + WEEK_MINUTES * MINUTE_MS }
}

/** The hours of the last day whose end is not known, and those between them. */
export function missingDay({ spark, createdAtMs }: KnownPast, nowMs: number): Range | null {
  const ends = hourEnds(nowMs)
  const missing = ends.filter((endMs, i) => (spark?.[i] ?? null) === null && endMs > (createdAtMs ?? 0))
  const [first, last] = [missing[0], missing.at(-1)]
  return first === undefined || last === undefined ? null : { fromMs: first - HOUR_MS, toMs: last }
}

/** Whether a past price can be believed of a token that costs so much now. */
export function isBelievable(bar: { readonly high: number; readonly low: number }, priceUsd: number): boolean {
  return bar.high <= priceUsd * FACTOR_MAX && bar.low >= priceUsd / FACTOR_MAX
}
