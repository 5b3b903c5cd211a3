import type { Clock } from '../../src/ports/clock.ts'
import { fakeClock } from './fake-clock.ts'

const STEP_MS = 5
/** Of a turn that took longer, no more than this counts. */
const STEP_MS_MAX = 20

/**
 * A clock on which time passes `factor` times as fast, in small steps: a service that lives by it waits as long as it
 * should, in its own time, while its sockets and its sources live in ours. It stands still while the machine does, so no
 * deadline passes in a moment in which nobody could have met it.
 */
export function quickClock(factor: number): Clock {
  const clock = fakeClock(Date.now())
  let lastMs = performance.now()
  const step = async () => {
    const passedMs = Math.min(performance.now() - lastMs, STEP_MS_MAX)
    lastMs = performance.now()
    await clock.advance(Math.round(passedMs * factor))
    setTimeout(step, STEP_MS).unref()
  }
  void step()
  return clock
}
