import { type TapRing, tapHead, tapStateAt, withTapState } from '../../../domain/taps/live-ring.ts'
import { firstTapState, nextTapState, type TapState } from '../../../domain/taps/live-state.ts'
import { bucketOf, windowStartOf } from '../../../domain/taps/live-window.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapMoment } from '../../../ports/tap-feed.ts'
import type { RecentChange } from '../../../ports/tap-store.ts'
import { type Counting, countWindow, type Doubtful, recount } from './recounting.ts'

/** More than this at once is no late tap but an import: everything is counted anew, as a new run. */
const DOUBTFUL_CELLS_MAX = 5_000
const DOUBTFUL_STRETCHES_MAX = 100
const LATE_BUCKETS_MAX = 1_000

/** One interval of one team, for all who read it. */
export interface SharedView {
  /** Null until it was counted for the first time. */
  moment(): TapMoment | null
  at(position: { readonly epoch: string; readonly seq: number }): TapState | null
  /** Cells of which something was written. Also while others are being counted. */
  doubt(changes: readonly RecentChange[]): void
  /** Something may have been written that nobody was told of. */
  doubtAll(): void
  /**
   * Counts what is in doubt.
   * @param asOfMs all that was committed before is counted then
   * @throws StoreUnavailable what was in doubt still is
   */
  settle(asOfMs: number): Promise<void>
}

export interface SharedViewDeps extends Counting {
  readonly clock: Pick<Clock, 'nowMs'>
  /** Another text at each call, of any process. */
  readonly newEpoch: () => string
}

export function sharedView(deps: SharedViewDeps): SharedView {
  const { interval, clock, newEpoch } = deps
  let ring: TapRing | null = null
  let moment: TapMoment | null = null
  let isAllDoubtful = true
  let doubtful: Doubtful = new Map()
  const doubtOne = (bucketMs: number, tag: string) => {
    const tags = doubtful.get(bucketMs) ?? new Set()
    doubtful.set(bucketMs, tags.add(tag))
  }
  const load = async (): Promise<TapRing> => {
    const nowMs = clock.nowMs()
    const cells = await countWindow(deps, nowMs)
    return { epoch: newEpoch(), states: [firstTapState(windowStartOf(interval, nowMs), cells)] }
  }
  const follow = async (before: TapRing, asked: Doubtful): Promise<TapRing> => {
    const cells = await recount(deps, asked)
    const head = tapHead(before)
    const oldestSeq = before.states[0]?.seq ?? 0
    const windowStartMs = windowStartOf(interval, clock.nowMs())
    const next = nextTapState(head, { windowStartMs, cells, oldestSeq })
    return next === head ? before : withTapState(before, next)
  }
  const isTooMuch = () => {
    const cells = [...doubtful.values()].reduce((sum, tags) => sum + tags.size, 0)
    const late = ring === null ? 0 : tapHead(ring).late.size
    return cells > DOUBTFUL_CELLS_MAX || doubtful.size > DOUBTFUL_STRETCHES_MAX || late > LATE_BUCKETS_MAX
  }
  return {
    moment: () => moment,
    at: (position) => (ring === null ? null : tapStateAt(ring, position)),
    doubt(changes) {
      for (const { tag, minuteMs } of changes) doubtOne(bucketOf(interval, minuteMs), tag)
    },
    doubtAll() {
      isAllDoubtful = true
    },
    async settle(asOfMs) {
      const isWhole = ring === null || isAllDoubtful || isTooMuch()
      const asked = doubtful
      doubtful = new Map()
      isAllDoubtful = false
      try {
        ring = ring === null || isWhole ? await load() : await follow(ring, asked)
        moment = { epoch: ring.epoch, state: tapHead(ring), asOfMs }
      } catch (error) {
        isAllDoubtful ||= isWhole
        for (const [bucketMs, tags] of asked) for (const tag of tags) doubtOne(bucketMs, tag)
        throw error
      }
    },
  }
}
