import type { MergeParameters } from './merged.ts'
import { type Observation, quantity } from './observation.ts'

/**
 * The money that can be believed to stand behind an observation, in USD; null when it cannot be told.
 * A pool is worth what its thinner side holds, and only a trusted quote's side can be counted: a pool of invented
 * tokens at their own nominal price claims millions and holds nothing.
 */
export function depthUsd(observation: Observation, parameters: MergeParameters): number | null {
  const claimedUsd = quantity(observation.liquidityUsd)
  if (observation.pool === null) return claimedUsd
  if (!isTrustedQuote(observation, parameters)) return null
  const quoteSideUsd = quantity(observation.quoteSideUsd)
  if (quoteSideUsd !== null) return lower(claimedUsd, 2 * quoteSideUsd)
  const tradedUsd = quantity(observation.volumeUsd['24h'])
  // Unproven liquidity counts as far as a day's trading shows it.
  return claimedUsd === null || tradedUsd === null ? null : Math.min(claimedUsd, tradedUsd)
}

/** How much an observation weighs among its source's pools: never zero, so that a pool without liquidity still gives a price. */
export function weightOf(depthUsd: number | null): number {
  return depthUsd === null ? 1 : Math.max(1, depthUsd)
}

function isTrustedQuote({ network, quote }: Observation, { trustedQuotes }: MergeParameters): boolean {
  return quote !== null && trustedQuotes[network]?.includes(quote) === true
}

function lower(claimedUsd: number | null, provenUsd: number): number {
  return claimedUsd === null ? provenUsd : Math.min(claimedUsd, provenUsd)
}
