import type { Clock } from '../../../ports/clock.ts'

/** Settles after a while, or at once when `ending` is aborted. */
export function pause(clock: Clock, ms: number, ending: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  if (ending.aborted) resolve()
  const cancel = clock.after(ms, resolve)
  const end = () => {
    cancel()
    resolve()
  }
  ending.addEventListener('abort', end, { once: true })
  return promise.finally(() => ending.removeEventListener('abort', end))
}
