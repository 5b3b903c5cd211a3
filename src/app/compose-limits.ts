import { memoryLimiter } from '../adapters/limits/memory.ts'
import { redisLimiter } from '../adapters/limits/redis.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { QuotaKeeper } from '../ports/quota-keeper.ts'
import type { RateLimiter } from '../ports/rate-limiter.ts'
import type { Config } from './config.ts'

export interface LimitParts {
  readonly clock: Clock
  /** Is told of every fault: hand over a throttled one. */
  readonly log: Log
  /** Where a process without Redis writes down what was taken; null: nowhere, and a restart is a fresh start. */
  readonly keeper: QuotaKeeper | null
  /** Called for every query that was let through or refused without Redis, though there should be one. */
  readonly onAlone: () => void
}

/** How many analytics queries a key may make: counted by all instances together with Redis, by this one without. */
export function queryLimiter(config: Config, { keeper, onAlone, ...parts }: LimitParts): RateLimiter {
  const terms = { limit: config.queriesPerHour, windowMs: config.quotaWindowMs, ...parts }
  if (config.redisUrl === null) return memoryLimiter({ ...terms, ...(keeper !== null && { keeper }) })
  return redisLimiter({ ...terms, url: config.redisUrl, keyPrefix: 'tt:quota', onAlone })
}
