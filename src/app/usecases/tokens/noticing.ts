import { looksSame } from '../../../domain/tokens/diff.ts'
import type { Sourced } from '../../../domain/tokens/merged.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { Snapshot, SourceState } from '../../../ports/service.ts'
import type { Basis, News } from './news.ts'
import type { Shelf } from './shelf.ts'

/** Whether anybody could see a difference, or waits to hear that there is none. */
export function isNews(shelf: Shelf, { upserts, removes, sources, sol, answered, unlisted, settled }: News): boolean {
  const before = shelf.head()?.snapshot ?? null
  // A board that rests on nothing would claim that there are no tokens.
  if (before === null) return sources.some((source) => source.observedAtMs !== null)
  if (upserts.length + removes.length > 0 || !isSameSnapshot(before, sources, sol)) return true
  // Nobody sees this, but who waits for the answer, perhaps elsewhere, learns from it that it is there.
  return unlisted.length + settled.length > 0 || answered.some((text) => !shelf.isAnswered(text))
}

/** Whether the row that was decided shows anything that the one before does not. */
export function isNewRow(before: TokenRow | undefined, after: TokenRow): boolean {
  return before === undefined || before.labels !== after.labels || !looksSame(before, after)
}

/** Not by identity: what has been to another system and back is a copy. */
export function isSameBasis(basis: Basis, other: Basis | undefined): boolean {
  return basis === other || (basis.nowMs === other?.nowMs && isAllIn(other, basis.observations))
}

/** True when the decision rests on just these statements: to decide anew would say the same. */
export function isAllIn({ observations }: Basis, said: readonly Observation[]): boolean {
  const known = new Map(observations.map((one) => [keyOf(one), one.observedAtMs]))
  return known.size === said.length && said.every((one) => known.get(keyOf(one)) === one.observedAtMs)
}

function keyOf({ source, pool }: Observation): string {
  return `${source} ${pool ?? ''}`
}

function isSameSnapshot(before: Snapshot, sources: readonly SourceState[], sol: Sourced<number> | null): boolean {
  return (
    before.solUsd === (sol?.value ?? null) &&
    before.solUsdObservedAtMs === (sol?.observedAtMs ?? null) &&
    before.sources.length === sources.length &&
    before.sources.every((source, i) => isSameState(source, sources[i]))
  )
}

function isSameState(a: SourceState, b: SourceState | undefined): boolean {
  return a.name === b?.name && a.ok === b.ok && a.reason === b.reason && a.observedAtMs === b.observedAtMs
}
