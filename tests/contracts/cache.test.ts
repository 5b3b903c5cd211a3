import { randomUUID } from 'node:crypto'
import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { memoryCache } from '../../src/adapters/cache/memory.ts'
import { wireText } from '../../src/adapters/cache/packed.ts'
import { redisCache } from '../../src/adapters/cache/redis.ts'
import type { Tier } from '../../src/adapters/cache/tier.ts'
import { tieredCache } from '../../src/adapters/cache/tiered.ts'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { CacheUnavailable } from '../../src/domain/errors.ts'
import type { Cache } from '../../src/ports/cache.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { memoryLog } from '../support/log.ts'
import { PATIENCE_MS, patiently } from '../support/patience.ts'
import { type RedisHands, type RedisVariant, redisVariants } from '../support/redis-hands.ts'
import { freePort } from '../support/redis-server.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()

/** One adapter or composition, set up to be asked. */
interface Bench {
  readonly cache: Cache
  /** Another instance of the same deployment; null when instances of this adapter do not share. */
  readonly other: Cache | null
  /** What is left of the entry's time, null when it is gone. */
  lifeMs(key: string): Promise<number | null>
  /** Makes the time of this entry be over. */
  expireNow(key: string): Promise<void>
  release(): Promise<void>
}

interface Variant {
  readonly name: string
  readonly skip: boolean
  /** Starts what the benches of one suite share. */
  start(): Promise<{ open(): Promise<Bench>; stop(): Promise<void> }>
}

const TTL_MS = 60_000
/** Keys of one test never meet those of another. */
let nextKey = 0
const freshKey = () => `key-${nextKey++}`

const variants: readonly Variant[] = [
  { name: 'memory', skip: false, start: alone(openMemory) },
  { name: 'tiered (memory, dead redis), which shares nothing', skip: false, start: alone(openTieredAlone) },
  ...redisVariants.flatMap((variant) => [
    { ...variant, start: () => onRedis(variant, openRedis) },
    { ...variant, name: `tiered (memory, ${variant.name})`, start: () => onRedis(variant, openTiered) },
  ]),
]

for (const variant of variants) {
  describe.skipIf(variant.skip)(`cache: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: Bench
    let cache: Cache
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.open()
      cache = bench.cache
    })
    afterEach(() => bench.release())

    test('answers null for a key that was never written', async () => {
      expect(await cache.get(freshKey())).toBeNull()
    })

    test('returns what was put, with its stamp', async () => {
      const key = freshKey()
      expect(await cache.put(key, { text: 'a:b!c', stampMs: 1_790_000_000_000 }, TTL_MS)).toBe(true)
      expect(await cache.get(key)).toEqual({ text: 'a:b!c', stampMs: 1_790_000_000_000 })
    })

    test('keeps keys apart, those with odd characters too', async () => {
      const keys = ['a', 'a ', 'A', 'ä', 'a\u0308', '__proto__', 'a\u0000', ':', '!', '\ud800', '\udfff', '{x}y', '😀']
      const own = keys.map((key) => `${freshKey()}${key}`).concat(['\ud800', '\ud801', '\ufffd'])
      for (const key of own) await cache.put(key, { text: JSON.stringify(key), stampMs: 1 }, TTL_MS)
      for (const key of own) expect((await cache.get(key))?.text).toBe(JSON.stringify(key))
    })

    test('takes a key of 8,192 characters', async () => {
      const key = freshKey().padEnd(8192, 'ß')
      await cache.put(key, { text: 'long', stampMs: 1 }, TTL_MS)
      expect((await cache.get(key))?.text).toBe('long')
    })

    test('returns any text exactly, lone halves of characters and control characters included', async () => {
      const unit = fc.integer({ min: 0, max: 0xffff }).map((code) => String.fromCharCode(code))
      await fc.assert(
        fc.asyncProperty(fc.string({ unit: fc.oneof(unit, fc.constantFrom(':', '!', '"')) }), async (text) => {
          const key = freshKey()
          await cache.put(key, { text, stampMs: 1 }, TTL_MS)
          expect((await cache.get(key))?.text).toBe(text)
        }),
        { numRuns: 50, examples: [['\ud83d'], ['😀'], ['\u0000\r\n'], ['']] },
      )
    })

    test('holds a text of a megabyte', async () => {
      const key = freshKey()
      const text = 'äbc😀'.repeat(200_000)
      await cache.put(key, { text, stampMs: 1 }, TTL_MS)
      expect((await cache.get(key))?.text === text).toBe(true)
    })

    test('lets a newer stamp replace an older one', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'old', stampMs: 1 }, TTL_MS)
      expect(await cache.put(key, { text: 'new', stampMs: 2 }, TTL_MS)).toBe(true)
      expect(await cache.get(key)).toEqual({ text: 'new', stampMs: 2 })
    })

    test('refuses an older stamp and leaves the newer entry and its time as they are', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'new', stampMs: 10 }, TTL_MS)
      expect(await cache.put(key, { text: 'old', stampMs: 9 }, TTL_MS * 10)).toBe(false)
      expect(await cache.get(key)).toEqual({ text: 'new', stampMs: 10 })
      expect(await bench.lifeMs(key)).toBeLessThanOrEqual(TTL_MS)
    })

    test('compares stamps as numbers, not as text', async () => {
      const key = freshKey()
      for (const stampMs of [-5, -0.5, 9, 10, 1_790_000_000_000.5, 1e21]) {
        expect(await cache.put(key, { text: `${stampMs}`, stampMs }, TTL_MS)).toBe(true)
        expect(await cache.get(key)).toEqual({ text: `${stampMs}`, stampMs })
      }
      expect(await cache.put(key, { text: 'nine', stampMs: 9 }, TTL_MS)).toBe(false)
    })

    test('lets an equal stamp replace the text', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'first', stampMs: 5 }, TTL_MS)
      expect(await cache.put(key, { text: 'second', stampMs: 5 }, TTL_MS)).toBe(true)
      expect(await cache.get(key)).toEqual({ text: 'second', stampMs: 5 })
    })

    test('starts the time of an entry anew with every accepted write', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'short', stampMs: 1 }, TTL_MS)
      expect(await bench.lifeMs(key)).toSatisfy((lifeMs: number) => lifeMs > TTL_MS - 10_000 && lifeMs <= TTL_MS)
      await cache.put(key, { text: 'long', stampMs: 1 }, TTL_MS * 10)
      expect(await bench.lifeMs(key)).toSatisfy((lifeMs: number) => lifeMs > TTL_MS * 9 && lifeMs <= TTL_MS * 10)
    })

    test('forgets an entry once its time is over, even one that was just read, and then takes an older one', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'gone', stampMs: 2 }, TTL_MS)
      expect(await cache.get(key)).not.toBeNull()
      await bench.expireNow(key)
      await patiently(async () => expect(await cache.get(key)).toBeNull())
      expect(await cache.put(key, { text: 'older', stampMs: 1 }, TTL_MS)).toBe(true)
      expect((await cache.get(key))?.text).toBe('older')
    })

    test('ends with the newest of many writes, in whatever order and however mixed with reads', async () => {
      const stamps = fc.shuffledSubarray([1, 2, 3, 4, 5, 6, 7, 8], { minLength: 8, maxLength: 8 })
      await fc.assert(
        fc.asyncProperty(stamps, async (order) => {
          const key = freshKey()
          const writers = [cache, bench.other ?? cache]
          const write = (stampMs: number, at: number) =>
            writers[at % 2]?.put(key, { text: `${stampMs}`, stampMs }, TTL_MS)
          await Promise.all(order.flatMap((stampMs, at) => [write(stampMs, at), cache.get(key)]))
          expect(await cache.get(key)).toEqual({ text: '8', stampMs: 8 })
        }),
        { numRuns: 50 },
      )
    })

    test('reads its own write at once, also while others read the same key', async () => {
      const key = freshKey()
      for (let stampMs = 1; stampMs <= 100; stampMs++) {
        const reads = [cache.get(key), cache.get(key)]
        await cache.put(key, { text: `${stampMs}`, stampMs }, TTL_MS)
        expect((await cache.get(key))?.stampMs).toBe(stampMs)
        await Promise.all(reads)
      }
    })

    test('shows one instance what another wrote, whichever wrote last, where instances share', async ({ skip }) => {
      if (bench.other === null) return skip('this one shares nothing')
      const key = freshKey()
      const { other } = bench
      await other.put(key, { text: 'theirs', stampMs: 1 }, TTL_MS)
      expect((await cache.get(key))?.text).toBe('theirs')
      await cache.put(key, { text: 'ours', stampMs: 2 }, TTL_MS)
      await patiently(async () => expect((await other.get(key))?.text).toBe('ours'))
      await other.put(key, { text: 'theirs again', stampMs: 3 }, TTL_MS)
      await patiently(async () => expect((await cache.get(key))?.text).toBe('theirs again'))
    })

    test('refuses an empty key, a stamp that is no number and a time below a millisecond as mistakes', async () => {
      const entry = { text: '', stampMs: 1 }
      await expect(cache.put('', entry, TTL_MS)).rejects.toThrow(RangeError)
      await expect(cache.put('k', { text: '', stampMs: Number.NaN }, TTL_MS)).rejects.toThrow(RangeError)
      for (const ttlMs of [0, -1, 0.5, Number.NaN, Number.POSITIVE_INFINITY]) {
        await expect(cache.put('k', entry, ttlMs)).rejects.toThrow(RangeError)
      }
    })

    test('throws CacheUnavailable after close, and closes twice without harm', async () => {
      const key = freshKey()
      await cache.put(key, { text: 'x', stampMs: 1 }, TTL_MS)
      await cache.close()
      await cache.close()
      await expect(cache.get(key)).rejects.toThrow(CacheUnavailable)
      await expect(cache.put(key, { text: 'x', stampMs: 1 }, TTL_MS)).rejects.toThrow(CacheUnavailable)
    })
  })
}

/** Its time is turned by hand. */
async function openMemory(): Promise<Bench & { readonly cache: Tier }> {
  const clock = fakeClock()
  const cache = memoryCache({ clock, maxEntries: 1000 })
  return {
    cache,
    other: null,
    lifeMs: async (key) => (await cache.look(key))?.lifeMs ?? null,
    expireNow: () => clock.advance(TTL_MS),
    release: () => cache.close(),
  }
}

function alone(open: () => Promise<Bench>): Variant['start'] {
  return async () => ({ open, stop: async () => {} })
}

async function onRedis(variant: RedisVariant, open: (hands: RedisHands) => Promise<Bench>) {
  const hands = await variant.start()
  return { open: () => open(hands), stop: hands.stop }
}

/** Redis' time is not ours: entries are ended by commands of the test's own. */
async function openRedis({ url, atKey }: RedisHands): Promise<RedisBench> {
  const keyPrefix = `tickertap-test-${randomUUID()}`
  const keyInRedis = (key: string) => `{${keyPrefix}}${wireText(key)}`
  const make = () => redisCache({ url, keyPrefix, log: memoryLog(), clock: realClock, answerMs: PATIENCE_MS })
  const [cache, other] = [make(), make()]
  // What a suite asks then does not depend on how busy the machine is just now.
  for (const one of [cache, other]) await patiently(() => one.get('connected'))
  return {
    cache,
    other,
    async lifeMs(key) {
      const leftMs = Number(await atKey(keyInRedis(key), ['PTTL', keyInRedis(key)]))
      return leftMs < 0 ? null : leftMs
    },
    expireNow: async (key) => void (await atKey(keyInRedis(key), ['PEXPIRE', keyInRedis(key), '0'])),
    release: async () => void (await Promise.all([cache.close(), other.close()])),
  }
}

interface RedisBench extends Bench {
  readonly cache: Tier
  readonly other: Tier
}

async function openTiered(hands: RedisHands): Promise<Bench> {
  const redis = await openRedis(hands)
  const clock = fakeClock()
  const make = (shared: Tier) => tieredCache({ local: memoryCache({ clock, maxEntries: 1000 }), shared })
  const [cache, other] = [make(redis.cache), make(redis.other)]
  return {
    ...redis,
    cache,
    other,
    async expireNow(key) {
      await redis.expireNow(key)
      // In life both tiers end together. Here a read between the two ends would take the entry from one to the other.
      await patiently(async () => expect(await redis.cache.look(key)).toBeNull())
      await clock.advance(TTL_MS)
    },
    release: async () => void (await Promise.all([cache.close(), other.close()])),
  }
}

/** Nothing listens where its shared tier should be, for all of its life. */
async function openTieredAlone(): Promise<Bench> {
  const memory = await openMemory()
  const url = `redis://127.0.0.1:${await freePort()}`
  const cache = tieredCache({ local: memory.cache, shared: redisCache({ url, log: memoryLog(), clock: realClock }) })
  return { ...memory, cache, release: () => cache.close() }
}
