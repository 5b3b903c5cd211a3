/** A count, absolute: so many taps of the tag in the bucket. */
export interface TapCell {
  /** Begin of the bucket, Unix milliseconds. */
  readonly bucketMs: number
  /** Uid. */
  readonly tag: string
  /** 0: the cell is not there. */
  readonly count: number
}

/** By begin of the bucket, then by tag; no count is 0, and no bucket empty. */
export type TapBuckets = ReadonlyMap<number, ReadonlyMap<string, number>>

/** What is shown of the taps of a team at one moment. Never changed: the next state shares every bucket that is the same. */
export interface TapState {
  readonly seq: number
  /** Whole from this bucket on. Of older ones there is what changed lately, for those who have not heard of it yet. */
  readonly windowStartMs: number
  readonly buckets: TapBuckets
  /** The older ones, each with the seq of its last change. */
  readonly late: ReadonlyMap<number, number>
}

/** More rows than this are not shown: the window then begins later. */
export const TAP_ROWS_MAX = 50_000

export interface TapNews {
  readonly windowStartMs: number
  readonly cells: readonly TapCell[]
  /** The oldest position from which somebody may go on. */
  readonly oldestSeq: number
}

/** @param cells all there are from the window on */
export function firstTapState(windowStartMs: number, cells: readonly TapCell[]): TapState {
  const nothing: TapState = { seq: 0, windowStartMs, buckets: new Map(), late: new Map() }
  return { ...nextTapState(nothing, { windowStartMs, cells, oldestSeq: 0 }), seq: 1 }
}

/** @returns the same object when there is nothing new */
export function nextTapState(before: TapState, { windowStartMs: from, cells, oldestSeq }: TapNews): TapState {
  const seq = before.seq + 1
  const windowStartMs = Math.max(before.windowStartMs, from)
  const draft = draftOf(before)
  for (const bucketMs of before.buckets.keys()) {
    const lateSeq = before.late.get(bucketMs)
    // A late change stays as long as somebody may come back who has not heard of it.
    if (lateSeq === undefined ? bucketMs < windowStartMs : lateSeq <= oldestSeq) draft.drop(bucketMs)
  }
  for (const cell of cells) if (draft.put(cell) && cell.bucketMs < windowStartMs) draft.late.set(cell.bucketMs, seq)
  const shrunkMs = shrink(draft, windowStartMs)
  if (!draft.isChanged() && shrunkMs === before.windowStartMs) return before
  return { seq, windowStartMs: shrunkMs, buckets: draft.buckets, late: draft.late }
}

interface Draft {
  readonly buckets: Map<number, ReadonlyMap<string, number>>
  readonly late: Map<number, number>
  drop(bucketMs: number): void
  /** @returns false when it was so already */
  put(cell: TapCell): boolean
  isChanged(): boolean
}

function draftOf(before: TapState): Draft {
  const buckets = new Map(before.buckets)
  const late = new Map(before.late)
  const own = new Map<number, Map<string, number>>()
  let isChanged = false
  return {
    buckets,
    late,
    isChanged: () => isChanged,
    drop(bucketMs) {
      isChanged = buckets.delete(bucketMs) || isChanged
      late.delete(bucketMs)
      own.delete(bucketMs)
    },
    put({ bucketMs, tag, count }) {
      if ((buckets.get(bucketMs)?.get(tag) ?? 0) === count) return false
      isChanged = true
      const tags = own.get(bucketMs) ?? new Map(buckets.get(bucketMs))
      own.set(bucketMs, tags)
      buckets.set(bucketMs, tags)
      if (count > 0) tags.set(tag, count)
      else tags.delete(tag)
      if (tags.size === 0) this.drop(bucketMs)
      return true
    },
  }
}

/** Drops the oldest buckets of a window that holds too much, but never the last one. @returns where it begins then */
function shrink(draft: Draft, windowStartMs: number): number {
  const rowsOf = (bucketMs: number) => draft.buckets.get(bucketMs)?.size ?? 0
  const shown = [...draft.buckets.keys()].filter((ms) => ms >= windowStartMs).sort((a, b) => a - b)
  let rows = shown.reduce((sum, bucketMs) => sum + rowsOf(bucketMs), 0)
  let startMs = windowStartMs
  for (const [index, bucketMs] of shown.slice(0, -1).entries()) {
    if (rows <= TAP_ROWS_MAX) break
    rows -= rowsOf(bucketMs)
    draft.drop(bucketMs)
    startMs = shown[index + 1] ?? startMs
  }
  return startMs
}
