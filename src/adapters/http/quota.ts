import { ServiceError } from '../../domain/errors.ts'
import type { Allowance, RateLimiter } from '../../ports/rate-limiter.ts'
import type { Exchange } from './exchange.ts'
import { problemOf, problemResponse } from './problem.ts'
import { pathOf } from './target.ts'

/** Work that counts against the quota of the key that asked for it. */
export interface Quota {
  /**
   * Takes one and does the work, or refuses with 429. Ask only when nothing can be wrong with the request any more: it
   * counts if the answer is 2xx or 304; when the work throws, or answers anything else, it is given back.
   * @param keyId of whose quota
   * @throws what the work throws
   */
  spend(exchange: Exchange, keyId: string, work: () => Promise<Response>): Promise<Response>
  /** How things stand with a key, for an answer that does not count. */
  standing(keyId: string): Promise<Allowance>
  readonly limit: number
  readonly windowSeconds: number
}

export function quota(limiter: RateLimiter): Quota {
  const headersOf = quotaHeaders(limiter)
  const { limit } = limiter
  const windowSeconds = limiter.windowMs / 1000
  const refusal = (exchange: Exchange, allowance: Allowance) => {
    const headers = headersOf(allowance)
    const seconds = secondsUntil(allowance)
    const error = new ServiceError(
      'quota_exceeded',
      `The key may make ${limit} queries in any ${windowSeconds} seconds. There is one more in ${seconds} seconds.`,
    )
    const response = problemResponse(problemOf(error, { ...exchange, path: pathOf(exchange.target) }), { headers })
    response.headers.set('retry-after', String(seconds))
    return response
  }
  return {
    limit,
    windowSeconds,
    standing: limiter.look,
    async spend(exchange, keyId, work) {
      const { slot, ...allowance } = await limiter.take(keyId)
      if (slot === null) return refusal(exchange, allowance)
      let counts = false
      try {
        const response = await work()
        counts = response.ok || response.status === 304
        if (counts) for (const [name, value] of Object.entries(headersOf(allowance))) response.headers.set(name, value)
        return response
      } finally {
        if (!counts) await limiter.giveBack(keyId, slot)
      }
    },
  }
}

/** The window's usual name, where it has one: it only tells which standing belongs to which policy. */
const NAMES: Readonly<Record<number, string>> = { 60: 'minute', 3600: 'hour', 86400: 'day' }

function quotaHeaders({ limit, windowMs }: RateLimiter): (allowance: Allowance) => Record<string, string> {
  const seconds = windowMs / 1000
  const name = NAMES[seconds] ?? 'window'
  const policy = `"${name}";q=${limit};w=${seconds}`
  return (allowance) => ({
    'ratelimit-policy': policy,
    ratelimit: `"${name}";r=${allowance.left};t=${secondsUntil(allowance)}`,
  })
}

/** Up, so that waiting so long is always enough. */
function secondsUntil({ moreInMs }: Allowance): number {
  return Math.ceil(moreInMs / 1000)
}
