import { sourceLabel } from '../board/sources.ts'
import { ageText } from '../format/age.ts'
import { compact, NOTHING } from '../format/digits.ts'
import { moneyText } from '../format/money.ts'
import { Price } from '../parts/price.tsx'
import { Table } from '../parts/table.tsx'
import type { Pool } from './answers.ts'

export interface PoolsProps {
  readonly pools: readonly Pool[]
  /** By the service's clock. */
  readonly nowMs: number
}

/** Where the token is traded, the deepest pool first. */
export function Pools({ pools, nowMs }: PoolsProps) {
  if (pools.length === 0) return <p class="muted">No source names a pool.</p>
  const byDepth = [...pools].sort((a, b) => (b.depth_usd ?? 0) - (a.depth_usd ?? 0))
  return (
    <Table
      label="Pools"
      columns={['Exchange', 'Price', 'Depth', 'Vol 24h', 'Trades', 'Age']}
      rows={byDepth.map((pool) => ({
        key: pool.pool,
        name: <PoolName pool={pool} />,
        cells: [
          <Price key="price" usd={pool.price_usd} />,
          moneyText(pool.depth_usd, 'usd'),
          moneyText(pool.volume_usd['24h'], 'usd'),
          countText(pool.transactions['24h']),
          pool.created_at === null ? NOTHING : ageText(nowMs - Date.parse(pool.created_at)),
        ],
      }))}
    />
  )
}

function PoolName({ pool }: { readonly pool: Pool }) {
  return (
    <>
      {pool.dex ?? 'unknown'} {pool.quote_symbol !== null && <span class="muted">/ {pool.quote_symbol}</span>}
      <small>{seenBy(pool)}</small>
    </>
  )
}

/** In few words: the column is narrow. */
function seenBy({ witnesses }: Pool): string {
  return witnesses.length === 1 ? `by ${sourceLabel(witnesses[0] ?? '')}` : `by ${witnesses.length} sources`
}

function countText(count: number | null): string {
  if (count === null) return NOTHING
  return count < 1000 ? String(count) : compact(count)
}
