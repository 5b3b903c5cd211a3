import { matcher } from './match.ts'
import type { Sort, TokenView } from './query.ts'
import type { ByWindow, TokenRow, Window } from './row.ts'

type Measure = (row: TokenRow, window: Window) => number | null

/** What each sort orders by. Null sorts last in both directions. */
const MEASURES: Readonly<Record<Sort, Measure>> = {
  volume: (row, window) => row.volumeUsd[window],
  price_change: (row, window) => row.changePct[window],
  market_cap: (row) => row.marketCapUsd,
  liquidity: (row) => row.liquidityUsd,
  transactions: (row, window) => row.transactions[window],
  // A larger age is an earlier creation: descending lists the oldest first.
  age: (row) => (row.createdAtMs === null ? null : -row.createdAtMs),
  trending: (row, window) => trendingScore(row.volumeUsd, row.transactions, row.liquidityUsd, window),
}

/**
 * Transactions in the window times the volume in it, of which no more than the believed liquidity counts.
 * The cap keeps wash trading through an empty pool, and the product one whale's single trade, from the top.
 */
function trendingScore(volumeUsd: ByWindow, transactions: ByWindow, liquidityUsd: number | null, window: Window) {
  const volume = volumeUsd[window]
  const count = transactions[window]
  if (volume === null || count === null || liquidityUsd === null) return null
  return count * Math.min(volume, liquidityUsd)
}

const UNPROVEN_LIQUIDITY_USD = 1000

/** A market cap of unknown basis over next to no liquidity: a copycat's claim, which would otherwise top the list. */
function isUnprovenMarketCap(row: TokenRow): boolean {
  return (
    row.marketCapUsd !== null &&
    row.marketCapBasis !== 'circulating' &&
    (row.liquidityUsd === null || row.liquidityUsd < UNPROVEN_LIQUIDITY_USD)
  )
}

/**
 * The number a row is ordered by, ascending: negated for a descending view, and `+Infinity` for what sorts last
 * whichever way one looks.
 */
export function rankKey(view: TokenView): (row: TokenRow) => number {
  const { sort, order, window } = view
  const measure = MEASURES[sort]
  const sign = order === 'desc' ? -1 : 1
  return (row) => {
    const value = measure(row, window)
    if (value === null) return Number.POSITIVE_INFINITY
    // Behind every proven figure, in front of those without one.
    if (sort === 'market_cap' && isUnprovenMarketCap(row)) return Number.MAX_VALUE
    return sign * value
  }
}

/** A row with what it is ordered by. */
export interface Keyed {
  readonly key: number
  readonly row: TokenRow
}

/** A total order: the key, then the id by character code. Never a locale's order, which differs between machines. */
export function compareKeyed(a: Keyed, b: Keyed): number {
  if (a.key !== b.key) return a.key < b.key ? -1 : 1
  return a.row.id < b.row.id ? -1 : a.row.id > b.row.id ? 1 : 0
}

/** The rows of a view in its order: the same list on every instance, whatever the order its rows came in. */
export function rank(rows: Iterable<TokenRow>, view: TokenView): TokenRow[] {
  const matches = matcher(view)
  const keyOf = rankKey(view)
  const keyed: Keyed[] = []
  for (const row of rows) if (matches(row)) keyed.push({ key: keyOf(row), row })
  return keyed.sort(compareKeyed).map(({ row }) => row)
}
