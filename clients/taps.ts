import type { Position, TapCell, TapCount, TapDeltaFrame, TapParams, TapSnapshotFrame } from './frames.ts'
import type { ListKind } from './list-reader.ts'

/** Taps by bucket and tag at one position. Never changed: each frame makes the next one. */
export interface TapState extends Position {
  readonly interval: TapSnapshotFrame['interval']
  /** ISO 8601. Everything from there on is counted; what is before came late, and stays for a while only. */
  readonly windowStart: string
  /** By bucket (its begin, ISO 8601), then by tag. What is not there is 0. */
  readonly counts: ReadonlyMap<string, ReadonlyMap<string, number>>
}

/** Lists of taps. */
export const TAPS: ListKind<TapParams, TapState, TapSnapshotFrame, TapDeltaFrame> = {
  channel: 'taps',
  fromSnapshot: ({ epoch, seq, interval, window_start: windowStart, data }) => ({
    epoch,
    seq,
    interval,
    windowStart,
    counts: withCounts(new Map(), data),
  }),
  applyDelta(state, { seq, window_start: windowStart, upsert, remove }) {
    const left = withoutCells(state.counts, remove)
    return left === null ? null : { ...state, seq, windowStart, counts: withCounts(left, upsert) }
  },
  // Each list has its own.
  isBeat: (frame, id) => 'id' in frame && frame.id === id,
}

type Counts = TapState['counts']

/** @returns null when one of them is not there: the state is not what the service believes it to be */
function withoutCells(counts: Counts, cells: readonly TapCell[]): Counts | null {
  const left = new Map([...counts].map(([bucket, tags]) => [bucket, new Map(tags)]))
  for (const { bucket, tag } of cells) {
    const tags = left.get(bucket)
    if (tags?.delete(tag) !== true) return null
    if (tags.size === 0) left.delete(bucket)
  }
  return left
}

function withCounts(counts: Counts, rows: readonly TapCount[]): Counts {
  const next = new Map<string, Map<string, number>>([...counts].map(([bucket, tags]) => [bucket, new Map(tags)]))
  for (const { bucket, tag, count } of rows) next.set(bucket, (next.get(bucket) ?? new Map()).set(tag, count))
  return next
}
