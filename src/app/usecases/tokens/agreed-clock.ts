import type { Clock } from '../../../ports/clock.ts'

/** Less is left as it is: ages are honest to 250 ms, and a clock that is set every half second would go back as often. */
const TOLERATED_MS = 100

/**
 * The clock of this machine, set by the one that all instances can ask. Every stamp that leaves an instance is read from
 * it, so a machine whose wall clock is an hour wrong neither shows wrong ages nor takes those of others for wrong.
 */
export interface AgreedClock extends Clock {
  /**
   * @param toldMs what the common clock said, Unix milliseconds
   * @param askedMs our monotonic time before it was asked; it is heard now
   * @returns by how much the wall clock was set just now, in milliseconds; mostly 0
   */
  hear(toldMs: number, askedMs: number): number
}

/** Shows the time of `own` until it hears another. */
export function agreedClock(own: Clock): AgreedClock {
  let aheadMs = 0
  return {
    nowMs: () => own.nowMs() + aheadMs,
    monotonicMs: () => own.monotonicMs(),
    after: (delayMs, run) => own.after(delayMs, run),
    hear(toldMs, askedMs) {
      // It was told at any moment of the way there and back, so it is wrong by half of that at most.
      const halfWayMs = (own.monotonicMs() - askedMs) / 2
      const setMs = Math.round(toldMs + halfWayMs - own.nowMs()) - aheadMs
      if (Math.abs(setMs) <= TOLERATED_MS + halfWayMs) return 0
      aheadMs += setMs
      return setMs
    },
  }
}
