import { CacheUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { redisConnection } from '../redis/connection.ts'
import { evaluate } from '../redis/script.ts'
import { type Fetched, nearCopies } from './near-copies.ts'
import { PUT_IF_NEWER, pack, unpack, wireText } from './packed.ts'
import { assertStorable, type Tier } from './tier.ts'

/** What `redisCache` needs. */
export interface RedisCacheOptions {
  /** One Redis or a cluster, in the forms that `serversOf` lists. Never logged, never part of an error. */
  readonly url: string
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly clock: Clock
  /** Names the cache, for deployments that share one Redis; it is the hash tag of every key. No braces. */
  readonly keyPrefix?: string
  /** The longest that an answer of Redis may take, in milliseconds; 400 by default. */
  readonly answerMs?: number
}

/** Unless told otherwise, no question to Redis lasts longer than this. */
const ANSWER_MS = 400

/**
 * A cache in Redis 6 or later, or on one node of a Redis Cluster, shared by every instance with the same URL and prefix.
 * An entry that was read is answered from this process until Redis says that it changed; should the connection hang, for
 * about a second longer.
 * Alone it fails while Redis is away (at once, or within 400 ms of a hang) and works again by itself: a deployment puts
 * `tieredCache` around it. A put that Redis answers too late may still run, and its time starts then.
 *
 * In a cluster all entries are in one slot, because the news of a change come on the connection that read the entry, and
 * one connection cannot miss what another was told. What is kept is bounded by how often the sources may be asked.
 * @throws TypeError for an URL that is none.
 */
export function redisCache(options: RedisCacheOptions): Tier {
  const { url, log, clock, keyPrefix = 'tickertap:cache', answerMs = ANSWER_MS } = options
  const near = nearCopies({ clock, maxEntries: 1000, maxChars: 16 * 2 ** 20 })
  const keyInRedis = (key: string) => `{${keyPrefix}}${wireText(key)}`
  const redis = redisConnection({
    url,
    key: keyInRedis(''),
    what: 'the cache',
    unavailable: (message) => new CacheUnavailable(message),
    log,
    clock,
    answerMs,
    strings: 'text',
    onChanged: (key) => (key === null ? near.clear() : near.forget(key)),
  })

  // Both travel together. The time counts from before they were sent, so a copy ends before Redis' entry, never after.
  const fetch = async (key: string): Promise<Fetched | null> => {
    const sentMs = clock.monotonicMs()
    const answers = await redis.ask((send) => Promise.all([send(['GET', key]), send(['PTTL', key])]))
    const [packed, leftMs] = answers as [string | null, number]
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
      const args = ['1', name, `${entry.stampMs}`, pack(entry), `${ttlMs}`]
      const written = redis.ask((send) => evaluate(send, PUT_IF_NEWER, args))
      near.forget(name)
      // Once more when it is done: the news of one's own write may come a moment after its answer.
      return (await written.finally(() => near.forget(name))) === 1
    },
    async close() {
      redis.close()
      near.clear()
    },
  }
}
