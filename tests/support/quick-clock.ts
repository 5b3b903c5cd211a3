import type { Clock } from '../../src/ports/clock.ts'

/**
 * A clock on which time passes `factor` times as fast: a service that lives by it waits as long as it should, in its
 * own time, while its sockets and its sources live in ours.
 */
export function quickClock(factor: number): Clock {
  const startMs = Date.now()
  const bornMs = performance.now()
  const monotonicMs = () => (performance.now() - bornMs) * factor
  return {
    nowMs: () => Math.round(startMs + monotonicMs()),
    monotonicMs,
    after(delayMs, run) {
      const timer = setTimeout(run, delayMs / factor)
      return () => clearTimeout(timer)
    },
  }
}
