import { networkOf } from './identity.ts'
import type { Merged, MergeParameters, Status, Total } from './merged.ts'
import type { PerWindow } from './observation.ts'
import type { ByWindow, Labels, TokenRow } from './row.ts'
import { NO_TREND, type Trend, weekChange } from './trend.ts'

export interface Publishing {
  /** The token's row on the board before this decision, if any. */
  readonly previousRow: TokenRow | undefined
  /** The address as people should see it. */
  readonly address: string
  /** A row without news for longer than this is marked stale, in milliseconds. */
  readonly staleAfterMs: number
  /** What our records say; undefined: nobody has looked lately, so what the previous row says stands. */
  readonly trend: Trend | undefined
}

/**
 * The row that the board shows for a decision of merge/1.
 * While the price is the last good one, because nothing is heard or a jump is doubted, the last good row stands whole,
 * with its own old time: blanking volume and liquidity because the sources are silent would reorder the board on no
 * news at all, and a doubted statement's market cap is as doubtful as its price.
 */
export function publishRow(merged: Merged, { previousRow, address, staleAfterMs, trend }: Publishing): TokenRow {
  const { status, priceUsd } = merged
  if ((status === 'stale' || status === 'held') && previousRow !== undefined && hasPriceOf(previousRow, merged)) {
    return previousRow.status === status ? previousRow : { ...previousRow, status }
  }
  const { weekAgo, spark } = trend ?? previousRow ?? NO_TREND
  return {
    id: merged.id,
    network: networkOf(merged.id),
    address,
    name: merged.name?.value ?? previousRow?.name ?? null,
    symbol: merged.symbol?.value ?? previousRow?.symbol ?? null,
    priceUsd,
    changePct: {
      ...byWindow(merged.changePct, (change) => change?.value ?? null),
      '7d': weekChange(priceUsd, weekAgo, merged.nowMs),
    },
    volumeUsd: byWindow(merged.volumeUsd, chosen),
    transactions: byWindow(merged.txns, chosen),
    liquidityUsd: chosen(merged.liquidityUsd),
    marketCapUsd: merged.marketCapUsd?.value ?? null,
    marketCapBasis: merged.marketCapBasis,
    fdvUsd: merged.fdvUsd?.value ?? null,
    dex: merged.dex?.value ?? null,
    poolCount: merged.pools.length,
    createdAtMs: merged.createdAtMs?.value ?? null,
    status: publishedStatus(merged, staleAfterMs),
    sources: acceptedSources(merged),
    observedAtMs: merged.observedAtMs,
    spark,
    weekAgo,
    labels: labelsOf(merged, previousRow),
  }
}

function hasPriceOf(row: TokenRow, { priceUsd, observedAtMs }: Merged): boolean {
  return row.priceUsd !== null && row.priceUsd === priceUsd && row.observedAtMs === observedAtMs
}

/** `7d` is never taken from a source: a change comes from our records, and what was traded in a week nobody says. */
function byWindow<T>(values: PerWindow<T>, read: (value: T) => number | null): ByWindow {
  return {
    '5m': read(values['5m']),
    '1h': read(values['1h']),
    '6h': read(values['6h']),
    '24h': read(values['24h']),
    '7d': null,
  }
}

function chosen(total: Total): number | null {
  return total.chosen?.value ?? null
}

/**
 * merge/1 hears a statement for 90 s; a board that nobody has confirmed for 30 s should say so sooner. So a price
 * whose newest accepted statement is older than `staleAfterMs` is published as stale, whatever merge/1 calls it.
 */
function publishedStatus(merged: Merged, staleAfterMs: number): Status {
  const fresh = merged.status === 'ok' || merged.status === 'thin' || merged.status === 'disputed'
  return fresh && merged.nowMs - newestAcceptedMs(merged) > staleAfterMs ? 'stale' : merged.status
}

function newestAcceptedMs(merged: Merged): number {
  let newest = Number.NEGATIVE_INFINITY
  for (const input of merged.inputs) if (input.accepted) newest = Math.max(newest, input.observation.observedAtMs)
  return newest
}

function acceptedSources(merged: Merged): readonly string[] {
  const accepted = new Set(merged.inputs.filter((input) => input.accepted).map((input) => input.observation.source))
  // `said` is in order of precedence, and whoever is accepted has spoken.
  return merged.said.map((said) => said.source).filter((source) => accepted.has(source))
}

function labelsOf(merged: Merged, previousRow: TokenRow | undefined): Labels {
  const symbol = merged.symbol?.value ?? previousRow?.symbol ?? ''
  const name = merged.name?.value ?? previousRow?.name ?? ''
  const text = `${symbol}\n${name}`.toLowerCase()
  const quotes = new Set(merged.pools.map((pool) => pool.quoteSymbol?.toLowerCase() ?? '').filter((q) => q !== ''))
  const next = { text, quotes: [...quotes].sort() }
  const before = previousRow?.labels
  // The same object while nothing changed, so that rows compare by identity.
  return before !== undefined && sameLabels(before, next) ? before : next
}

function sameLabels(a: Labels, b: Labels): boolean {
  return a.text === b.text && a.quotes.length === b.quotes.length && a.quotes.every((quote, i) => quote === b.quotes[i])
}

/**
 * When time alone, without a new statement, would next change what is published; null when it never would.
 * Deciding again at each of these moments, and on news, is the same as deciding at every moment.
 */
export function nextChangeMs(merged: Merged, parameters: MergeParameters, staleAfterMs: number): number | null {
  // "Older than" is strict: one millisecond past the limit.
  const moments = [newestAcceptedMs(merged) + staleAfterMs + 1]
  for (const { observation, reason } of merged.inputs) {
    if (reason === 'ok' || reason === 'outlier') moments.push(observation.observedAtMs + parameters.maxAgeMs + 1)
  }
  // A last good price is kept while younger than its limit.
  if (merged.state !== null) moments.push(merged.state.observedAtMs + parameters.staleLimitMs)
  const ahead = moments.filter((moment) => moment > merged.nowMs)
  return ahead.length === 0 ? null : Math.min(...ahead)
}
