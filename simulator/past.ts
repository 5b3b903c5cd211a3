import { pastOf } from './gecko-candles.ts'
import type { Market } from './market.ts'
import type { Token } from './model.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** What a token was worth during a minute that is over, USD. */
export interface PastMinute {
  /** Unix milliseconds, on a minute. */
  readonly openTimeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}

/** Part of a token's past. */
export interface TokenPast {
  /** Network and address, lower-case on EVM networks. */
  readonly id: string
  readonly symbol: string
  readonly name: string
  /** Oldest first. */
  readonly minutes: readonly PastMinute[]
}

/** How much of a market's past is wanted. */
export interface PastPlan {
  /** Up to 180. */
  readonly days: number
  /** Of so many tokens, the most traded. */
  readonly tokens: number
  /** Of so many of them every quarter of an hour of the last fortnight. Default 0. */
  readonly quartersOf?: number
}

const HOURLY_DAYS = 8
const QUARTERS_DAYS = 14
const QUARTER_MS = 15 * MINUTE_MS
/** So many of the most traded have every minute of their last day. */
const MINUTE_TOKENS = 20

/**
 * The market's own past: first one minute in four hours of each token, in each hour of the last eight days, and perhaps more, in which
 * the price stands, because the market knows no more of that time; then every minute of the last day of those that are traded most.
 */
export function* pastPrices(market: Market, { days, tokens, quartersOf = 0 }: PastPlan): Iterable<TokenPast> {
  const nowMs = market.nowMs()
  const traded = ({ history }: Token) => history.now().volumeUsd - history.at(nowMs - DAY_MS).volumeUsd
  const chosen = [...market.tokens].sort((a, b) => traded(b) - traded(a)).slice(0, tokens)
  const part = ({ id, symbol, name }: Token, minutes: readonly PastMinute[]) => ({ id, symbol, name, minutes })
  for (const [place, token] of chosen.entries()) {
    yield part(token, moments(token, wantedOf({ nowMs, days, hasQuarters: place < quartersOf })))
  }
  for (const token of chosen.slice(0, MINUTE_TOKENS)) yield part(token, lastDay(token, nowMs))
}

type IsWanted = (atMs: number) => boolean

function wantedOf({ nowMs, days, hasQuarters }: { nowMs: number; days: number; hasQuarters: boolean }): IsWanted {
  return (atMs) => {
    if (atMs < nowMs - days * DAY_MS) return false
    if (hasQuarters && atMs >= nowMs - QUARTERS_DAYS * DAY_MS) return atMs % QUARTER_MS === 0
    return atMs % (atMs < nowMs - HOURLY_DAYS * DAY_MS ? 4 * HOUR_MS : HOUR_MS) === 0
  }
}

function moments(token: Token, isWanted: IsWanted): PastMinute[] {
  const first = token.history.minutes()[0] ?? token.history.now()
  return pastOf(token, { atMs: first.atMs, priceUsd: token.gait.startUsd })
    .filter(({ atMs }) => isWanted(atMs))
    .map(({ atMs, priceUsd: price }) => ({ openTimeMs: atMs, open: price, high: price, low: price, close: price }))
}

/** Each minute opens where the one before it closed. */
function lastDay(token: Token, nowMs: number): PastMinute[] {
  const samples = token.history.minutes()
  const minutes = samples.slice(1).map(({ atMs, priceUsd: close }, i) => {
    const open = samples[i]?.priceUsd ?? close
    const openTimeMs = Math.floor(atMs / MINUTE_MS) * MINUTE_MS
    return { openTimeMs, open, high: Math.max(open, close), low: Math.min(open, close), close }
  })
  return minutes.filter(({ openTimeMs }) => openTimeMs + MINUTE_MS <= nowMs)
}
