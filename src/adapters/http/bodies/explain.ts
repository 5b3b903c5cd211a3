import type { Input, LastGood, Merged, MergeParameters, Total } from '../../../domain/tokens/merged.ts'
import type { PerWindow } from '../../../domain/tokens/observation.ts'
import type { TokenDetail } from '../../../ports/service.ts'
import type { Explanation } from '../schemas/explain.ts'
import { iso, isoOf } from './time.ts'

/** Ages count to `now`, the moment of the decision, so that equal inputs give equal bytes whenever they are asked for. */
export function explanationBody({ row, merged, parameters }: TokenDetail): Explanation {
  return {
    algo: 'merge/1',
    id: merged.id,
    now: isoOf(merged.nowMs),
    result: resultBody(merged),
    previous: previousBody(merged.previous),
    parameters: parametersBody(parameters),
    inputs: merged.inputs.map(inputBody),
    steps: {
      sources: merged.said.map(({ source, priceUsd, pool }) => ({ source, price_usd: priceUsd, pool })),
      voters: [...merged.voters],
      candidate_usd: merged.candidateUsd,
    },
    totals: {
      liquidity_usd: totalBody(merged.liquidityUsd),
      volume_usd: totalsByWindow(merged.volumeUsd),
      transactions: totalsByWindow(merged.txns),
    },
    published: { status: row.status, price_usd: row.priceUsd },
  }
}

function resultBody(merged: Merged): Explanation['result'] {
  return {
    price_usd: merged.priceUsd,
    source: merged.source,
    pool: merged.pool,
    band: merged.band === null ? null : [...merged.band],
    status: merged.status,
    witnesses: [...merged.witnesses],
    observed_at: iso(merged.observedAtMs),
    age_ms: merged.observedAtMs === null ? null : merged.nowMs - merged.observedAtMs,
  }
}

function previousBody(previous: LastGood | null): Explanation['previous'] {
  if (previous === null) return null
  const { priceUsd, observedAtMs, pending } = previous
  return {
    price_usd: priceUsd,
    observed_at: isoOf(observedAtMs),
    pending: pending === null ? null : { price_usd: pending.priceUsd, observed_at: isoOf(pending.observedAtMs) },
  }
}

function parametersBody(parameters: MergeParameters): Explanation['parameters'] {
  const quotes = Object.entries(parameters.trustedQuotes).map(([network, addresses]) => [network, [...addresses]])
  return {
    precedence: [...parameters.precedence],
    max_age_ms: parameters.maxAgeMs,
    agree: parameters.agreeFactor,
    outlier: parameters.outlierFactor,
    min_liquidity_usd: parameters.minLiquidityUsd,
    jump: parameters.jumpFactor,
    total: parameters.totalFactor,
    stale_limit_ms: parameters.staleLimitMs,
    sol_max_age_ms: parameters.solMaxAgeMs,
    trusted_quotes: Object.fromEntries(quotes),
  }
}

function inputBody({ observation, depthUsd, ageMs, weight, accepted, reason }: Input): Explanation['inputs'][number] {
  return {
    source: observation.source,
    pool: observation.pool,
    dex: observation.dex,
    base: observation.base,
    quote: observation.quote,
    price_usd: observation.priceUsd,
    liquidity_usd: observation.liquidityUsd,
    quote_side_usd: observation.quoteSideUsd,
    volume_24h_usd: observation.volumeUsd['24h'],
    depth_usd: depthUsd,
    observed_at: isoOf(observation.observedAtMs),
    age_ms: ageMs,
    weight,
    accepted,
    reason,
  }
}

function totalBody({ chosen, figures }: Total): Explanation['totals']['liquidity_usd'] {
  return {
    value: chosen?.value ?? null,
    source: chosen?.source ?? null,
    figures: figures.map(({ source, value }) => ({ source, value })),
  }
}

function totalsByWindow(totals: PerWindow<Total>): Explanation['totals']['volume_usd'] {
  return {
    '5m': totalBody(totals['5m']),
    '1h': totalBody(totals['1h']),
    '6h': totalBody(totals['6h']),
    '24h': totalBody(totals['24h']),
  }
}
