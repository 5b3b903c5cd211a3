import type { TapBuckets, TapCell, TapState } from './live-state.ts'

/** What leads a reader from one state to another. */
export interface TapDelta {
  readonly windowStartMs: number
  readonly upserts: readonly TapCell[]
  readonly removes: readonly Omit<TapCell, 'count'>[]
}

/** @param tag null: of the whole team. @returns null when a reader of that sees no difference */
export function tapDelta(from: TapState, to: TapState, tag: string | null): TapDelta | null {
  if (from === to) return null
  const upserts: TapCell[] = []
  const removes: Omit<TapCell, 'count'>[] = []
  for (const bucketMs of bucketsOfBoth(from.buckets, to.buckets)) {
    const before = from.buckets.get(bucketMs)
    const after = to.buckets.get(bucketMs)
    if (before === after) continue
    for (const uid of shown(before, tag)) if (!after?.has(uid)) removes.push({ bucketMs, tag: uid })
    for (const uid of shown(after, tag)) {
      const count = after?.get(uid) ?? 0
      if (before?.get(uid) !== count) upserts.push({ bucketMs, tag: uid, count })
    }
  }
  const { windowStartMs } = to
  const isSame = upserts.length + removes.length === 0 && from.windowStartMs === windowStartMs
  return isSame ? null : { windowStartMs, upserts, removes }
}

/** All that a reader of one tag, or of the whole team, is shown, oldest first. */
export function tapCells({ buckets }: TapState, tag: string | null): readonly TapCell[] {
  return ascending(buckets.keys()).flatMap((bucketMs) => {
    const tags = buckets.get(bucketMs)
    return shown(tags, tag).map((uid) => ({ bucketMs, tag: uid, count: tags?.get(uid) ?? 0 }))
  })
}

function bucketsOfBoth(a: TapBuckets, b: TapBuckets): readonly number[] {
  return ascending(new Set([...a.keys(), ...b.keys()]))
}

function ascending(buckets: Iterable<number>): readonly number[] {
  return [...buckets].sort((a, b) => a - b)
}

function shown(tags: ReadonlyMap<string, number> | undefined, tag: string | null): readonly string[] {
  if (tags === undefined) return []
  if (tag !== null) return tags.has(tag) ? [tag] : []
  return [...tags.keys()].sort(byUid)
}

/** As numbers: uids are longer than a double is exact. */
function byUid(a: string, b: string): number {
  return a.length - b.length || (a < b ? -1 : 1)
}
