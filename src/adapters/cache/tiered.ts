import { CacheUnavailable } from '../../domain/errors.ts'
import type { Cache } from '../../ports/cache.ts'
import type { Held, Tier } from './tier.ts'

/** The two places an entry is kept in. */
export interface TieredCacheOptions {
  /** Answers when the shared tier cannot, and must always answer: `memoryCache`. */
  readonly local: Tier
  /** What all instances see: `redisCache`. */
  readonly shared: Tier
}

/**
 * What a deployment with Redis uses. A read asks both tiers and takes the newer stamp; a write goes to both.
 * - While the shared tier is away, hangs or was emptied, the local one answers: what this instance wrote or read before.
 *   Nothing fails; what only others know is then simply absent.
 * - A tier that lacks the entry, or has an older one, is given the newer by the next read, with the life that it had
 *   left. A move adds nothing to it but the time one answer of the shared tier takes.
 */
export function tieredCache({ local, shared }: TieredCacheOptions): Cache {
  const newest = async (key: string): Promise<Held | null> => {
    const [mine, theirs] = await Promise.all([local.look(key), orAway(shared.look(key))])
    if (theirs === AWAY) return mine
    if (isNewer(theirs, mine)) await local.put(key, theirs.entry, theirs.lifeMs)
    else if (isNewer(mine, theirs)) await orAway(shared.put(key, mine.entry, mine.lifeMs))
    return isNewer(mine, theirs) ? mine : theirs
  }
  return {
    async get(key) {
      return (await newest(key))?.entry ?? null
    },
    async put(key, entry, ttlMs) {
      if (!(await local.put(key, entry, ttlMs))) return false
      if ((await orAway(shared.put(key, entry, ttlMs))) !== false) return true
      // Somebody else wrote a newer one: take it over, so that this instance still knows it when the shared tier is away.
      await newest(key)
      return false
    },
    async close() {
      await Promise.all([local.close(), shared.close()])
    },
  }
}

const AWAY = Symbol('the shared tier is away')

async function orAway<T>(answer: Promise<T>): Promise<T | typeof AWAY> {
  try {
    return await answer
  } catch (error) {
    if (error instanceof CacheUnavailable) return AWAY
    throw error
  }
}

function isNewer(one: Held | null, other: Held | null): one is Held {
  return one !== null && (other === null || one.entry.stampMs > other.entry.stampMs)
}
