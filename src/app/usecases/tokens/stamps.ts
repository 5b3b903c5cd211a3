/** How far ahead of our clock a stamp may lie before it can only be from before the clock was set back. */
const CLOCK_SLACK_MS = 5_000

/** True for a stamp that was written before our clock was set back: it says nothing about what is newer. */
export function isAhead(stampMs: number, nowMs: number): boolean {
  return stampMs > nowMs + CLOCK_SLACK_MS
}

/** The newer of two stamps, or the second when the first is null or lies ahead of the clock. */
export function newerStamp(standingMs: number | null, nextMs: number, nowMs: number): number {
  return standingMs === null || isAhead(standingMs, nowMs) ? nextMs : Math.max(standingMs, nextMs)
}
