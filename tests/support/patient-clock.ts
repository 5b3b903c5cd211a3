import { systemClock } from '../../src/adapters/clock/system.ts'
import type { Clock } from '../../src/ports/clock.ts'

/** Real time, in which everything may be ten times as late: for suites that ask what is answered, not when. */
export function patientClock(): Clock {
  const clock = systemClock()
  return { ...clock, after: (delayMs, run) => clock.after(delayMs * 10, run) }
}
