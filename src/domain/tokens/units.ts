import type { Merged, MergeParameters, Sourced } from './merged.ts'

/** The source named for a SOL price that is the last good one because nobody speaks now. */
export const LAST_GOOD = 'last_good'

/** An amount of USD in SOL: one division, so that wrapped SOL itself is exactly 1. Null when either is null. */
export function toSol(usd: number | null, solUsd: number | null): number | null {
  return usd === null || solUsd === null ? null : usd / solUsd
}

/**
 * What one SOL costs in USD, for converting amounts.
 * @param wrappedSol the merged wrapped SOL of the same tick; null when there is none
 * @returns null when it has no price or the price is older than `solMaxAgeMs`: then no amount in SOL may be shown.
 */
export function usableSolUsd(
  wrappedSol: Merged | null,
  nowMs: number,
  { solMaxAgeMs }: MergeParameters,
): Sourced<number> | null {
  if (wrappedSol === null || wrappedSol.priceUsd === null || wrappedSol.observedAtMs === null) return null
  const { priceUsd, observedAtMs, source } = wrappedSol
  return nowMs - observedAtMs > solMaxAgeMs ? null : { value: priceUsd, source: source ?? LAST_GOOD, observedAtMs }
}
