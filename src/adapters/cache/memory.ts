import { LRUCache } from 'lru-cache'
import { CacheUnavailable } from '../../domain/errors.ts'
import type { Stamped } from '../../ports/cache.ts'
import type { Clock } from '../../ports/clock.ts'
import { assertStorable, type Held, type Tier } from './tier.ts'

/** What `memoryCache` needs and how much it may hold. */
export interface MemoryCacheOptions {
  readonly clock: Clock
  /** The entry that was used least recently makes room for one more than this. */
  readonly maxEntries: number
  /** All keys and texts together, in UTF-16 units (two bytes each at most); a text longer than this is not kept. */
  readonly maxChars?: number
}

interface Timed {
  readonly entry: Stamped
  readonly endsAtMs: number
}

/**
 * A cache inside one process. Choose it alone when one instance runs, or as the local tier of `tieredCache`;
 * two processes see nothing of each other through it. Time is monotonic: a stepped wall clock ends nothing early.
 */
export function memoryCache({ clock, maxEntries, maxChars = 32 * 2 ** 20 }: MemoryCacheOptions): Tier {
  const entries = new LRUCache<string, Timed>({
    max: maxEntries,
    maxSize: maxChars,
    sizeCalculation: ({ entry }, key) => key.length + entry.text.length,
  })
  let open = true
  const assertOpen = () => {
    if (!open) throw new CacheUnavailable('The memory cache is closed.')
  }
  // lru-cache has a time to live of its own, but takes a start at 0 ms (a fresh monotonic clock) for "lives for ever".
  const look = (key: string): Held | null => {
    const timed = entries.get(key)
    if (timed === undefined) return null
    const lifeMs = Math.floor(timed.endsAtMs - clock.monotonicMs())
    if (lifeMs >= 1) return { entry: timed.entry, lifeMs }
    entries.delete(key)
    return null
  }
  const put = (key: string, entry: Stamped, ttlMs: number): boolean => {
    const held = look(key)
    if (held !== null && held.entry.stampMs > entry.stampMs) return false
    const { text, stampMs } = entry
    entries.set(key, { entry: { text, stampMs }, endsAtMs: clock.monotonicMs() + ttlMs })
    return true
  }
  return {
    async look(key) {
      assertOpen()
      return look(key)
    },
    async get(key) {
      assertOpen()
      return look(key)?.entry ?? null
    },
    async put(key, entry, ttlMs) {
      assertOpen()
      assertStorable(key, entry, ttlMs)
      return put(key, entry, ttlMs)
    },
    async close() {
      open = false
      entries.clear()
    },
  }
}
