import type { Allowance, RateLimiter } from '../../ports/rate-limiter.ts'
import { Refusal } from './problem.ts'

/** Work that counts against the quota of the key that asked for it. */
export interface Quota {
  /**
   * Takes one and does the work. Ask only when nothing can be wrong with the request any more: it counts if the answer is
   * 2xx or 304; when the work throws, or answers anything else, it is given back.
   * @param keyId of whose quota
   * @throws Refusal `quota_exceeded`, and what the work throws
   */
  spend(keyId: string, work: () => Promise<Response>): Promise<Response>
  /** How things stand with a key, for an answer that does not count. */
  standing(keyId: string): Promise<Allowance>
  readonly limit: number
  readonly windowSeconds: number
}

export function quota(limiter: RateLimiter): Quota {
  const headersOf = quotaHeaders(limiter)
  const { limit } = limiter
  const windowSeconds = limiter.windowMs / 1000
  const refusal = (allowance: Allowance) => {
    const seconds = secondsUntil(allowance)
    const headers = { ...headersOf(allowance), 'retry-after': String(seconds) }
    const rule = `The key may make at most ${limit} queries in any ${windowSeconds} s; the next one in ${seconds} s.`
    return new Refusal('quota_exceeded', rule, headers)
  }
  return {
    limit,
    windowSeconds,
    standing: limiter.look,
    async spend(keyId, work) {
      const { slot, ...allowance } = await limiter.take(keyId)
      if (slot === null) throw refusal(allowance)
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
