import { createHash } from 'node:crypto'
import { LRUCache } from 'lru-cache'
import { RateLimiterMemory, RateLimiterRes } from 'rate-limiter-flexible'
import { guesses } from './guesses.ts'
import { tooMany } from './too-many.ts'

/**
 * How much of what one client address may do, in windows that begin with the first. Coarse, and for each instance by
 * itself: it keeps a stranger from costing much. Behind a reverse proxy all clients have the address of the proxy, unless
 * its word is believed.
 */
export interface FloodLimits {
  /** Look-ups, in a minute, of keys that then turn out to be nobody's. */
  readonly unknownKeysPerMinute: number
  /** The same of tickets. */
  readonly unknownTicketsPerMinute: number
  /** Refusals for a bad key or token, in a minute, before they turn into 429. */
  readonly refusalsPerMinute: number
  /** Requests with a key, in ten seconds. */
  readonly keyedPer10Seconds: number
  /** Tickets of one key, in a minute. */
  readonly ticketsPerMinute: number
  /** Visits of tags, in a minute, looks at where they lead included: a whole venue may share one address. */
  readonly visitsPerMinute: number
}
export const FLOOD_LIMITS: FloodLimits = {
  unknownKeysPerMinute: 20,
  unknownTicketsPerMinute: 20,
  refusalsPerMinute: 6000,
  keyedPer10Seconds: 50_000,
  ticketsPerMinute: 120,
  visitsPerMinute: 600,
}

const REGULARS_MAX = 10_000

/** Every method throws Refusal `too_many_requests` when it is one too many. */
export interface Floods {
  /** Looks a key up. It counts when the answer is null; keys that were somebody's lately are looked up in any case. */
  lookUp<Found>(address: string | null, key: string, ask: () => Promise<Found | null>): Promise<Found | null>
  /** Looks a ticket up. It counts when the answer is null. */
  redeem<Found>(address: string | null, ask: () => Promise<Found | null>): Promise<Found | null>
  refused(address: string | null): Promise<void>
  keyed(address: string | null): Promise<void>
  ticket(keyId: string): Promise<void>
  visit(address: string | null): Promise<void>
}

export function floods(limits: FloodLimits = FLOOD_LIMITS): Floods {
  const lookUps = guesses(limits.unknownKeysPerMinute, 'This address has asked for too many unknown keys.')
  const redemptions = guesses(limits.unknownTicketsPerMinute, 'This address has tried too many tickets.')
  // Or a stranger who shares an address, or a proxy, with a team could keep it out.
  const regulars = new LRUCache<string, true>({ max: REGULARS_MAX })
  const refusals = new RateLimiterMemory({ points: limits.refusalsPerMinute, duration: 60 })
  const keyed = new RateLimiterMemory({ points: limits.keyedPer10Seconds, duration: 10 })
  const tickets = new RateLimiterMemory({ points: limits.ticketsPerMinute, duration: 60 })
  const visits = new RateLimiterMemory({ points: limits.visitsPerMinute, duration: 60 })
  return {
    async lookUp(address, key, ask) {
      const digest = createHash('sha256').update(key).digest('base64')
      const found = regulars.has(digest) ? await ask() : await lookUps(placeOf(address), ask)
      if (found === null) regulars.delete(digest)
      else regulars.set(digest, true)
      return found
    },
    redeem: (address, ask) => redemptions(placeOf(address), ask),
    refused: (address) => take(refusals, placeOf(address), 'This address was refused too often.'),
    keyed: (address) => take(keyed, placeOf(address), 'This address sends too many requests.'),
    ticket: (keyId) => take(tickets, keyId, 'This key has asked for too many tickets.'),
    visit: (address) => take(visits, placeOf(address), 'This address has visited too many tags.'),
  }
}

async function take(limiter: RateLimiterMemory, key: string, sentence: string): Promise<void> {
  try {
    await limiter.consume(key)
  } catch (over) {
    if (!(over instanceof RateLimiterRes)) throw over
    throw tooMany(sentence, over.msBeforeNext)
  }
}

/** Whoever has one IPv6 address has all of its /64. */
function placeOf(address: string | null): string {
  if (address === null) return 'unknown'
  if (!address.includes(':') || address.includes('.')) return address
  const [head = [], tail = []] = address.split('::').map((half) => half.split(':'))
  const zeros = Array.from({ length: Math.max(0, 8 - head.length - tail.length) }, () => '0')
  return [...head, ...zeros, ...tail].slice(0, 4).join(':')
}
