import { createClient } from 'redis'
import { afterEach, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { type RedisLimiterOptions, redisLimiter } from '../../../src/adapters/limits/redis.ts'
import type { RateLimiter } from '../../../src/ports/rate-limiter.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { awakeMs } from '../../support/stalls.ts'

/** Redis is real, and so is its time; nothing is over before a test is. */
const WINDOW_MS = 3_600_000
const LIMIT = 20
const KEY_IN_REDIS = '{quota}key'
const realClock = systemClock()
const access = privateRedisForTests()

interface Opened extends RateLimiter {
  /** Decisions made without Redis. */
  alone(): number
}

describe.skipIf(access.skip).each(['none', 'aof'] as const)(
  `the limiter and a Redis of its own: persistence %s${access.why}`,
  (persistence) => {
    let server: RedisServer
    let log: ReturnType<typeof memoryLog>
    let admin: Awaited<ReturnType<typeof adminOf>>

    const open = (more: Partial<RedisLimiterOptions> = {}): Opened => {
      let alone = 0
      const terms = { limit: LIMIT, windowMs: WINDOW_MS, url: server.url, clock: realClock, log, keyPrefix: 'quota' }
      const limiter = redisLimiter({ ...terms, onAlone: () => alone++, ...more })
      onTestFinished(() => limiter.close())
      return { ...limiter, alone: () => alone }
    }
    /** Connected. One that is patient does not mind a busy machine, but takes a hang for a slow answer. */
    const connected = async (more: Partial<RedisLimiterOptions> = {}): Promise<Opened> => {
      const limiter = open({ answerMs: PATIENCE_MS, ...more })
      await patiently(async () => {
        const before = limiter.alone()
        await limiter.giveBack('other', (await limiter.take('other')).slot ?? '')
        expect(limiter.alone()).toBe(before)
      })
      return limiter
    }
    const take = async (limiter: RateLimiter, count: number): Promise<string[]> => {
      const slots: string[] = []
      for (let n = 0; n < count; n++) {
        const { slot } = await limiter.take('key')
        if (slot !== null) slots.push(slot)
      }
      return slots
    }
    const held = () => admin.zCard(KEY_IN_REDIS)
    const eventuallyHeld = (count: number) => patiently(async () => expect(await held()).toBe(count))

    beforeEach(async () => {
      log = memoryLog()
      server = await access.openServer({ persistence })
      admin = await adminOf(server.url)
    })
    afterEach(async () => {
      admin.destroy()
      await server.stop()
    })

    test('kill -9 and a restart let nobody have more, when instances know how many they are', async () => {
      const one = await connected({ instances: () => 2 })
      const two = await connected({ instances: () => 2 })
      expect(await take(one, 12)).toHaveLength(12)
      expect(await take(two, 12)).toHaveLength(8)
      await server.kill9()
      expect(await take(one, 30)).toEqual([])
      expect(await take(two, 30)).toEqual([])
      expect(one.alone()).toBeGreaterThanOrEqual(30)
      await server.restart()
      await eventuallyHeld(LIMIT)
      expect(await take(one, 5)).toEqual([])
      expect(await take(two, 5)).toEqual([])
    })

    if (persistence === 'aof') return

    test('what was let through while Redis was away counts when it is back, though nobody asks', async () => {
      const limiter = await connected()
      await take(limiter, 3)
      await server.kill9()
      expect(await take(limiter, 30)).toHaveLength(LIMIT - 3)
      await server.restart()
      await eventuallyHeld(LIMIT)
      const newcomer = await connected()
      expect(await take(newcomer, 1)).toEqual([])
    })

    test('every decision that is made without Redis is counted, and no other', async () => {
      const limiter = await connected()
      await take(limiter, 1)
      const before = limiter.alone()
      await server.kill9()
      await patiently(async () => {
        await limiter.look('key')
        await limiter.take('other')
        expect(limiter.alone()).toBeGreaterThan(before)
      })
      const dead = limiter.alone()
      await Promise.all(Array.from({ length: 10 * LIMIT }, () => limiter.take('key')))
      expect(limiter.alone()).toBe(dead + 10 * LIMIT)
    })

    test('works before Redis is there, and takes it up by itself', async () => {
      await server.kill9()
      const early = open()
      const startMs = awakeMs()
      expect(await take(early, 30)).toHaveLength(LIMIT)
      // Three questions that nobody answers, and no more. The slack is for a busy machine.
      expect(awakeMs() - startMs).toBeLessThan(3 * 150 + 500)
      await server.restart()
      await eventuallyHeld(LIMIT)
    })

    test('a hang costs little, lets nobody have more, and is over by itself', async () => {
      const limiter = await connected({ answerMs: 150 })
      const before = await patiently(async () => {
        const slots = await take(limiter, 5)
        expect(slots.length).toBeGreaterThan(0)
        return slots.length
      })
      server.pause()
      const startMs = awakeMs()
      const all = await Promise.all(Array.from({ length: 200 }, () => limiter.take('key')))
      expect(awakeMs() - startMs).toBeLessThan(1500)
      expect(all.filter(({ slot }) => slot !== null)).toHaveLength(LIMIT - before)
      server.resume()
      await eventuallyHeld(LIMIT)
      expect(await take(limiter, 5)).toEqual([])
    })

    test('a question whose answer never came is counted once', async () => {
      const limiter = await connected({ answerMs: 150, limit: 1000 })
      await take(limiter, 5)
      server.pause()
      // On its way to Redis, and decided here.
      const late = await limiter.take('key')
      server.resume()
      expect(late.slot).not.toBeNull()
      await patiently(async () => {
        const alone = limiter.alone()
        const { slot } = await limiter.take('key')
        await limiter.giveBack('key', slot ?? '')
        expect(limiter.alone()).toBe(alone)
      })
      await eventuallyHeld(6)
      expect(await admin.zScore(KEY_IN_REDIS, late.slot ?? '')).not.toBeNull()
    })

    test('what is given back while Redis is away is given back there when it returns', async () => {
      const limiter = await connected()
      const slots = await take(limiter, 10)
      await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
      for (const slot of slots.slice(0, 4)) await limiter.giveBack('key', slot)
      expect(await limiter.look('key')).toMatchObject({ left: LIMIT - 6 })
      await admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
      await eventuallyHeld(6)
      expect(await limiter.look('key')).toMatchObject({ left: LIMIT - 6 })
    })

    test('no memory left: Redis counts all the same', async () => {
      const limiter = await connected()
      const alone = limiter.alone()
      await take(limiter, 2)
      await admin.configSet('maxmemory', '1')
      expect(await take(limiter, 30)).toHaveLength(LIMIT - 2)
      expect(await held()).toBe(LIMIT)
      expect(limiter.alone()).toBe(alone)
    })

    test('a Redis that became a replica: the limit is kept, and Redis is told when it is none', async () => {
      const limiter = await connected()
      await take(limiter, 2)
      await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
      expect(await take(limiter, 30)).toHaveLength(LIMIT - 2)
      await admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
      await eventuallyHeld(LIMIT)
    })

    test('a wrong password: the limit is kept, and the password is told to nobody', async () => {
      await admin.configSet('requirepass', 'right')
      const limiter = open({ url: server.url.replace('://', '://:wrong-secret@') })
      expect(await take(limiter, 30)).toHaveLength(LIMIT)
      await patiently(() => expect(JSON.stringify(log.lines)).toContain('WRONGPASS'))
      expect(JSON.stringify(log.lines)).not.toContain('wrong-secret')
    })

    test('forgotten scripts are sent again, without a decision alone', async () => {
      const limiter = await connected()
      const alone = limiter.alone()
      await take(limiter, 2)
      await admin.scriptFlush()
      expect(await take(limiter, 30)).toHaveLength(LIMIT - 2)
      expect(await held()).toBe(LIMIT)
      expect(limiter.alone()).toBe(alone)
    })

    test('an emptied Redis is told what it forgot before anything is taken', async () => {
      const one = await connected()
      const two = await connected()
      const alone = one.alone()
      await take(one, 12)
      await take(two, 5)
      await admin.flushAll()
      expect(await take(one, 1)).toHaveLength(1)
      expect(await held()).toBe(13)
      expect(await take(two, 1)).toHaveLength(1)
      expect(await held()).toBe(19)
      expect([...(await take(one, 5)), ...(await take(two, 5))]).toHaveLength(1)
      expect(one.alone()).toBe(alone)
    })

    test('instances that have seen each other share the limit while they cannot talk', async () => {
      const one = await connected()
      const two = await connected()
      const three = await connected()
      await patiently(async () => expect(await admin.zCard('{quota}#instances')).toBe(3))
      await three.close()
      await patiently(async () => expect(await admin.zCard('{quota}#instances')).toBe(2))
      await server.kill9()
      expect((await take(two, 30)).length).toBeLessThanOrEqual(LIMIT / 2)
      expect((await take(one, 30)).length).toBeGreaterThan(0)
    })

    test('what others had taken is remembered while Redis is away', async () => {
      const one = await connected()
      const two = await connected()
      await take(one, 15)
      await take(two, 1)
      await server.kill9()
      expect(await take(two, 30)).toHaveLength(4)
    })

    test('something else under our key: the limit is kept', async () => {
      const limiter = await connected()
      await admin.set(KEY_IN_REDIS, 'a text')
      expect(await take(limiter, 30)).toHaveLength(LIMIT)
      await admin.del(KEY_IN_REDIS)
      await eventuallyHeld(LIMIT)
    })

    test('Redis is not asked about a key whose limit this process has taken itself', async () => {
      const limiter = await connected()
      await take(limiter, LIMIT)
      await admin.configResetStat()
      expect(await take(limiter, 100)).toEqual([])
      expect(await callsOf(admin, 'evalsha')).toBe(0)
    })

    test('many who ask for one key share questions', async () => {
      const limiter = await connected()
      await admin.configResetStat()
      await Promise.all(Array.from({ length: 500 }, () => limiter.take('key')))
      expect(await callsOf(admin, 'evalsha')).toBeLessThanOrEqual(2)
    })

    test('thousands of keys at once are no outage', async () => {
      const limiter = await connected()
      const alone = limiter.alone()
      const keys = Array.from({ length: 5_000 }, (_, n) => `key-${n}`)
      const all = await Promise.all(keys.map((key) => limiter.take(key)))
      expect(all.every(({ left }) => left === LIMIT - 1)).toBe(true)
      expect(limiter.alone()).toBe(alone)
    })

    test('keys leave Redis when their window is over', async () => {
      const limiter = await connected()
      await take(limiter, 1)
      const leftMs = await admin.pTTL(KEY_IN_REDIS)
      expect(leftMs).toBeGreaterThan(WINDOW_MS - 2 * PATIENCE_MS)
      expect(leftMs).toBeLessThanOrEqual(WINDOW_MS)
    })
  },
)

async function adminOf(url: string) {
  const client = createClient({ url })
  client.on('error', () => undefined)
  return client.connect()
}

async function callsOf(admin: Awaited<ReturnType<typeof adminOf>>, command: string): Promise<number> {
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await admin.info('commandstats'))?.[1] ?? 0)
}
