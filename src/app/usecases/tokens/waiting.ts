import type { Clock } from '../../../ports/clock.ts'

/** Waits for boards. */
export interface Waiting {
  /** Settles true once `isSo` holds (asked now and after each board), false when it does not within `withinMs`. */
  until(isSo: () => boolean, withinMs: number): Promise<boolean>
  /** To be called after each board. */
  wake(): void
}

export function waiting(clock: Clock): Waiting {
  const waiters = new Set<() => void>()
  return {
    until(isSo, withinMs) {
      if (isSo()) return Promise.resolve(true)
      const { promise, resolve } = Promise.withResolvers<boolean>()
      const end = (held: boolean) => {
        waiters.delete(ask)
        cancel()
        resolve(held)
      }
      const ask = () => {
        if (isSo()) end(true)
      }
      const cancel = clock.after(withinMs, () => end(false))
      waiters.add(ask)
      return promise
    },
    wake() {
      for (const ask of [...waiters]) ask()
    },
  }
}
