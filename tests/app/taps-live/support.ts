import { liveTaps } from '../../../src/app/usecases/taps-live/taps-live.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { type TapDelta, tapCells, tapDelta } from '../../../src/domain/taps/live-diff.ts'
import type { TapState } from '../../../src/domain/taps/live-state.ts'
import type { TapView } from '../../../src/ports/tap-feed.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

export const NOON_MS = Date.UTC(2026, 10, 20, 12)
export const MINUTE_MS = 60_000
export const TEAM_A = 1
export const TEAM_B = 2
/** Of team A and of team B. */
export const TAGS_A = ['11', '12', '9223372036854775807'] as const
export const TAGS_B = ['21', '22'] as const

/** Two teams with their tags, and the feed over their store. */
export async function twoTeams() {
  const clock = fakeClock(NOON_MS)
  const log = memoryLog()
  const store = memoryTapStore()
  const asked = { recent: 0, counts: 0 }
  for (const uid of [...TAGS_A, ...TAGS_B]) {
    const teamId = uid.startsWith('2') ? TEAM_B : TEAM_A
    await store.addTag({ uid, teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: NOON_MS })
  }
  let hasCounts = true
  let epochs = 0
  let taps = 0
  const feed = liveTaps({
    store: {
      tag: store.tag,
      recent(teamId) {
        asked.recent += 1
        return store.recent(teamId)
      },
      async countsByTag(...question) {
        asked.counts += 1
        if (!hasCounts) throw new StoreUnavailable('no counts now')
        return store.countsByTag(...question)
      },
    },
    clock,
    log,
    newEpoch: () => `e${++epochs}`,
  })
  return {
    clock,
    log,
    store,
    feed,
    /** How often the store was asked. */
    asked,
    /** Whether the store tells what was written and cannot count it. */
    countsFail(isFailing: boolean) {
      hasCounts = !isFailing
    },
    /** @param atMs absent: now */
    async tap(tag: string, { atMs = clock.nowMs(), count = 1 } = {}) {
      const teamId = tag.startsWith('2') ? TEAM_B : TEAM_A
      taps += 1
      await store.record([{ teamId, taps: [{ id: `t${taps}`, tag, count, atMs }], retry: null }], clock.nowMs())
    },
  }
}

/** Rows as a reader shows them: minutes before noon, tag, count. */
export function rowsOf(view: TapView): string[] {
  return tapCells(view.head().state, view.question.tag).map(
    ({ bucketMs, tag, count }) => `${(bucketMs - NOON_MS) / MINUTE_MS} ${tag} ${count}`,
  )
}

/** What a reader would be told between two moments. */
export function told(view: TapView, from: TapState): TapDelta | null {
  return tapDelta(from, view.head().state, view.question.tag)
}
