import { randomUUID } from 'node:crypto'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { type RedisLimiterOptions, redisLimiter } from '../../../src/adapters/limits/redis.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { RateLimiter } from '../../../src/ports/rate-limiter.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import type { RedisHands } from '../../support/redis-hands.ts'

/** Limiters on one Redis, all of whose clocks are turned by hand. Deadlines and pauses are real. */
export interface TurnedRedis {
  open(more?: Partial<RedisLimiterOptions>): Promise<RateLimiter>
  advance(ms: number): Promise<void>
  /** Steps the clock of Redis alone. */
  stepRedis(ms: number): Promise<void>
  /** What Redis holds of a key. */
  held(key: string): Promise<number>
  /** Empties Redis, of what these limiters keep. */
  forget(key: string): Promise<void>
  release(): Promise<void>
}

const START_MS = Date.UTC(2026, 10, 20)

export async function turnedRedis(hands: RedisHands, limit: number, windowMs: number): Promise<TurnedRedis> {
  const keyPrefix = `quota-test-${randomUUID()}`
  const timeKey = `{${keyPrefix}}#time`
  const real = systemClock()
  const opened: RateLimiter[] = []
  let elapsedMs = 0
  let steppedMs = 0
  const clock: Clock = { ...real, nowMs: () => START_MS + elapsedMs, monotonicMs: () => elapsedMs }
  const setTime = async () => {
    const micros = Math.round((START_MS + elapsedMs + steppedMs) * 1000)
    const parts = ['s', String(Math.floor(micros / 1e6)), 'us', String(micros % 1e6)]
    await hands.atKey(timeKey, ['HSET', timeKey, ...parts])
  }
  await setTime()
  return {
    async open(more = {}) {
      const terms = { url: hands.url, keyPrefix, limit, windowMs, clock, log: memoryLog(), answerMs: PATIENCE_MS }
      const readTime = `redis.call('HMGET', '${timeKey}', 's', 'us')`
      let alone = 0
      const limiter = redisLimiter({ ...terms, readTime, onAlone: () => alone++, ...more })
      opened.push(limiter)
      // What a suite asks then does not depend on how busy the machine is just now.
      await patiently(async () => {
        const before = alone
        const { slot } = await limiter.take('connected')
        if (slot !== null) await limiter.giveBack('connected', slot)
        if (alone !== before) throw new Error('not connected yet')
      })
      return limiter
    },
    async advance(ms) {
      elapsedMs += ms
      await setTime()
    },
    async stepRedis(ms) {
      steppedMs += ms
      await setTime()
    },
    held: async (key) => Number(await hands.atKey(`{${keyPrefix}}${key}`, ['ZCARD', `{${keyPrefix}}${key}`])),
    forget: async (key) => void (await hands.atKey(`{${keyPrefix}}${key}`, ['DEL', `{${keyPrefix}}${key}`])),
    release: async () => void (await Promise.all(opened.map((limiter) => limiter.close()))),
  }
}
