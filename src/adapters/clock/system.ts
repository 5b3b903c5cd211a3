// Not the globals: on Deno those return a number, which cannot be told to let the process end.
import { clearImmediate, clearTimeout, setImmediate, setTimeout } from 'node:timers'
import type { Clock } from '../../ports/clock.ts'

/** The machine's own clock. A waiting alarm does not keep the process alive. */
export function systemClock(): Clock {
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => performance.now(),
    after(delayMs, run) {
      // A timer of no time would wait a millisecond all the same.
      if (delayMs === 0) {
        const immediate = setImmediate(run)
        return () => clearImmediate(immediate)
      }
      const timer = setTimeout(run, delayMs)
      timer.unref()
      return () => clearTimeout(timer)
    },
  }
}
