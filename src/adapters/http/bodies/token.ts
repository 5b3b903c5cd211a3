import type { z } from '@hono/zod-openapi'
import type { TokenRow, Window } from '../../../domain/tokens/row.ts'
import { toSol } from '../../../domain/tokens/units.ts'
import type { Snapshot, SourceState, TokenPage } from '../../../ports/service.ts'
import type {
  CompatibilityTokenSchema,
  PageSchema,
  SnapshotSchema,
  SourceStates,
  TokenSchema,
} from '../schemas/token.ts'
import { iso, isoOf } from './time.ts'

type Token = z.infer<typeof TokenSchema>

/** What of the query shows in a body. */
export interface Showing {
  readonly window: Window
  readonly spark: boolean
}

export function tokenBody(row: TokenRow, solUsd: number | null): Token {
  return {
    id: row.id,
    network: row.network,
    address: row.address,
    name: row.name,
    symbol: row.symbol,
    price_usd: row.priceUsd,
    price_sol: toSol(row.priceUsd, solUsd),
    change_pct: row.changePct,
    volume_usd: row.volumeUsd,
    transactions: row.transactions,
    liquidity_usd: row.liquidityUsd,
    market_cap_usd: row.marketCapUsd,
    market_cap_basis: row.marketCapBasis,
    fdv_usd: row.fdvUsd,
    dex: row.dex,
    pool_count: row.poolCount,
    created_at: iso(row.createdAtMs),
    status: row.status,
    sources: [...row.sources],
    observed_at: iso(row.observedAtMs),
  }
}

function sparkOf({ spark }: TokenRow): (number | null)[] | null {
  return spark === null ? null : [...spark]
}

export function sourceStates(sources: readonly SourceState[]): z.infer<typeof SourceStates> {
  return sources.map(({ name, ok, reason, observedAtMs }) => ({
    name,
    ok,
    ...(reason !== null && { reason }),
    observed_at: iso(observedAtMs),
  }))
}

export function snapshotBody(snapshot: Snapshot): z.infer<typeof SnapshotSchema> {
  return {
    epoch: snapshot.epoch,
    seq: snapshot.seq,
    as_of: isoOf(snapshot.asOfMs),
    sol_usd: snapshot.solUsd,
    sol_usd_observed_at: iso(snapshot.solUsdObservedAtMs),
    sources: sourceStates(snapshot.sources),
  }
}

export function pageBody(page: TokenPage, { spark }: Showing): z.infer<typeof PageSchema> {
  const { solUsd } = page.snapshot
  return {
    data: page.rows.map((row) => ({ ...tokenBody(row, solUsd), ...(spark && { spark: sparkOf(row) }) })),
    next_cursor: page.nextCursor,
    snapshot: snapshotBody(page.snapshot),
  }
}

/** The list as an earlier public service sent it: its clients depend on the first ten keys and their order. */
export function compatibilityBody(page: TokenPage, showing: Showing): z.infer<typeof CompatibilityTokenSchema>[] {
  const { solUsd } = page.snapshot
  return page.rows.map((row) => ({
    token_address: row.address,
    token_name: row.name,
    token_ticker: row.symbol,
    price_sol: toSol(row.priceUsd, solUsd),
    market_cap_sol: toSol(row.marketCapUsd, solUsd),
    volume_sol: toSol(row.volumeUsd[showing.window], solUsd),
    liquidity_sol: toSol(row.liquidityUsd, solUsd),
    transaction_count: row.transactions[showing.window],
    price_1hr_change: row.changePct['1h'],
    protocol: row.dex,
    network: row.network,
    price_usd: row.priceUsd,
    price_24hr_change: row.changePct['24h'],
    price_7d_change: row.changePct['7d'],
    status: row.status,
    sources: [...row.sources],
    observed_at: iso(row.observedAtMs),
    ...(showing.spark && { spark: sparkOf(row) }),
  }))
}
