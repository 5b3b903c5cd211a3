import type { Clock } from '../../../ports/clock.ts'
import type { TapeMoment } from '../../../ports/tape.ts'

/** A clock that stands still while something happens, so that all of it happened at the one moment on the tape. */
export interface HeldClock extends Clock {
  now(): TapeMoment
  hold<T>(moment: TapeMoment, work: () => T): T
}

export function heldClock(clock: Clock): HeldClock {
  let held: TapeMoment | null = null
  return {
    nowMs: () => held?.atMs ?? clock.nowMs(),
    monotonicMs: () => held?.monotonicMs ?? clock.monotonicMs(),
    after: clock.after,
    now: () => ({ atMs: clock.nowMs(), monotonicMs: clock.monotonicMs() }),
    hold(moment, work) {
      held = moment
      try {
        return work()
      } finally {
        held = null
      }
    },
  }
}
