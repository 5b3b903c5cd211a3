import type { TapLiveInterval } from '../../../domain/taps/live-window.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapLiveQuestion, TapMoment, TapView } from '../../../ports/tap-feed.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { following } from './following.ts'
import { type SharedView, sharedView } from './shared-view.ts'

/** How often the store is asked what was written. */
const ASK_EVERY_MS = 500
/** For so long a view without readers is kept: whoever was cut off comes back and goes on where he was. */
const LINGER_MS = 60_000

/** The views of one team, and the one question that keeps them all current. */
export interface LiveTeam {
  /** @throws StoreUnavailable when nothing was counted yet and cannot be now */
  open(question: TapLiveQuestion): Promise<TapView>
  stop(): void
}

export interface LiveTeamDeps {
  readonly teamId: number
  readonly store: Pick<TapStore, 'recent' | 'countsByTag'>
  readonly clock: Clock
  readonly newEpoch: () => string
  /** Called when a view shows something else. */
  readonly onNews: () => void
  /** Told why the store could not be asked. */
  readonly onFault: (error: unknown) => void
  /** Called when nobody has read anything for a while; nothing is asked any more. */
  readonly onIdle: () => void
}

interface Held {
  readonly view: SharedView
  readers: number
  /** Monotonic; since when nobody reads it. */
  idleSinceMs: number
}

export function liveTeam(deps: LiveTeamDeps): LiveTeam {
  const { clock, onFault, onIdle } = deps
  const views = new Map<TapLiveInterval, Held>()
  const follow = following(deps, function* () {
    for (const { view } of views.values()) yield view
  })
  let cancel: (() => void) | null = null
  let isStopped = false
  const forgetIdle = () => {
    const nowMs = clock.monotonicMs()
    for (const [interval, { readers, idleSinceMs }] of views) {
      if (readers === 0 && nowMs - idleSinceMs >= LINGER_MS) views.delete(interval)
    }
  }
  const turn = async () => {
    await follow.ask().then(() => void follow.settle().catch(onFault), onFault)
    forgetIdle()
    cancel = null
    if (views.size === 0) onIdle()
    else wake()
  }
  const wake = () => {
    if (!isStopped) cancel ??= clock.after(ASK_EVERY_MS, () => void turn())
  }
  const held = (interval: TapLiveInterval): Held => {
    const known = views.get(interval)
    if (known !== undefined) return known
    const fresh = { view: sharedView({ ...deps, interval }), readers: 0, idleSinceMs: 0 }
    views.set(interval, fresh)
    return fresh
  }
  const counted = async ({ view }: Held) => {
    if (view.moment() === null && follow.isBehind()) await follow.ask()
    while (view.moment() === null) await follow.settle()
  }
  const leave = (one: Held) => {
    one.readers -= 1
    one.idleSinceMs = clock.monotonicMs()
  }
  return {
    async open(question) {
      const one = held(question.interval)
      one.readers += 1
      wake()
      try {
        await counted(one)
        return viewOf(question, one.view, () => leave(one))
      } catch (error) {
        leave(one)
        throw error
      }
    },
    stop() {
      isStopped = true
      cancel?.()
    },
  }
}

function viewOf(question: TapLiveQuestion, view: SharedView, leave: () => void): TapView {
  let isOpen = true
  return {
    question,
    head(): TapMoment {
      const moment = view.moment()
      if (moment === null) throw new Error('A view was handed out before it was counted.')
      return moment
    },
    at: view.at,
    close() {
      if (isOpen) leave()
      isOpen = false
    },
  }
}
