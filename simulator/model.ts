import type { Dex } from './dexes.ts'
import type { History } from './history.ts'
import type { Gait } from './walk.ts'

/** The fake sources, by the names that fault orders and hit counts use. */
export const SOURCES = ['dexscreener', 'jupiter', 'geckoterminal', 'coingecko'] as const
export type Source = (typeof SOURCES)[number]

export const CHAINS = ['solana', 'ethereum', 'base', 'bsc'] as const
export type Chain = (typeof CHAINS)[number]

/**
 * - `native`: the wrapped coin of its chain
 * - `stable`: a dollar
 * - `meme`: the rest, on several exchanges
 * - `curve`: still on its launchpad's bonding curve, without a pool
 * - `copycat`: wears the symbol of a popular token and invents liquidity
 * - `fast`: moves so quickly that one source is always 5 to 20 % off
 * - `newborn`: listed before anybody priced it; only Jupiter's `recent` shows it
 */
export type Role = 'native' | 'stable' | 'meme' | 'curve' | 'copycat' | 'fast' | 'newborn'

export interface TokenSpec {
  readonly chain: Chain
  /** EIP-55 on EVM chains, verbatim on Solana. */
  readonly address: string
  readonly symbol: string
  readonly name: string
  readonly role: Role
  readonly decimals: number
  /** Both in whole tokens. */
  readonly supply: number
  readonly circulating: number
  readonly bornMs: number
  readonly gait: Gait
  /** Money on the quote side of all its pools together, USD. */
  readonly depthUsd: number
  readonly knownTo: readonly Source[]
  /** CoinGecko's name for it; null when CoinGecko does not list it. */
  readonly slug: string | null
  readonly verified: boolean
  /** Has a paid profile on DexScreener. */
  readonly profiled: boolean
  /** Active boosts on DexScreener. */
  readonly boosts: number
}

export interface Token extends TokenSpec {
  /** Our identity for it: chain and address, lower-case on EVM chains. */
  readonly id: string
  readonly history: History
  /** Pools in which it is the base. */
  readonly pools: Pool[]
  /** Pools in which it is only the quote. */
  readonly quotedIn: Pool[]
}

export interface Pool {
  readonly address: string
  readonly dex: Dex
  readonly base: Token
  readonly quote: Token
  /** Of the token's trading, 0 to 1. */
  readonly share: number
  /** How far its price stands from the token's, as a fraction. */
  readonly offset: number
  /** Money on the quote side at the start, USD; 0 on a bonding curve. */
  readonly quoteSideUsd: number
  /** Base side as a multiple of the quote side: about 1, or enormous where a copycat piles up its own token. */
  readonly baseToQuote: number
  readonly bornMs: number
}

export function isEvm(chain: Chain): boolean {
  return chain !== 'solana'
}

/** An address in the form that compares: EVM without case, Solana verbatim. */
export function comparable(chain: Chain, address: string): string {
  return isEvm(chain) ? address.toLowerCase() : address
}
