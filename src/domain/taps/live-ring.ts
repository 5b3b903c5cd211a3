import type { TapState } from './live-state.ts'

/** The last states of one unbroken run: every position in it may be gone on from. */
export interface TapRing {
  /** Tells the run from every other one, also of other processes. */
  readonly epoch: string
  /** Ascending by seq, without gaps; never empty. */
  readonly states: readonly TapState[]
}

const STATES_MAX = 512
const STATES_MIN = 30
/** What all states may hold apart from what they share, in rows: each has a copy of about one bucket. */
const ROWS_KEPT = 500_000

export function tapHead({ states }: TapRing): TapState {
  const head = states.at(-1)
  if (head === undefined) throw new RangeError('A ring holds a state.')
  return head
}

/** The ring with one state more, and without those that are too old. */
export function withTapState({ epoch, states }: TapRing, state: TapState): TapRing {
  let largest = 1
  for (const tags of state.buckets.values()) largest = Math.max(largest, tags.size)
  const kept = Math.min(STATES_MAX, Math.max(STATES_MIN, Math.floor(ROWS_KEPT / largest)))
  return { epoch, states: [...states, state].slice(-kept) }
}

/** What was shown at a position; null when that is not known any more, or never was. */
export function tapStateAt({ epoch, states }: TapRing, at: { readonly epoch: string; readonly seq: number }) {
  const oldest = states[0]?.seq ?? 0
  return at.epoch === epoch ? (states[at.seq - oldest] ?? null) : null
}
