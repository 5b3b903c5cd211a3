import { coingecko } from './coingecko.ts'
import { dexscreener } from './dexscreener.ts'
import { geckoterminal } from './geckoterminal.ts'
import { jupiter } from './jupiter.ts'
import { LIMITERS, type Limiter } from './limits.ts'
import type { Market } from './market.ts'
import { SOURCES, type Source } from './model.ts'
import { type PageCache, pageCache } from './page-cache.ts'
import type { Ask, Reply } from './reply.ts'

/** Where each fake source lives on the one port: everything before its endpoint paths, as in the real addresses. */
export const BASES = {
  dexscreener: '/dexscreener',
  jupiter: '/jupiter',
  geckoterminal: '/geckoterminal/api/v2',
  coingecko: '/coingecko/api/v3',
} as const satisfies Record<Source, string>

const ANSWERS = { dexscreener, jupiter, geckoterminal, coingecko } as const satisfies Record<
  Source,
  (ask: Ask, market: Market) => Reply
>

/** Which sources limit their callers: all, none, or those named. */
export type Limits = 'on' | 'off' | readonly Source[]

/** A source's answer with its cache and its limit, but without faults. */
export type HonestSource = (ask: Ask, url: string) => Reply

export function honestSources(market: Market, limits: Limits): Readonly<Record<Source, HonestSource>> {
  const make = (source: Source): HonestSource => {
    const limited = limits === 'on' || (limits !== 'off' && limits.includes(source))
    const limiter: Limiter = limited ? LIMITERS[source]() : () => ({ refusal: null, headers: {} })
    return limitedSource({ source, market, limiter, cache: source === 'geckoterminal' ? pageCache() : null })
  }
  return {
    dexscreener: make('dexscreener'),
    jupiter: make('jupiter'),
    geckoterminal: make('geckoterminal'),
    coingecko: make('coingecko'),
  }
}

interface Parts {
  readonly source: Source
  readonly market: Market
  readonly limiter: Limiter
  /** Its hits do not reach the limiter. */
  readonly cache: PageCache | null
}

function limitedSource({ source, market, limiter, cache }: Parts): HonestSource {
  return (ask, url) => {
    const nowMs = market.nowMs()
    const remembered = cache?.find(url, nowMs)
    if (remembered) return remembered
    const { refusal, headers } = limiter(ask, nowMs)
    if (refusal !== null) return refusal
    const reply = ANSWERS[source](ask, market)
    const answer = { ...reply, headers: { ...reply.headers, ...headers } }
    return cache?.keep(url, answer, nowMs) ?? answer
  }
}

/** A source and what is asked of it: path and query without its base. */
export interface Target {
  readonly source: Source
  readonly url: string
}

/** The source that a request line belongs to, and the rest of it; null when it belongs to none. */
export function sourceOf(requestUrl: string): Target | null {
  for (const source of SOURCES) {
    const base = BASES[source]
    if (requestUrl.startsWith(`${base}/`)) return { source, url: requestUrl.slice(base.length) }
  }
  return null
}
