import type { PoolFact, Sourced, Status, Total } from '../../../domain/tokens/merged.ts'
import type { PerWindow } from '../../../domain/tokens/observation.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import { toSol } from '../../../domain/tokens/units.ts'
import type { TokenDetail } from '../../../ports/service.ts'
import type { Detail } from '../schemas/detail.ts'
import { ageMs, iso, isoOf } from './time.ts'
import { snapshotBody } from './token.ts'

const WHY: Readonly<Record<Status, string | null>> = {
  ok: null,
  thin: 'Only one source speaks, or little or unknown money stands behind the price.',
  disputed: 'The sources do not agree; the explanation lists what each one says.',
  held: 'The newest price is far from the last good one and waits for a second witness or a second look.',
  stale: 'No source has confirmed the price lately; it is the last good one.',
  unknown: 'No source gives a price that can be used, and there is no recent good one.',
}

interface Wire<T> {
  value: T | null
  source: string | null
  observed_at: string | null
}
type WireByWindow = Record<'5m' | '1h' | '6h' | '24h', Wire<number>>

const NOBODY = { value: null, source: null, observed_at: null }

/** @param nowMs when the answer is sent; ages count to it */
export function detailBody(detail: TokenDetail, nowMs: number): Detail {
  const { row, merged } = detail
  return {
    id: row.id,
    network: row.network,
    address: row.address,
    name: sourced(merged.name),
    symbol: sourced(merged.symbol),
    ...priceFields(detail),
    status: row.status,
    reason: WHY[row.status],
    band: merged.band === null ? null : [...merged.band],
    witnesses: [...merged.witnesses],
    observed_at: iso(row.observedAtMs),
    age_ms: row.observedAtMs === null ? null : ageMs(row.observedAtMs, nowMs),
    ...figureFields(detail),
    sources: [...row.sources],
    pool_count: row.poolCount,
    pools: merged.pools.map((pool) => poolBody(pool, nowMs)),
    snapshot: snapshotBody(detail.snapshot),
  }
}

function priceFields({ row, merged, solUsd }: TokenDetail): Pick<Detail, 'price_usd' | 'price_sol'> {
  const priceSol = toSol(row.priceUsd, solUsd?.value ?? null)
  const reason = row.priceUsd === null ? 'no_price' : 'sol_quote_stale'
  return {
    price_usd: { value: row.priceUsd, source: merged.source, observed_at: iso(row.observedAtMs), pool: merged.pool },
    price_sol: {
      ...(priceSol === null ? NOBODY : sourced(solUsd)),
      value: priceSol,
      reason: priceSol === null ? reason : null,
    },
  }
}

function figureFields({ row, merged }: TokenDetail) {
  return {
    change_pct: { ...byWindow(merged.changePct, sourced), '7d': weekField(row) },
    volume_usd: { ...byWindow(merged.volumeUsd, chosen), '7d': NOBODY },
    transactions: { ...byWindow(merged.txns, chosen), '7d': NOBODY },
    liquidity_usd: chosen(merged.liquidityUsd),
    market_cap_usd: sourced(merged.marketCapUsd),
    market_cap_basis: merged.marketCapBasis,
    fdv_usd: sourced(merged.fdvUsd),
    dex: sourced(merged.dex),
    created_at: { ...sourced(merged.createdAtMs), value: iso(merged.createdAtMs?.value ?? null) },
  }
}

function sourced<T>(fact: Sourced<T> | null): Wire<T> {
  return fact === null ? NOBODY : { value: fact.value, source: fact.source, observed_at: iso(fact.observedAtMs) }
}

function chosen(total: Total): Wire<number> {
  return sourced(total.chosen)
}

function byWindow<T>(facts: PerWindow<T>, wire: (fact: T) => Wire<number>): WireByWindow {
  const { '5m': five, '1h': hour, '6h': six, '24h': day } = facts
  return { '5m': wire(five), '1h': wire(hour), '6h': wire(six), '24h': wire(day) }
}

/** The time is that of the price of a week ago, which comes from our own records. */
function weekField({ priceUsd, changePct, weekAgo }: TokenRow): Detail['change_pct']['7d'] {
  const value = changePct['7d']
  if (value === null) return { ...NOBODY, reason: priceUsd === null ? 'no_price' : 'not_recorded' }
  return { value, source: 'history', observed_at: iso(weekAgo?.atMs ?? null), reason: null }
}

function poolBody(pool: PoolFact, nowMs: number): Detail['pools'][number] {
  return {
    pool: pool.pool,
    dex: pool.dex,
    quote: pool.quote,
    quote_symbol: pool.quoteSymbol,
    price_usd: pool.priceUsd,
    liquidity_usd: pool.liquidityUsd,
    depth_usd: pool.depthUsd,
    volume_usd: pool.volumeUsd,
    transactions: pool.txns,
    created_at: iso(pool.createdAtMs),
    observed_at: isoOf(pool.observedAtMs),
    age_ms: ageMs(pool.observedAtMs, nowMs),
    witnesses: [...pool.witnesses],
  }
}
