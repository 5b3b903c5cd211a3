import type { TapCell } from '../../../domain/taps/live-state.ts'
import {
  bucketOf,
  stretchesOf,
  TAP_BUCKET_MS,
  type TapLiveInterval,
  windowStartOf,
} from '../../../domain/taps/live-window.ts'
import { TAP_AHEAD_MAX_MS } from '../../../domain/taps/reading.ts'
import type { TapStore } from '../../../ports/tap-store.ts'

/** Tags whose count in a bucket may have changed. */
export type Doubtful = Map<number, Set<string>>

/** Whose taps are counted, and how. */
export interface Counting {
  readonly store: Pick<TapStore, 'countsByTag'>
  readonly teamId: number
  readonly interval: TapLiveInterval
}

/** Everything from the window on; taps may be a day ahead of us. @throws StoreUnavailable */
export async function countWindow(counting: Counting, nowMs: number): Promise<readonly TapCell[]> {
  const { store, teamId, interval } = counting
  const lengthMs = TAP_BUCKET_MS[interval]
  const aheadMs = bucketOf(interval, nowMs) + lengthMs
  const endMs = bucketOf(interval, nowMs + TAP_AHEAD_MAX_MS) + 2 * lengthMs
  // One column for all that is ahead: there hardly ever is anything.
  const bounds = [...edges(windowStartOf(interval, nowMs), aheadMs, lengthMs), endMs]
  const counts = await store.countsByTag(teamId, null, bounds)
  const shown = cellsOf(counts, bounds.slice(0, -2))
  const early = [...counts].filter(([, columns]) => (columns.at(-1) ?? 0) > 0).map(([tag]) => tag)
  if (early.length === 0) return shown
  const ahead = edges(aheadMs, endMs, lengthMs)
  return [...shown, ...cellsOf(await store.countsByTag(teamId, early, ahead), ahead.slice(0, -1))]
}

/** The doubtful cells as they are now, those without a tap too. @throws StoreUnavailable */
export async function recount({ store, teamId, interval }: Counting, doubtful: Doubtful): Promise<readonly TapCell[]> {
  const cells: TapCell[] = []
  for (const bounds of stretchesOf(interval, doubtful.keys())) {
    const tags = [...new Set(bounds.flatMap((bucketMs) => [...(doubtful.get(bucketMs) ?? [])]))]
    const counts = await store.countsByTag(teamId, tags, bounds)
    for (const [index, bucketMs] of bounds.slice(0, -1).entries()) {
      for (const tag of doubtful.get(bucketMs) ?? []) {
        cells.push({ bucketMs, tag, count: counts.get(tag)?.[index] ?? 0 })
      }
    }
  }
  return cells
}

function cellsOf(counts: ReadonlyMap<string, readonly number[]>, buckets: readonly number[]): TapCell[] {
  return [...counts].flatMap(([tag, columns]) =>
    buckets.flatMap((bucketMs, index) => {
      const count = columns[index] ?? 0
      return count === 0 ? [] : { bucketMs, tag, count }
    }),
  )
}

function edges(fromMs: number, toMs: number, lengthMs: number): number[] {
  return Array.from({ length: Math.round((toMs - fromMs) / lengthMs) + 1 }, (_, index) => fromMs + index * lengthMs)
}
