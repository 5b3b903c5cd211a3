import type { When } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import { boundsOf, isPartial, type TapGrid } from '../../../domain/taps/bucketing.ts'
import { isTagUid } from '../../../domain/taps/tag.ts'
import type { Tag } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { TapBucket, TapCounts, TapQuestion } from '../../../ports/taps.ts'
import { type Counted, type KeptCounts, keptCounts } from './kept-counts.ts'
import { type AskedRange, checkedRange, flawed, gridOf } from './ranges.ts'

/** Counts of one answer, over all its tags. */
export const CELLS_MAX = 100_000

type Store = Pick<TapStore, 'tag' | 'tags' | 'counts' | 'countsByTag' | 'boundaries' | 'version'>

/** A question about tags that are known to be the team's. */
export interface CountQuestion extends AskedRange {
  /** Uids; null: all of the team, removed ones too. */
  readonly tags: readonly string[] | null
  readonly byTag: boolean
}

/** May throw StoreUnavailable. */
export interface TapAnalytics {
  checkAnalytics(teamId: number, question: TapQuestion): Promise<void>
  checkRange(asked: AskedRange): Promise<void>
  analytics(teamId: number, question: TapQuestion): Promise<TapCounts>
  counts(teamId: number, question: CountQuestion): Promise<TapCounts>
}

/** Counts taps between the edges of time. */
export function tapAnalytics({ store, clock }: { readonly store: Store; readonly clock: Clock }): TapAnalytics {
  const kept: KeptCounts = keptCounts()
  const counts = async (teamId: number, question: CountQuestion) => {
    // Before anything is counted: see KeptCounts.
    const version = await store.version(teamId)
    const counted = await kept.get(nameOf(teamId, question), version, () => count(store, teamId, question))
    return answerOf(counted, question, clock.nowMs())
  }
  const checkRange = async (asked: AskedRange) => void (await checkedRange(store, asked))
  return {
    counts,
    checkRange,
    async checkAnalytics(teamId, { tag, ...asked }) {
      if (tag !== null) await ownTag(store, teamId, tag)
      await checkRange(asked)
    },
    async analytics(teamId, { tag, ...question }) {
      if (tag !== null) await ownTag(store, teamId, tag)
      return counts(teamId, { ...question, tags: tag === null ? null : [tag] })
    },
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

async function count(store: Store, teamId: number, question: CountQuestion): Promise<Counted> {
  const grid = await gridOf(store, question)
  if (question.byTag && question.tags === null) await checkCells(store, teamId, grid)
  const bounds = boundsOf(grid)
  // Of no time there is nothing to count.
  if (bounds.length === 0) return { grid, counts: [], byTag: question.byTag ? new Map() : null }
  if (!question.byTag && question.tags === null) {
    return { grid, counts: await store.counts(teamId, bounds), byTag: null }
  }
  const byTag = await store.countsByTag(teamId, question.tags, bounds)
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
function nameOf(teamId: number, { from, to, interval, zone, tags, byTag }: CountQuestion): string {
  return JSON.stringify([teamId, whenName(from), whenName(to), interval, zone, tags, byTag])
}

function whenName(when: When): string {
  return when.kind === 'day' ? `day ${when.dayMs}` : String(when.ms)
}

function answerOf({ grid, counts, byTag }: Counted, { interval, zone }: CountQuestion, nowMs: number): TapCounts {
  return {
    ...grid.range,
    interval,
    zone,
    buckets: bucketsOf(grid, counts, nowMs),
    byTag: byTag === null ? null : [...byTag].map(([tag, counts]) => ({ tag, counts })),
    total: sum(counts),
  }
}

function bucketsOf({ range, edges }: TapGrid, counts: readonly number[], nowMs: number): readonly TapBucket[] {
  return counts.map((count, i) => {
    const [startMs = 0, endMs = 0] = [edges[i], edges[i + 1]]
    return { startMs, endMs, count, isPartial: isPartial(range, { startMs, endMs }, nowMs) }
  })
}

function sum(counts: readonly number[]): number {
  return counts.reduce((total, count) => total + count, 0)
}
