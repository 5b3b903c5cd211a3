const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 7 * 24 * HOUR_MS
/** A price reaches the records this long after its minute at the latest: slow sources are asked every minute or so. */
const SETTLED_MS = 2 * MINUTE_MS

/** The minute's boundary seven days ago. */
export function weekBefore(nowMs: number): number {
  return Math.floor((nowMs - WEEK_MS) / MINUTE_MS) * MINUTE_MS
}

/** The ends of the last 24 whole hours of which the records are complete, oldest first. */
export function hourEnds(nowMs: number): readonly number[] {
  const newestMs = Math.floor((nowMs - SETTLED_MS) / HOUR_MS) * HOUR_MS
  return Array.from({ length: 24 }, (_, i) => newestMs - (23 - i) * HOUR_MS)
}
