import type { Clock } from '../../../ports/clock.ts'

const WINDOW_MS = 60_000

/** How often we may knock: never more than `perMinute` starts in any 60 seconds. */
export interface Budget {
  /** Starts possible now. */
  left(): number
  /** Takes one start; to be called only while `left()` is above 0. */
  take(): void
  /** Milliseconds until a start is possible; 0 when one is now. */
  freeInMs(): number
}

/**
 * Exact: it remembers the moment of every start of the last minute (a fixed window would let twice as many through at
 * its border, a token bucket nearly so). Memory: one number per start, at most `perMinute`.
 */
export function slidingBudget(perMinute: number, clock: Clock): Budget {
  const startsMs: number[] = []
  const forget = () => {
    const beginMs = clock.monotonicMs() - WINDOW_MS
    const kept = startsMs.findIndex((startMs) => startMs > beginMs)
    startsMs.splice(0, kept === -1 ? startsMs.length : kept)
  }
  const left = () => {
    forget()
    return Math.max(0, perMinute - startsMs.length)
  }
  return {
    left,
    take() {
      startsMs.push(clock.monotonicMs())
    },
    freeInMs() {
      if (left() > 0) return 0
      return (startsMs[0] ?? clock.monotonicMs()) + WINDOW_MS - clock.monotonicMs()
    },
  }
}
