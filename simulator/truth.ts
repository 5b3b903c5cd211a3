import { poolLiquidityUsd, poolSides, WINDOWS_MS } from './facts.ts'
import type { Market } from './market.ts'
import type { Pool, Source, Token } from './model.ts'

/** The market as it is, before any source has seen it. */
export interface GroundTruth {
  /** ISO time of the market's clock. */
  readonly at: string
  readonly seed: number
  readonly tick: number
  readonly sol_usd: number
  readonly tokens: readonly TokenTruth[]
}

export interface TokenTruth {
  /** Network and address, lower-case on EVM networks. */
  readonly id: string
  readonly network: string
  readonly address: string
  readonly symbol: string
  readonly name: string
  /** Which oddity it plays: see Role in model.ts. */
  readonly role: string
  readonly known_to: readonly Source[]
  readonly price_usd: number
  readonly volume_24h_usd: number
  readonly pools: readonly PoolTruth[]
}

export interface PoolTruth {
  readonly id: string
  readonly dex: string
  /** Symbol of the quote token. */
  readonly quote: string
  readonly price_usd: number
  /** Both sides as sources claim them; null on a bonding curve. */
  readonly liquidity_usd: number | null
  /** The side that can be believed; next to nothing in a copycat's pool. */
  readonly quote_side_usd: number
  readonly volume_24h_usd: number
}

export function groundTruth(market: Market): GroundTruth {
  return {
    at: new Date(market.nowMs()).toISOString(),
    seed: market.seed,
    tick: market.tickCount(),
    sol_usd: market.sol.history.now().priceUsd,
    tokens: market.tokens.map((token) => tokenTruth(token, market.nowMs())),
  }
}

function tokenTruth(token: Token, nowMs: number): TokenTruth {
  const { priceUsd, volumeUsd } = token.history.now()
  const volume24hUsd = volumeUsd - token.history.at(nowMs - WINDOWS_MS.h24).volumeUsd
  return {
    id: token.id,
    network: token.chain,
    address: token.address,
    symbol: token.symbol,
    name: token.name,
    role: token.role,
    known_to: token.knownTo,
    price_usd: priceUsd,
    volume_24h_usd: volume24hUsd,
    pools: token.pools.map((pool) => poolTruth(pool, { nowMs, priceUsd, volume24hUsd })),
  }
}

interface Moment {
  readonly nowMs: number
  readonly priceUsd: number
  readonly volume24hUsd: number
}

function poolTruth(pool: Pool, { nowMs, priceUsd, volume24hUsd }: Moment): PoolTruth {
  return {
    id: pool.address,
    dex: pool.dex.key,
    quote: pool.quote.symbol,
    price_usd: priceUsd * (1 + pool.offset),
    liquidity_usd: poolLiquidityUsd(pool, nowMs),
    quote_side_usd: poolSides(pool, nowMs).quoteUsd,
    volume_24h_usd: volume24hUsd * pool.share,
  }
}
