import type { Clock } from '../../../ports/clock.ts'

/** The time that one call may take, together with its caller's patience. */
export interface Deadline {
  readonly signal: AbortSignal
  /** Waits at most `ms`; returns early, without an error, when the time is over. */
  pause(ms: number): Promise<void>
  /** Frees the alarm; to be called when the call has ended. */
  clear(): void
}

/** @param caller ends the call too, whatever time is left */
export function deadline(clock: Clock, timeoutMs: number, caller: AbortSignal): Deadline {
  const timer = new AbortController()
  const clear = clock.after(timeoutMs, () => timer.abort(new DOMException('The time is over.', 'TimeoutError')))
  const signal = AbortSignal.any([caller, timer.signal])
  return { signal, pause: (ms) => pause(clock, ms, signal), clear }
}

function pause(clock: Clock, ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const finish = () => {
      cancel()
      signal.removeEventListener('abort', finish)
      resolve()
    }
    const cancel = clock.after(ms, finish)
    signal.addEventListener('abort', finish)
    if (signal.aborted) finish()
  })
}
