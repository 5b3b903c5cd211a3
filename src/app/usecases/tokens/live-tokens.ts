import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { BoardWatch } from '../../../ports/board-watch.ts'
import type { TokenService } from '../../../ports/service.ts'
import { type Asker, asker } from './asking.ts'
import { granting } from './granting.ts'
import { type Loading, loading } from './loading.ts'
import { observationStore } from './observations.ts'
import { readCalls, writeCalls } from './recent-calls.ts'
import { refreshing } from './refreshing.ts'
import { remembering } from './remembering.ts'
import { isOnBoard, type Room, roomOf } from './room.ts'
import { serviceOf } from './service.ts'
import type { TokenParts } from './settings.ts'
import { type Ticking, ticking } from './ticking.ts'
import { watching } from './watching.ts'

/** How late a row may be marked stale: rounds can be minutes apart, and wait for sources that hang. */
const BEAT_MS = 1_000

/** The live tokens, and the loop that keeps them fresh. */
export interface LiveTokens {
  readonly service: TokenService
  readonly feed: BoardFeed
  readonly watch: BoardWatch
  /** Begins refreshing at once and goes on until stopped. */
  start(): void
  /** No round begins after this; settles once what was under way with other instances has ended. */
  stop(): Promise<void>
}

export function liveTokens(parts: TokenParts): LiveTokens {
  const { clock, log, cache, parameters, recording } = parts
  const store = observationStore(recording?.clock ?? clock, parameters.staleLimitMs)
  const observations = recording?.observations(store) ?? store
  const cached = remembering({ cache, clock, log, keepMs: parameters.staleLimitMs })
  const memory = recording?.memory(cached) ?? cached
  const share = (): number => room.publishing.share()
  const tellCalls = (): Promise<boolean> => room.publishing.leave(writeCalls(stampsOf(askers)))
  const askers = parts.sources.map((source) => asker(source, { clock, log, memory, observations, share, tellCalls }))
  const room = roomOf(parts, askers, observations)
  const ticks = ticking(room)
  const loads = loading(room, ticks)
  const rounds = refreshing(askers, { ...parts, demand: room.wanted, observations, share })
  const wishes = parts.wishes === null ? null : granting(room, loads, ticks, parts.wishes)
  const { start, stop } = loop(room, ticks, rounds.round)
  return {
    service: serviceOf({ ...room, loads }),
    feed: feedOf(room, loads),
    watch: watching(room),
    start() {
      room.publishing.start({
        takeOver() {
          ticks.takeOver()
          start()
        },
        note(text) {
          const told = readCalls(text)
          for (const { source, calls } of askers) calls.hear(told[source.name] ?? [])
        },
      })
      wishes?.start()
    },
    async stop() {
      stop()
      await Promise.all([wishes?.stop(), room.publishing.stop()])
    },
  }
}

function stampsOf(askers: readonly Asker[]): Record<string, readonly number[]> {
  return Object.fromEntries(askers.map(({ source, calls }) => [source.name, calls.stamps()]))
}

/** The views, of which a new one also asks for what the board lacks; it shows that on a later board. */
function feedOf(room: Room, loads: Loading): BoardFeed {
  const { views, parts } = room
  return {
    ...views,
    open(view, limit) {
      const { q } = view
      const live = views.open(view, limit)
      if (q !== null && !isOnBoard(room, q)) {
        loads.text(q, parts.cacheTtlMs).catch((error) => parts.log.error('view not loaded', { error }))
      }
      return live
    },
  }
}

/** Refreshes and ticks while this instance decides; a round ends the loop once it does not, and taking over starts it again. */
function loop({ parts, deciding, publishing }: Room, { tick }: Ticking, round: () => Promise<void>) {
  const { clock, log, refreshMs } = parts
  const cancels = { round: () => {}, beat: () => {} }
  let run = 0
  const ticked = async () => {
    try {
      await tick()
    } catch (error) {
      log.error('tick failed', { error })
    }
  }
  const refresh = async (mine: number) => {
    const startedMs = clock.monotonicMs()
    try {
      await round()
      await tick()
    } catch (error) {
      log.error('round failed', { error })
    }
    if (mine !== run || !publishing.isDeciding()) return
    cancels.round = clock.after(Math.max(0, refreshMs - (clock.monotonicMs() - startedMs)), () => void refresh(mine))
  }
  const beat = (mine: number) => {
    if (mine !== run || !publishing.isDeciding()) return
    if (deciding.isDue()) void ticked()
    cancels.beat = clock.after(BEAT_MS, () => beat(mine))
  }
  const stop = () => {
    run += 1
    cancels.round()
    cancels.beat()
  }
  return {
    start() {
      stop()
      void refresh(run)
      beat(run)
    },
    stop,
  }
}
