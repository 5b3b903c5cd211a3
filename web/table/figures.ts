import type { StreamToken } from '../../clients/stream.ts'
import type { BoardView, Window } from '../board/view.ts'
import type { Unit } from '../format/money.ts'

/** What decides how a row is written, apart from its token. */
export interface RowContext {
  readonly view: BoardView
  readonly solUsd: number | null
  /** Symbols that more than one token of the list has: those show their addresses too. */
  readonly twins: ReadonlySet<string>
  /** By the service's clock. */
  readonly nowMs: number
}

/** An amount in the unit that is shown; null when it, or the price of SOL, is unknown. */
export function inUnit(usd: number | null, unit: Unit, solUsd: number | null): number | null {
  if (unit === 'usd' || usd === null) return usd
  return solUsd === null || solUsd <= 0 ? null : usd / solUsd
}

const SAME = 0.001

/** The market cap and what it is based on. The fully diluted value is told to be that, never passed off as the cap. */
export function capOf(token: Pick<StreamToken, 'market_cap_usd' | 'market_cap_basis' | 'fdv_usd'>): {
  readonly usd: number | null
  readonly basis: string
} {
  const { market_cap_usd: cap, market_cap_basis: basis, fdv_usd: fdv } = token
  if (cap === null) return { usd: fdv, basis: fdv === null ? '' : 'FDV' }
  if (basis === 'circulating') return { usd: cap, basis: 'circ' }
  return { usd: cap, basis: fdv !== null && Math.abs(cap / fdv - 1) <= SAME ? 'FDV' : 'claimed' }
}

/** The number that the view is sorted by, in USD where it is money; null for those that no column shows. */
export function sortedFigure(token: StreamToken, { sort, window }: BoardView): number | null {
  if (sort === 'volume') return token.volume_usd[window]
  if (sort === 'price_change') return token.change_pct[window]
  if (sort === 'market_cap') return token.market_cap_usd
  return sort === 'liquidity' ? token.liquidity_usd : null
}

const SPOKEN_WINDOWS: Readonly<Record<Window, string>> = {
  '5m': '5 minutes',
  '1h': '1 hour',
  '6h': '6 hours',
  '24h': '24 hours',
  '7d': '7 days',
}

export function spokenWindow(window: Window): string {
  return SPOKEN_WINDOWS[window]
}

/** Symbols that more than one of these tokens has. */
export function twinsOf(rows: Iterable<StreamToken>): ReadonlySet<string> {
  const seen = new Set<string>()
  const twins = new Set<string>()
  for (const { symbol } of rows) {
    if (symbol === null) continue
    if (seen.has(symbol)) twins.add(symbol)
    seen.add(symbol)
  }
  return twins
}
