import type { Explanation } from '../../../scripts/recompute.ts'
import type { Input, LastGood, Merged, MergeParameters } from '../../../src/domain/tokens/merged.ts'

/** The deciding part of an explanation as it goes over the wire, read back: what a stranger has in hand. */
export function explain(merged: Merged, parameters: MergeParameters): Explanation {
  const { priceUsd, status, source, pool, witnesses, band } = merged
  const body = {
    algo: 'merge/1',
    id: merged.id,
    now: iso(merged.nowMs),
    result: { price_usd: priceUsd, status, source, pool, witnesses, band },
    previous: previousOf(merged.previous),
    parameters: {
      precedence: parameters.precedence,
      max_age_ms: parameters.maxAgeMs,
      agree: parameters.agreeFactor,
      outlier: parameters.outlierFactor,
      min_liquidity_usd: parameters.minLiquidityUsd,
      jump: parameters.jumpFactor,
      total: parameters.totalFactor,
      stale_limit_ms: parameters.staleLimitMs,
      trusted_quotes: parameters.trustedQuotes,
    },
    inputs: merged.inputs.map(inputOf),
  }
  return JSON.parse(JSON.stringify(body))
}

function inputOf({ observation }: Input) {
  return {
    source: observation.source,
    pool: observation.pool,
    base: observation.base,
    quote: observation.quote,
    price_usd: observation.priceUsd,
    liquidity_usd: observation.liquidityUsd,
    quote_side_usd: observation.quoteSideUsd,
    volume_24h_usd: observation.volumeUsd['24h'],
    observed_at: iso(observation.observedAtMs),
  }
}

function previousOf(previous: LastGood | null) {
  if (previous === null) return null
  const { priceUsd, observedAtMs, pending } = previous
  const waiting = pending === null ? null : { price_usd: pending.priceUsd, observed_at: iso(pending.observedAtMs) }
  return { price_usd: priceUsd, observed_at: iso(observedAtMs), pending: waiting }
}

function iso(ms: number): string {
  return new Date(ms).toISOString()
}
