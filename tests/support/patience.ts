import { vi } from 'vitest'

/** How long tests wait for what takes no time: a machine that stalls for seconds is no fault. */
export const PATIENCE_MS = 20_000

/** Asks again and again until it does not throw. */
export function patiently<T>(ask: () => T | Promise<T>): Promise<T> {
  return vi.waitFor(ask, { timeout: PATIENCE_MS, interval: 10 })
}
