import { memoryLimiter } from '../adapters/limits/memory.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { QuotaKeeper } from '../ports/quota-keeper.ts'
import type { RateLimiter } from '../ports/rate-limiter.ts'
import type { Config } from './config.ts'

export interface LimitParts {
  readonly clock: Clock
  /** Is told of every fault: hand over a throttled one. */
  readonly log: Log
  /** Where a process alone writes down what was taken; absent: nowhere. */
  readonly keeper?: QuotaKeeper
}

/** How many analytics queries a key may make. */
export function queryLimiter(config: Config, parts: LimitParts): RateLimiter {
  return memoryLimiter({ limit: config.queriesPerHour, windowMs: config.quotaWindowMs, ...parts })
}
