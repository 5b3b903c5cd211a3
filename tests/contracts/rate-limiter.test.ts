import fc from 'fast-check'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { memoryLimiter } from '../../src/adapters/limits/memory.ts'
import type { RateLimiter } from '../../src/ports/rate-limiter.ts'
import { turnedRedis } from '../adapters/limits/turned-redis.ts'
import { fakeClock } from '../support/fake-clock.ts'
import { memoryLog } from '../support/log.ts'
import { type RedisHands, type RedisVariant, redisVariants } from '../support/redis-hands.ts'

const LIMIT = 5
const WINDOW_MS = 3_600_000

/** Limiters that share what they count, and their time. */
interface Bench {
  readonly limiters: readonly RateLimiter[]
  advance(ms: number): Promise<void>
  release(): Promise<void>
}

interface Variant {
  readonly name: string
  readonly skip: boolean
  start(): Promise<{ open(): Promise<Bench>; stop(): Promise<void> }>
}

const variants: readonly Variant[] = [
  { name: 'memory', skip: false, start: async () => ({ open: openMemory, stop: async () => {} }) },
  ...redisVariants.map((variant) => ({ ...variant, start: () => onRedis(variant) })),
]
let nextKey = 0
const freshKey = () => `key-${nextKey++}`

for (const variant of variants) {
  describe.skipIf(variant.skip)(`rate limiter: ${variant.name}`, () => {
    let benches: Awaited<ReturnType<typeof variant.start>>
    let bench: Bench
    let limiter: RateLimiter
    let other: RateLimiter
    beforeAll(async () => {
      benches = await variant.start()
    })
    afterAll(() => benches?.stop())
    beforeEach(async () => {
      bench = await benches.open()
      limiter = bench.limiters[0] as RateLimiter
      other = bench.limiters.at(-1) as RateLimiter
    })
    afterEach(() => bench.release())

    const fill = async (key: string) => {
      const taken = []
      for (let n = 0; n < LIMIT; n++) taken.push(await limiter.take(key))
      return taken
    }

    test('lets through as many as the limit, and tells how many are left', async () => {
      const taken = await fill(freshKey())
      expect(taken.map(({ left }) => left)).toEqual([4, 3, 2, 1, 0])
      expect(new Set(taken.map(({ slot }) => slot)).size).toBe(LIMIT)
      expect(taken.every(({ slot, moreInMs }) => slot !== null && moreInMs === WINDOW_MS)).toBe(true)
    })

    test('refuses the one too many until the oldest is over, to the millisecond', async () => {
      const key = freshKey()
      await limiter.take(key)
      await bench.advance(1000)
      for (let n = 1; n < LIMIT; n++) await limiter.take(key)
      await bench.advance(500)
      expect(await limiter.take(key)).toEqual({ slot: null, left: 0, moreInMs: WINDOW_MS - 1500 })
      await bench.advance(WINDOW_MS - 1501)
      expect(await limiter.take(key)).toEqual({ slot: null, left: 0, moreInMs: 1 })
      await bench.advance(1)
      expect(await limiter.take(key)).toMatchObject({ slot: expect.any(String), left: 0, moreInMs: 1000 })
      expect(await limiter.take(key)).toEqual({ slot: null, left: 0, moreInMs: 1000 })
    })

    test('allows no second limit around the end of a window', async () => {
      const key = freshKey()
      await bench.advance(WINDOW_MS - 1)
      await fill(key)
      await bench.advance(2)
      expect((await limiter.take(key)).slot).toBeNull()
    })

    test('lets exactly as many as the limit through of many at once', async () => {
      const key = freshKey()
      const all = await Promise.all(Array.from({ length: 500 }, (_, n) => (n % 2 ? limiter : other).take(key)))
      const slots = all.flatMap(({ slot }) => slot ?? [])
      expect(new Set(slots).size).toBe(LIMIT)
      expect(slots).toHaveLength(LIMIT)
      for (const { slot, moreInMs } of all) if (slot === null) expect(moreInMs).toBe(WINDOW_MS)
    })

    test('counts every key by itself', async () => {
      await fill('A')
      expect(await limiter.take('a')).toMatchObject({ left: LIMIT - 1 })
      expect(await limiter.take('__proto__')).toMatchObject({ left: LIMIT - 1 })
      expect(await limiter.take('')).toMatchObject({ left: LIMIT - 1 })
    })

    test('has one more when one is given back, and not two when it is given back twice', async () => {
      const key = freshKey()
      const taken = await fill(key)
      const slot = taken[2]?.slot ?? ''
      await limiter.giveBack(key, slot)
      await limiter.giveBack(key, slot)
      expect(await limiter.look(key)).toEqual({ left: 1, moreInMs: WINDOW_MS })
      expect((await limiter.take(key)).slot).not.toBeNull()
      expect((await limiter.take(key)).slot).toBeNull()
    })

    test('is not impressed by a slot that nobody took', async () => {
      const key = freshKey()
      await limiter.giveBack(key, 'nobody')
      const taken = await fill(key)
      await limiter.giveBack(key, 'nobody')
      await limiter.giveBack(freshKey(), taken[0]?.slot ?? '')
      expect((await limiter.take(key)).slot).toBeNull()
    })

    test('looks without taking', async () => {
      const key = freshKey()
      expect(await limiter.look(key)).toEqual({ left: LIMIT, moreInMs: 0 })
      await limiter.take(key)
      await bench.advance(10)
      for (let n = 0; n < 10; n++)
        expect(await limiter.look(key)).toEqual({ left: LIMIT - 1, moreInMs: WINDOW_MS - 10 })
      await bench.advance(WINDOW_MS)
      expect(await limiter.look(key)).toEqual({ left: LIMIT, moreInMs: 0 })
    })

    test('answers after it was closed, and is closed twice without harm', async () => {
      await limiter.close()
      await limiter.close()
      const { slot } = await limiter.take('late')
      expect((await limiter.look('late')).left).toBeLessThan(LIMIT)
      await limiter.giveBack('late', slot ?? '')
    })

    test('never holds more than the limit in any window, and never refuses what fits', async () => {
      const step = fc.oneof(
        { weight: 5, arbitrary: fc.record({ take: fc.nat(1), at: fc.nat(9) }) },
        { weight: 1, arbitrary: fc.record({ giveBack: fc.nat(20) }) },
        { weight: 3, arbitrary: fc.record({ advance: fc.oneof(fc.nat(3), fc.nat(WINDOW_MS / 2)) }) },
        { weight: 1, arbitrary: fc.constant({ wait: true }) },
        { weight: 1, arbitrary: fc.constant({ look: true }) },
      )
      await fc.assert(
        fc.asyncProperty(fc.array(step, { minLength: 20, maxLength: 60 }), async (steps) => {
          const key = freshKey()
          let nowMs = 0
          let held: { readonly slot: string; readonly by: RateLimiter; readonly atMs: number }[] = []
          const fitting = () => held.filter(({ atMs }) => atMs + WINDOW_MS > nowMs)
          const allowance = () => {
            const inside = fitting()
            const oldestMs = inside[0]?.atMs ?? nowMs - WINDOW_MS
            return { left: LIMIT - inside.length, moreInMs: oldestMs + WINDOW_MS - nowMs }
          }
          const advance = async (ms: number) => {
            nowMs += ms
            await bench.advance(ms)
          }
          const takeOne = async (by: RateLimiter) => {
            const fits = fitting().length < LIMIT
            const { slot, ...left } = await by.take(key)
            expect(slot !== null).toBe(fits)
            if (slot !== null) held.push({ slot, by, atMs: nowMs })
            expect(left).toEqual(allowance())
          }
          for (const what of steps) {
            if ('take' in what) await takeOne(bench.limiters[what.at % bench.limiters.length] as RateLimiter)
            if ('advance' in what) await advance(what.advance)
            if ('look' in what) expect(await other.look(key)).toEqual(allowance())
            if ('wait' in what && fitting().length === LIMIT) {
              await advance(allowance().moreInMs)
              await takeOne(other)
            }
            if ('giveBack' in what && held.length > 0) {
              const given = held[what.giveBack % held.length]
              if (given !== undefined) await given.by.giveBack(key, given.slot)
              held = held.filter((one) => one !== given)
            }
          }
          for (const [n, { atMs }] of held.entries()) {
            expect((held[n + LIMIT]?.atMs ?? Number.POSITIVE_INFINITY) - atMs).toBeGreaterThanOrEqual(WINDOW_MS)
          }
        }),
        { numRuns: 40 },
      )
    })
  })
}

async function openMemory(): Promise<Bench> {
  const clock = fakeClock()
  const limiter = memoryLimiter({ limit: LIMIT, windowMs: WINDOW_MS, clock, log: memoryLog() })
  return { limiters: [limiter], advance: clock.advance, release: () => limiter.close() }
}

async function onRedis(variant: RedisVariant) {
  const hands: RedisHands = await variant.start()
  const open = async (): Promise<Bench> => {
    const redis = await turnedRedis(hands, LIMIT, WINDOW_MS)
    const limiters = [await redis.open(), await redis.open(), await redis.open()]
    return { limiters, advance: redis.advance, release: redis.release }
  }
  return { open, stop: hands.stop }
}
