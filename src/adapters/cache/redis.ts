import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type Fetched, nearCopies } from './near-copies.ts'
import { pack, unpack, wireText } from './packed.ts'
import { redisConnection } from './redis-connection.ts'
import { assertStorable, type Tier } from './tier.ts'

/** What `redisCache` needs. */
export interface RedisCacheOptions {
  /** `redis://[user[:password]@]host[:port][/db]`, `rediss://` for TLS. Never logged, never part of an error. */
  readonly url: string
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly clock: Clock
  /** In front of every key, for deployments that share one Redis. */
  readonly keyPrefix?: string
}

/**
 * A cache in Redis 6 or later, shared by every instance with the same URL and prefix. An entry that was read is answered
 * from this process until Redis says that it changed; should the connection hang, for about a second longer.
 * Alone it fails while Redis is away (at once, or within 400 ms of a hang) and works again by itself: a deployment puts
 * `tieredCache` around it. A put that Redis answers too late may still run, and its time starts then.
 * @throws TypeError for an URL that is none.
 */
export function redisCache({ url, log, clock, keyPrefix = 'tickertap:cache' }: RedisCacheOptions): Tier {
  const near = nearCopies({ clock, maxEntries: 1000, maxChars: 16 * 2 ** 20 })
  const redis = redisConnection({ url, log, clock, onChanged: near.forget, onAllChanged: near.clear })
  const keyInRedis = (key: string) => `${keyPrefix}${wireText(key)}`

  // Both travel together. The time counts from before they were sent, so a copy ends before Redis' entry, never after.
  const fetch = async (key: string): Promise<Fetched | null> => {
    const sentMs = clock.monotonicMs()
    const [packed, leftMs] = await redis.ask((client) => Promise.all([client.get(key), client.pTTL(key)]))
    const entry = packed === null ? null : unpack(packed)
    return entry === null ? null : { entry, endsAtMs: sentMs + leftMs }
  }
  const look = (key: string) => near.take(keyInRedis(key), () => fetch(keyInRedis(key)))

  return {
    look,
    async get(key) {
      return (await look(key))?.entry ?? null
    },
    async put(key, entry, ttlMs) {
      assertStorable(key, entry, ttlMs)
      const name = keyInRedis(key)
      const written = redis.ask((client) => client.putIfNewer(name, entry.stampMs, pack(entry), ttlMs))
      near.forget(name)
      // Once more when it is done: the news of one's own write may come a moment after its answer.
      return written.finally(() => near.forget(name))
    },
    async close() {
      redis.close()
      near.clear()
    },
  }
}
