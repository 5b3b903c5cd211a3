import type { When } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import { boundsOf, isPartial, type TapGrid } from '../../../domain/taps/bucketing.ts'
import { isTagUid } from '../../../domain/taps/tag.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { TapBucket, TapCounts, TapQuestion } from '../../../ports/taps.ts'
import { type Counted, type KeptCounts, keptCounts } from './kept-counts.ts'
import { flawed, gridOf } from './ranges.ts'

/** Counts of one answer, over all its tags. */
export const CELLS_MAX = 100_000

type Store = Pick<TapStore, 'tag' | 'tags' | 'counts' | 'countsByTag' | 'boundaries' | 'version'>

/** Counts taps between the edges of time. May throw StoreUnavailable. */
export function tapAnalytics({ store, clock }: { readonly store: Store; readonly clock: Clock }) {
  const kept: KeptCounts = keptCounts()
  return async (teamId: number, question: TapQuestion): Promise<TapCounts> => {
    if (question.tag !== null) await ownTag(store, teamId, question.tag)
    // Before anything is counted: see KeptCounts.
    const version = await store.version(teamId)
    const counted = await kept.get(nameOf(teamId, question), version, () => count(store, teamId, question))
    return answerOf(counted, question, clock.nowMs())
  }
}

/** @throws ServiceError `tag_not_found`, the same for a tag of another team and for one that there is not */
export async function ownTag(store: Pick<TapStore, 'tag'>, teamId: number, uid: string): Promise<Tag> {
  const tag = isTagUid(uid) ? await store.tag(uid) : null
  if (tag?.teamId !== teamId) throw tagNotFound()
  return tag
}

export function tagNotFound(): ServiceError {
  return new ServiceError('tag_not_found', 'There is no tag of this uid.')
}

async function count(store: Store, teamId: number, question: TapQuestion): Promise<Counted> {
  const grid = await gridOf(store, question)
  if (question.byTag && question.tag === null) await checkCells(store, teamId, grid)
  const bounds = boundsOf(grid)
  // Of no time there is nothing to count.
  if (bounds.length === 0) return { grid, counts: [], byTag: question.byTag ? new Map() : null }
  if (!question.byTag && question.tag === null) {
    return { grid, counts: await store.counts(teamId, bounds), byTag: null }
  }
  const byTag = await store.countsByTag(teamId, question.tag === null ? null : [question.tag], bounds)
  const zeros: readonly number[] = Array.from({ length: bounds.length - 1 }, () => 0)
  const counts = [...byTag.values()].reduce((sums, counts) => sums.map((sum, i) => sum + (counts[i] ?? 0)), zeros)
  return { grid, counts, byTag: question.byTag ? byTag : null }
}

async function checkCells(store: Store, teamId: number, { edges }: TapGrid): Promise<void> {
  const { length } = await store.tags(teamId)
  const cells = length * (edges.length - 1)
  if (cells <= CELLS_MAX) return
  throw flawed('group_by', `${length} tags in ${edges.length - 1} buckets are ${cells} counts, more than ${CELLS_MAX}.`)
}

/** One text for one question of one team: what it is about is all in it. */
function nameOf(teamId: number, { from, to, interval, zone, tag, byTag }: TapQuestion): string {
  return JSON.stringify([teamId, whenName(from), whenName(to), interval, zone, tag, byTag])
}

function whenName(when: When): string {
  return when.kind === 'day' ? `day ${when.dayMs}` : String(when.ms)
}

function answerOf({ grid, counts, byTag }: Counted, { interval, zone }: TapQuestion, nowMs: number): TapCounts {
  const { range, edges } = grid
  return {
    ...range,
    interval,
    zone,
    buckets: counts.map((count, i) => bucketOf(grid, { startMs: edges[i], endMs: edges[i + 1], count }, nowMs)),
    byTag: byTag === null ? null : [...byTag].map(([tag, counts]) => ({ tag, counts })),
    total: sum(counts),
  }
}

function bucketOf(
  { range }: TapGrid,
  { startMs = 0, endMs = 0, count }: { startMs: number | undefined; endMs: number | undefined; count: number },
  nowMs: number,
): TapBucket {
  return { startMs, endMs, count, isPartial: isPartial(range, [startMs, endMs], nowMs) }
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
