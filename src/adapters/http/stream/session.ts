import type { TokenView } from '../../../domain/tokens/query.ts'
import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Edition } from './edition.ts'
import type { Frame } from './frames.ts'
import { CLOSE, type StreamLimits } from './limits.ts'
import { liveness } from './liveness.ts'
import type { Spark } from './rows.ts'
import type { Position } from './schemas.ts'
import { type Subscription, subscription } from './subscription.ts'

/** Where the frames of one client go. Nothing here throws. */
export interface Sink {
  /** In order, in one write where that can be. */
  send(frames: readonly Frame[]): void
  /** Bytes that the reader has not taken yet. */
  bufferedBytes(): number
  /** Asks whether the other end lives; null when nobody can or need ask. */
  readonly ping: (() => void) | null
  close(code: number, reason: string): void
  /** Cuts the connection. */
  terminate(): void
}

export interface Wish {
  readonly id: string
  readonly view: TokenView
  readonly limit: number
  readonly spark: Spark
  readonly since: Position | null
}

/** One client, over whatever transport. */
export interface Session {
  /**
   * Follows a list; one under the same id is replaced.
   * @throws ServiceError what `BoardFeed.open` throws; then nothing has changed.
   */
  subscribe(wish: Wish): void
  /** @returns false when there is no list of this id. */
  unsubscribe(id: string): boolean
  has(id: string): boolean
  subscriptions(): number
  /** Sends one frame that is about no position. */
  reply(frame: Frame): void
  /** Sends everything that is new, unless the reader is behind. */
  flush(): void
  /** What time alone demands; called about every second. */
  pulse(): void
  /** The other end answered a ping. */
  alive(): void
  /** Ends it from our side. */
  end(code: number, reason: string): void
  /** The connection is gone. */
  gone(): void
}

export interface SessionDeps {
  readonly feed: BoardFeed
  readonly clock: Clock
  readonly limits: StreamLimits
  /** What there is to say now; null before the first board. */
  readonly edition: () => Edition | null
  /** 0 up to 1: spreads what would otherwise happen to all clients at once. */
  readonly random: () => number
  /** Runs something of this session later; a fault in it ends the session and nothing else. */
  readonly later: (delayMs: number, run: () => void) => void
  /** Called once, when it has ended for whatever reason. */
  readonly onEnd: () => void
}

export function session(sink: Sink, deps: SessionDeps): Session {
  const { feed, clock, limits } = deps
  const bornMs = clock.monotonicMs()
  const life = liveness({ limits, bornMs, ping: sink.ping, random: deps.random })
  const lists = new Map<string, Subscription>()
  let heartbeatAtMs = bornMs + limits.heartbeatMs * deps.random()
  let slowSinceMs: number | null = null
  let isOver = false

  const drop = (id: string): boolean => {
    const list = lists.get(id)
    list?.close()
    return lists.delete(id)
  }
  const over = () => {
    if (isOver) return
    isOver = true
    for (const id of [...lists.keys()]) drop(id)
    deps.onEnd()
  }
  const end = (code: number, reason: string) => {
    if (!isOver) sink.close(code, reason)
    over()
  }
  /** True while nothing may be sent because the reader is behind; one that stays behind is cut. */
  const isBehind = (): boolean => {
    if (sink.bufferedBytes() <= limits.bufferedBytesMax) slowSinceMs = null
    else slowSinceMs ??= clock.monotonicMs()
    if (slowSinceMs === null) return false
    if (clock.monotonicMs() - slowSinceMs >= limits.slowMs)
      end(CLOSE.slow, 'reads too slowly: connect again and resume')
    return true
  }
  const flush = () => {
    const edition = deps.edition()
    if (isOver || edition === null || lists.size === 0 || isBehind()) return
    const frames: Frame[] = []
    for (const list of lists.values()) list.collect(edition, frames)
    if (frames.length > 0) sink.send(frames)
  }
  /** It moves the position of every list, so it goes out only when all of them stand at the head. */
  const heartbeat = (nowMs: number) => {
    const edition = deps.edition()
    const isPending = () => isBehind() || [...lists.values()].some((list) => list.isWaiting())
    if (isOver || edition === null || nowMs < heartbeatAtMs || isPending()) return
    heartbeatAtMs = nowMs + limits.heartbeatMs
    sink.send([edition.heartbeat(clock.nowMs())])
    for (const list of lists.values()) list.moveTo(edition.snapshot.seq)
  }
  return {
    flush,
    end,
    gone: over,
    alive: life.alive,
    has: (id) => lists.has(id),
    subscriptions: () => lists.size,
    subscribe({ view, limit, ...wish }) {
      const list = subscription({ ...wish, view: feed.open(view, limit) })
      drop(wish.id)
      lists.set(wish.id, list)
      life.used(true, clock.monotonicMs())
      flush()
      if (list.isWaiting()) waitFor(list)
    },
    unsubscribe(id) {
      const wasThere = drop(id)
      life.used(lists.size > 0, clock.monotonicMs())
      return wasThere
    },
    reply(frame) {
      if (!isOver) sink.send([frame])
    },
    pulse() {
      const nowMs = clock.monotonicMs()
      const ending = life.check(nowMs)
      if (ending === 'dead') {
        sink.terminate()
        over()
      } else if (ending !== null) end(ending.code, ending.reason)
      flush()
      heartbeat(nowMs)
    },
  }

  /** The instance that the client comes from was faster. After a while it is no longer believed that we catch up. */
  function waitFor(list: Subscription): void {
    deps.later(limits.aheadMs, () => {
      list.stopWaiting()
      flush()
    })
  }
}
