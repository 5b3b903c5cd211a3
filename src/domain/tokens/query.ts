import type { Network } from './identity.ts'
import type { Window } from './row.ts'

export const SORTS = ['volume', 'price_change', 'market_cap', 'liquidity', 'transactions', 'age', 'trending'] as const
export type Sort = (typeof SORTS)[number]
export const ORDERS = ['desc', 'asc'] as const
export type Order = (typeof ORDERS)[number]

/** Which tokens, in which order. Two equal views of one board are the same list. */
export interface TokenView {
  /** Trimmed text, 1 to 128 characters; null for the whole board. */
  readonly q: string | null
  readonly network: Network | null
  readonly sort: Sort
  readonly order: Order
  readonly window: Window
  readonly minLiquidityUsd: number | null
}
