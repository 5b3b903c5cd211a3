import { poolActivity, type View } from './facts.ts'
import { knows, largestFirst } from './finding.ts'
import { isPriced, poolRow } from './gecko-rows.ts'
import type { Market } from './market.ts'
import type { Chain, Pool, Token } from './model.ts'
import type { Ask } from './reply.ts'

/** One question, with what every answer needs. */
export interface Scene {
  readonly market: Market
  readonly ask: Ask
  readonly view: View
}

/** The pools GeckoTerminal knows on one chain, or on all. */
export function poolsOn({ market }: Scene, chain: Chain | null): Pool[] {
  return market.pools.filter(
    (pool) => (chain === null || pool.base.chain === chain) && knows('geckoterminal', pool) && isPriced(pool.base),
  )
}

/** By trading of the last day, largest first. */
export function byVolume({ view }: Scene, pools: readonly Pool[]): Pool[] {
  return largestFirst(pools, (pool) => poolActivity(view, pool, 'h24').volumeUsd)
}

/** The pools as JSON:API rows. */
export function rows({ view, market }: Scene, pools: readonly Pool[]): unknown[] {
  return pools.map((pool) => poolRow(view, pool, nativeOf(market, pool.base.chain)))
}

function nativeOf(market: Market, chain: Chain): Token {
  return market.tokens.find((candidate) => candidate.role === 'native' && candidate.chain === chain) ?? market.sol
}
