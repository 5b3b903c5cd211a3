/** The furthest moment that a Date can hold, either way. */
const DATE_MS_MAX = 8.64e15

/** ISO text of Unix milliseconds in UTC; null for null, and for a moment no calendar holds (a source may claim any). */
export function iso(ms: number | null): string | null {
  return ms === null || !(Math.abs(ms) <= DATE_MS_MAX) ? null : new Date(ms).toISOString()
}

/** ISO text of a moment that we measured ourselves. */
export function isoOf(ms: number): string {
  return new Date(ms).toISOString()
}

/** Whole milliseconds since then. A clock that stepped back gives 0, not a negative age. */
export function ageMs(observedAtMs: number, nowMs: number): number {
  return Math.max(0, Math.round(nowMs - observedAtMs))
}
