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

/** Settles when everything that waits for its turn just now has had it. */
export function nextTurn(clock: Clock): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  clock.after(0, resolve)
  return promise
}
