import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { QuotaKeeper } from '../../ports/quota-keeper.ts'
import type { RateLimiter } from '../../ports/rate-limiter.ts'
import { byKey } from './by-key.ts'
import { keeping } from './keeping.ts'
import { type Slots, slots } from './slots.ts'

export interface MemoryLimiterOptions {
  /** As in the port. */
  readonly limit: number
  readonly windowMs: number
  readonly clock: Clock
  readonly log: Log
  /** Beyond so many keys, the one used least recently starts anew. */
  readonly keysMax?: number
  /** Absent: a restart is a fresh start. */
  readonly keeper?: QuotaKeeper
}

const KEYS_MAX = 20_000

/**
 * Counts in this process alone: for one instance, and exact there. Of several, each would allow the whole limit. Time is
 * monotonic, so a stepped wall clock neither frees anything early nor holds it too long.
 */
export function memoryLimiter(options: MemoryLimiterOptions): RateLimiter {
  const { clock, log, limit, windowMs, keysMax = KEYS_MAX, keeper } = options
  const keys = byKey<Slots>({
    make: () => slots(windowMs),
    isIdle: (taken) => taken.count(clock.monotonicMs()) === 0,
    keysMax,
  })
  const kept = keeper === undefined ? null : keeping({ keeper, keys, clock, log })
  let names = 0
  return {
    limit,
    windowMs,
    async take(key) {
      await kept?.loaded()
      const taken = keys.of(key)
      const nowMs = clock.monotonicMs()
      if (taken.count(nowMs) >= limit) return { slot: null, ...taken.allowance(nowMs, limit) }
      const slot = (names++).toString(36)
      taken.add(slot, nowMs)
      kept?.changed(key)
      return { slot, ...taken.allowance(nowMs, limit) }
    },
    async giveBack(key, slot) {
      keys.peek(key)?.remove(slot)
      kept?.changed(key)
    },
    async look(key) {
      await kept?.loaded()
      return keys.peek(key)?.allowance(clock.monotonicMs(), limit) ?? { left: limit, moreInMs: 0 }
    },
    async close() {
      await kept?.close()
    },
  }
}
