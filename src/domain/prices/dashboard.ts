import type { DashboardRow } from './coin.ts'
import { knownOrNull } from './rollup.ts'
import { compareTexts } from './text.ts'

/** What the coins of a day can be ordered by. */
export const DASHBOARD_FIELDS = [
  'symbol',
  'name',
  'price',
  'change1d',
  'change7d',
  'change30d',
  'volume',
  'marketCap',
] as const
export type DashboardField = (typeof DASHBOARD_FIELDS)[number]
export interface DashboardOrder {
  readonly field: DashboardField
  readonly direction: 'asc' | 'desc'
}

/** A total order: equal values by symbol, unknown ones last in both directions. */
export function byOrder({ field, direction }: DashboardOrder): (a: Ranked, b: Ranked) => number {
  const sign = direction === 'asc' ? 1 : -1
  return (a, b) => compareValues(a[field], b[field], sign) || compareTexts(a.symbol, b.symbol)
}
export type Ranked = Pick<DashboardRow, DashboardField>

/** The row with null for what the file did not know. */
export function withoutZeros(row: DashboardRow): DashboardRow {
  return { ...row, volume: knownOrNull(row.volume), marketCap: knownOrNull(row.marketCap) }
}

function compareValues(a: string | number | null, b: string | number | null, sign: number): number {
  if (a === null || b === null) return Number(a === null) - Number(b === null)
  if (typeof a === 'string' && typeof b === 'string') return sign * compareTexts(a, b)
  return sign * (a < b ? -1 : Number(a > b))
}
