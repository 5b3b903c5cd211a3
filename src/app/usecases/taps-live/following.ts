import { RECENT_MS } from '../../../domain/taps/tap.ts'
import type { SharedView } from './shared-view.ts'
import type { LiveTeamDeps } from './team.ts'

/** Keeps the views of a team current: asks what was written, and counts that anew. */
export interface Following {
  /**
   * Asks what was written since the last time; all of it is in doubt then. Whoever asks meanwhile waits for the same answer.
   * @throws StoreUnavailable
   */
  ask(): Promise<void>
  /** True when more may have been written since the last answer than the next one will tell. */
  isBehind(): boolean
  /** Counts what is in doubt; whoever asks meanwhile waits for the same end. @throws StoreUnavailable it is in doubt still */
  settle(): Promise<void>
}

/**
 * Asking does not wait for counting: a store that counts slowly would otherwise be asked too late what was written, and
 * everything would have to be counted once more.
 */
export function following(deps: LiveTeamDeps, views: () => Iterable<SharedView>): Following {
  const { teamId, store, clock, onNews } = deps
  let seen: ReadonlySet<string> = new Set()
  /** Monotonic time before the last question that was answered, and the wall clock's. */
  let askedAtMs = Number.NEGATIVE_INFINITY
  let asOfMs = 0
  let asking: Promise<void> | null = null
  let settling: Promise<void> | null = null
  const isBehind = () => clock.monotonicMs() - askedAtMs >= RECENT_MS
  const ask = async () => {
    const startedMs = clock.monotonicMs()
    const nowMs = clock.nowMs()
    const changes = await store.recent(teamId)
    const isGap = isBehind()
    const fresh = changes.filter(({ id }) => !seen.has(id))
    askedAtMs = startedMs
    asOfMs = nowMs
    seen = new Set(changes.map(({ id }) => id))
    for (const view of views()) {
      if (isGap) view.doubtAll()
      else view.doubt(fresh)
    }
  }
  const settleAll = async () => {
    let isNew = false
    try {
      // One that is opened meanwhile is counted too.
      for (const view of views()) {
        const before = view.moment()?.state
        await view.settle(asOfMs)
        isNew ||= view.moment()?.state !== before
      }
    } finally {
      if (isNew) onNews()
    }
  }
  return {
    isBehind,
    ask() {
      asking ??= ask().finally(() => {
        asking = null
      })
      return asking
    },
    settle() {
      settling ??= settleAll().finally(() => {
        settling = null
      })
      return settling
    },
  }
}
