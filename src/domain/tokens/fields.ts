import type { Heard, Hearing } from './hearing.ts'
import type { Merged, MergeParameters, Sourced } from './merged.ts'
import { finite, perWindow, quantity } from './observation.ts'
import { deepestPool, type Pool } from './pools.ts'
import { firstSourced, type Reading } from './told.ts'

/** The fields of a token that one statement decides alone. */
export type Fields = Pick<
  Merged,
  'changePct' | 'marketCapUsd' | 'marketCapBasis' | 'fdvUsd' | 'symbol' | 'name' | 'dex' | 'createdAtMs'
>

export interface FieldSubject {
  /** Everything that was said, in the canonical order. */
  readonly hearings: readonly Hearing[]
  /** What of it was accepted, in the same order. */
  readonly accepted: readonly Heard[]
  readonly pools: readonly Pool[]
}

const CHANGE_PCT = perWindow<Reading<number>>((window) => {
  return ({ observation }) => finite(observation.changePct[window])
})
const FDV_USD: Reading<number> = ({ observation }) => quantity(observation.fdvUsd)
const MARKET_CAP_USD: Reading<number> = ({ observation }) => quantity(observation.marketCapUsd)
const CIRCULATING_USD: Reading<number> = ({ observation }) => {
  return observation.marketCapBasis === 'circulating' ? quantity(observation.marketCapUsd) : null
}

/** Each field from the first statement, in the order of `byAuthority`, that says it. */
export function fieldsOf(subject: FieldSubject, { precedence }: MergeParameters): Fields {
  const statements = byAuthority(subject.accepted, precedence)
  const circulating = firstSourced(statements, CIRCULATING_USD)
  return {
    changePct: perWindow((window) => firstSourced(statements, CHANGE_PCT[window])),
    // The fully diluted value never fills in for a market cap.
    marketCapUsd: circulating ?? firstSourced(statements, MARKET_CAP_USD),
    marketCapBasis: circulating === null ? 'unknown' : 'circulating',
    fdvUsd: firstSourced(statements, FDV_USD),
    symbol: label(statements, subject.hearings, ({ observation }) => observation.symbol),
    name: label(statements, subject.hearings, ({ observation }) => observation.name),
    dex: firstSourced(deepestPool(subject.pools)?.told ?? [], ({ observation }) => observation.dex),
    createdAtMs: earliestCreation(subject.pools),
  }
}

/** By precedence; within a source its heaviest pool first, its statement about the token as a whole last. */
function byAuthority(accepted: readonly Heard[], precedence: readonly string[]): readonly Heard[] {
  return accepted.toSorted((a, b) => {
    const { source, pool } = a.observation
    if (source !== b.observation.source) return precedence.indexOf(source) - precedence.indexOf(b.observation.source)
    if (pool === null || b.observation.pool === null) return pool === null ? 1 : -1
    return b.weight - a.weight || a.priceUsd - b.priceUsd
  })
}

/** A label is not a number: it outlives the statements that brought it, but never comes from another token's row. */
function label(accepted: readonly Heard[], all: readonly Hearing[], read: Reading<string>): Sourced<string> | null {
  const ofThisToken: Reading<string> = (hearing) => (hearing.reason === 'quote_side' ? null : read(hearing))
  return firstSourced(accepted, read) ?? firstSourced(all, ofThisToken)
}

function earliestCreation(pools: readonly Pool[]): Sourced<number> | null {
  let earliest: Sourced<number> | null = null
  for (const pool of pools) {
    const created = firstSourced(pool.told, ({ observation }) => finite(observation.createdAtMs))
    if (created !== null && (earliest === null || created.value < earliest.value)) earliest = created
  }
  return earliest
}
