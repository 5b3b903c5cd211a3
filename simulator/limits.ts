import type { Source } from './model.ts'
import { type Ask, json, plain, type Reply } from './reply.ts'

const WINDOW_MS = 60_000
/** The one key that the fake Jupiter accepts; it doubles the keyless rate. */
export const JUPITER_KEY = 'simulator'
const PER_MINUTE = {
  dexscreener: 300,
  dexscreenerLists: 60,
  jupiter: 30,
  jupiterKey: 60,
  geckoterminal: 30,
  coingecko: 30,
}

/** Either nothing stands in the way (`refusal` null), or this is the answer. The headers go with both. */
export interface Verdict {
  readonly refusal: Reply | null
  readonly headers: Readonly<Record<string, string>>
}

/** A source's own way to limit. Time is the market's. */
export type Limiter = (ask: Ask, nowMs: number) => Verdict

const ADMITTED: Verdict = { refusal: null, headers: {} }

/** A limiter with empty windows. */
export const LIMITERS = {
  dexscreener: dexscreenerLimiter,
  jupiter: jupiterLimiter,
  geckoterminal: () => coingeckoShaped({ 'retry-after': '0' }),
  coingecko: () => coingeckoShaped({ 'retry-after': '60' }),
} as const satisfies Record<Source, () => Limiter>

interface Taken {
  readonly ok: boolean
  /** Calls of the last minute, this and refused ones too. */
  readonly current: number
  /** When a slot is free again. */
  readonly freeAtMs: number
}

/** At most so many accepted calls in any 60 s. Calling too early costs nothing but the answer. */
function slidingWindow(max: number): (nowMs: number) => Taken {
  let accepted: number[] = []
  let refused: number[] = []
  return (nowMs) => {
    const recent = (atMs: number) => atMs > nowMs - WINDOW_MS
    accepted = accepted.filter(recent)
    refused = refused.filter(recent)
    const ok = accepted.length < max
    ;(ok ? accepted : refused).push(nowMs)
    const [oldest = nowMs] = accepted
    return { ok, current: accepted.length + refused.length, freeAtMs: oldest + WINDOW_MS }
  }
}

/** Nothing tells a client how much is left. Every other refusal has a Retry-After, and none is JSON. */
function dexscreenerLimiter(): Limiter {
  const prices = slidingWindow(PER_MINUTE.dexscreener)
  const lists = slidingWindow(PER_MINUTE.dexscreenerLists)
  let refusals = 0
  return (ask, nowMs) => {
    const taken = (/^\/token-(?:profiles|boosts)\//.test(ask.path) ? lists : prices)(nowMs)
    if (taken.ok) return ADMITTED
    const seconds = String(Math.max(1, Math.ceil((taken.freeAtMs - nowMs) / 1000)))
    const headers: Record<string, string> = refusals++ % 2 === 0 ? { 'retry-after': seconds } : {}
    return { refusal: plain('Too Many Requests', 429, headers), headers: {} }
  }
}

/** Three headers on every answer of 200 or 429, `remaining` below zero when overrun, and never a Retry-After. */
function jupiterLimiter(): Limiter {
  const tiers = {
    keyless: { take: slidingWindow(PER_MINUTE.jupiter), max: PER_MINUTE.jupiter },
    key: { take: slidingWindow(PER_MINUTE.jupiterKey), max: PER_MINUTE.jupiterKey },
  }
  return (ask, nowMs) => {
    const key = ask.headers['x-api-key']
    if (key !== undefined && key !== JUPITER_KEY) return { refusal: json({ error: 'Unauthorized' }, 401), headers: {} }
    const tier = key === undefined ? tiers.keyless : tiers.key
    const taken = tier.take(nowMs)
    const headers = {
      'x-ratelimit-remaining': String(tier.max - taken.current),
      'x-ratelimit-current': String(taken.current),
      'x-ratelimit-reset': String(Math.ceil(taken.freeAtMs / 1000)),
    }
    if (taken.ok) return { refusal: null, headers }
    return { refusal: json({ error: '[API Gateway] Too many requests' }, 429, headers), headers }
  }
}

/** GeckoTerminal's Retry-After of 0 is as useless as in life. */
function coingeckoShaped(headers: Readonly<Record<string, string>>): Limiter {
  const take = slidingWindow(PER_MINUTE.geckoterminal)
  const body = { status: { error_code: 429, error_message: "You've exceeded the Rate Limit. Please slow down." } }
  return (_, nowMs) => (take(nowMs).ok ? ADMITTED : { refusal: json(body, 429, headers), headers: {} })
}
