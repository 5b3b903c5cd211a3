import { setTimeout as pause } from 'node:timers/promises'
import type { RedisServer } from '../support/redis-server.ts'
import type { Span } from './quota-tally.ts'

/** Does something to Redis again and again. @returns when it was certainly not there */
export type Harm = (times: number, forMs: number) => Promise<readonly Span[]>

const AWAY_MS = 300
const HANGS_MS = 1_000

/** Killed at any moment, and started again a little later. */
export function killing(redis: RedisServer): Harm {
  return again(AWAY_MS, async () => {
    await redis.kill9()
    const sentMs = performance.now()
    await pause(AWAY_MS)
    const receivedMs = performance.now()
    await redis.restart()
    return { sentMs, receivedMs }
  })
}

/** Stopped for a while: it takes questions and answers none. */
export function hanging(redis: RedisServer): Harm {
  return again(HANGS_MS, async () => {
    redis.pause()
    const sentMs = performance.now()
    await pause(HANGS_MS)
    const receivedMs = performance.now()
    redis.resume()
    return { sentMs, receivedMs }
  })
}

function again(takesMs: number, harm: () => Promise<Span>): Harm {
  return async (times, forMs) => {
    const spans: Span[] = []
    for (let n = 0; n < times; n++) {
      await pause(Math.max(0, forMs / (times + 1) - takesMs))
      spans.push(await harm())
    }
    return spans
  }
}
