import { type Delta, diff, looksSame } from './diff.ts'
import type { TokenRow } from './row.ts'
import type { ViewState } from './view-state.ts'

/** What leads a reader from one state of a view to a later one. */
export interface ViewDelta extends Delta {
  /** States in between that this reader never saw; null when there were none. */
  readonly conflated: number | null
}

/**
 * @param to a state of the same view as `from`, and no earlier
 * @returns null when a reader sees no difference
 */
export function deltaBetween(from: ViewState, to: ViewState): ViewDelta | null {
  if (from === to) return null
  const delta = diff(from.rows, to.rows)
  if (delta === null) return null
  const between = to.version - from.version - 1
  return { ...delta, conflated: between > 0 ? between : null }
}

/** The state once the view's rows are these: the same object when a reader sees no difference. */
export function nextState(state: ViewState, rows: readonly TokenRow[], seq: number): ViewState {
  return showsSame(state.rows, rows) ? state : { seq, rows, version: state.version + 1 }
}

function showsSame(shown: readonly TokenRow[], rows: readonly TokenRow[]): boolean {
  return shown.length === rows.length && shown.every((row, place) => isSame(row, rows[place]))
}

function isSame(row: TokenRow, other: TokenRow | undefined): boolean {
  return row === other || (other !== undefined && row.id === other.id && looksSame(row, other))
}

/** The last state at or before a position, or null below the first. The states are in their order. */
export function stateAt(states: readonly ViewState[], seq: number): ViewState | null {
  return states.findLast((state) => state.seq <= seq) ?? null
}

/** Drops the states that were over before `floorSeq`. The one that held then stays, however old. */
export function forgetBefore(states: ViewState[], floorSeq: number): void {
  const held = states.findLastIndex((state) => state.seq <= floorSeq)
  if (held > 0) states.splice(0, held)
}
