import type { Market } from './market.ts'
import type { Pool, Source, Token } from './model.ts'
import { hash01 } from './random.ts'

/** How long each source takes to notice; CoinGecko, beyond what is kept per tick, up to a minute longer. GeckoTerminal's cache comes on top, and shows in its `age` header. */
export const LAG_MS = {
  dexscreener: 0,
  jupiter: 4_000,
  geckoterminal: 8_000,
  coingecko: 30_000,
} as const satisfies Record<Source, number>

const MINUTE_MS = 60_000
export const WINDOWS_MS = {
  m5: 5 * MINUTE_MS,
  m15: 15 * MINUTE_MS,
  m30: 30 * MINUTE_MS,
  h1: 60 * MINUTE_MS,
  h6: 360 * MINUTE_MS,
  h24: 1440 * MINUTE_MS,
}
export type WindowName = keyof typeof WINDOWS_MS

/** What happened in one window. */
export interface Activity {
  readonly volumeUsd: number
  readonly buys: number
  readonly sells: number
  /** Percent, against the price at the window's start (to the minute). */
  readonly changePct: number
}

/** One source's sight of the market: late, and a fraction of a percent beside the truth. */
export interface View {
  readonly source: Source
  readonly seed: number
  /** The market's moment that this source has noticed. */
  readonly atMs: number
}

export function viewOf(source: Source, market: Market): View {
  return { source, seed: market.seed, atMs: market.nowMs() - LAG_MS[source] }
}

/** What the source takes for the token's price, USD: within 0.1 % of the truth when it noticed, but for the fast token. */
export function tokenPriceUsd(view: View, token: Token): number {
  const skew = (hash01(`${view.seed}/${view.source}/${token.id}`) - 0.5) * (token.role === 'stable' ? 2e-4 : 2e-3)
  return token.history.at(view.atMs).priceUsd * (1 + skew) * fastFactor(view, token)
}

/** The same of one pool: within another 0.2 %. */
export function poolPriceUsd(view: View, pool: Pool): number {
  return tokenPriceUsd(view, pool.base) * (1 + pool.offset)
}

/** Jupiter is 5 to 20 % low on the fast token, and by another amount each minute. */
function fastFactor(view: View, token: Token): number {
  if (token.role !== 'fast' || view.source !== 'jupiter') return 1
  return 1 - 0.06 - 0.12 * hash01(`${token.id}/${Math.floor(view.atMs / MINUTE_MS)}`)
}

export function tokenActivity(view: View, token: Token, window: WindowName): Activity {
  return activity(view, token, { window, share: 1 })
}

/** A pool's share of its token's trading. Whole trades, so that small pools have silent windows. */
export function poolActivity(view: View, pool: Pool, window: WindowName): Activity {
  return activity(view, pool.base, { window, share: pool.share })
}

function activity(view: View, token: Token, part: { readonly window: WindowName; readonly share: number }): Activity {
  const now = token.history.at(view.atMs)
  const then = token.history.at(view.atMs - WINDOWS_MS[part.window])
  const trades = (newer: number, older: number) => Math.floor(newer * part.share) - Math.floor(older * part.share)
  const buys = trades(now.buys, then.buys)
  const sells = trades(now.sells, then.sells)
  return {
    buys,
    sells,
    volumeUsd: buys + sells === 0 ? 0 : (now.volumeUsd - then.volumeUsd) * part.share,
    changePct: (now.priceUsd / then.priceUsd - 1) * 100,
  }
}

/** The sides of a constant-product pool move with the square root of the price. */
const swell = (token: Token, atMs: number) => Math.sqrt(token.history.at(atMs).priceUsd / token.gait.startUsd)

/** Money on one side of all the token's pools, USD: what Jupiter and GeckoTerminal call a token's liquidity. */
export function tokenDepthUsd(token: Token, atMs: number): number {
  return token.depthUsd * swell(token, atMs)
}

/** Money on each side of a pool, USD. */
export function poolSides(pool: Pool, atMs: number): { readonly quoteUsd: number; readonly baseUsd: number } {
  const quoteUsd = pool.quoteSideUsd * swell(pool.base, atMs)
  return { quoteUsd, baseUsd: quoteUsd * pool.baseToQuote }
}

/** Both sides together, as sources claim it; null on a bonding curve, where there is no pool. */
export function poolLiquidityUsd(pool: Pool, atMs: number): number | null {
  if (pool.dex.kind === 'curve') return null
  const { quoteUsd, baseUsd } = poolSides(pool, atMs)
  return quoteUsd + baseUsd
}
