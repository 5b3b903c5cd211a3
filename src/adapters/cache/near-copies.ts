import { LRUCache } from 'lru-cache'
import type { Stamped } from '../../ports/cache.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Held } from './tier.ts'

/**
 * Copies of Redis strings that Redis has promised to speak up about when they change (client-side caching).
 * node-redis brings such a store, but it knows neither the time each key has left nor a bound in characters, and it
 * remembers every key that was ever asked and not found.
 */
export interface NearCopies {
  /**
   * The copy, or what `fetch` brings. Callers who ask for one key at a time share one fetch. What comes is kept for
   * its life unless `forget` or `clear` was called in between: the news may overtake the answer.
   */
  take(key: string, fetch: () => Promise<Fetched | null>): Promise<Held | null>
  forget(key: string): void
  clear(): void
}

/** An entry and the moment of `clock.monotonicMs` from which it is gone. */
export interface Fetched {
  readonly entry: Stamped
  readonly endsAtMs: number
}

/** How much may be kept. Text is counted in UTF-16 units. */
export interface NearCopiesOptions {
  readonly clock: Clock
  readonly maxEntries: number
  readonly maxChars: number
}

/** Empty at first. */
export function nearCopies({ clock, maxEntries, maxChars }: NearCopiesOptions): NearCopies {
  const copies = new LRUCache<string, Fetched>({
    max: maxEntries,
    maxSize: maxChars,
    sizeCalculation: ({ entry }, key) => key.length + entry.text.length,
  })
  const fetches = new Map<string, Promise<Fetched | null>>()

  const load = (key: string, fetch: () => Promise<Fetched | null>) => {
    const mine = fetch()
    fetches.set(key, mine)
    const settle = (fetched: Fetched | null) => {
      if (fetches.get(key) !== mine) return
      fetches.delete(key)
      if (fetched !== null) copies.set(key, fetched)
    }
    mine.then(settle, () => settle(null))
    return mine
  }

  return {
    async take(key, fetch) {
      const copy = copies.get(key)
      const kept = copy === undefined ? null : living(copy, clock)
      if (kept !== null) return kept
      const fetched = await (fetches.get(key) ?? load(key, fetch))
      return fetched === null ? null : living(fetched, clock)
    },
    forget(key) {
      copies.delete(key)
      fetches.delete(key)
    },
    clear() {
      copies.clear()
      fetches.clear()
    },
  }
}

function living({ entry, endsAtMs }: Fetched, clock: Clock): Held | null {
  const lifeMs = Math.floor(endsAtMs - clock.monotonicMs())
  return lifeMs >= 1 ? { entry, lifeMs } : null
}
