import type { TokenView } from '../../../domain/tokens/query.ts'
import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapFeed } from '../../../ports/tap-feed.ts'
import type { Edition } from './edition.ts'
import { type Frame, joined } from './frames.ts'
import { CLOSE, type StreamLimits } from './limits.ts'
import { type Liveness, liveness } from './liveness.ts'
import { NOWHERE } from './place.ts'
import type { Spark } from './rows.ts'
import type { Position } from './schemas.ts'
import type { Sink } from './sink.ts'
import { type Subscription, start } from './subscription.ts'
import { TapLists, type TapWish } from './tap-lists.ts'

export interface Wish {
  readonly id: string
  readonly view: TokenView
  readonly limit: number
  readonly spark: Spark
  readonly since: Position | null
}

/** How a stream was ended from our side. */
export interface Ended {
  readonly code: number
  /** How long its reader had been behind, milliseconds; null when it was not. */
  readonly behindMs: number | null
}

/** What all sessions have in common: one object for all, which a board then finds in the processor's cache. */
export interface SessionDeps {
  readonly feed: BoardFeed
  readonly taps: TapFeed
  readonly clock: Clock
  readonly limits: StreamLimits
  /** What there is to say now; null before the first board. */
  readonly edition: () => Edition | null
  /** 0 up to 1: spreads what would otherwise happen to all clients at once. */
  readonly random: () => number
  /** Runs something of a session later; a fault in it ends the session and nothing else. */
  readonly later: (one: Session, delayMs: number, run: () => void) => void
  /** Called when a session begins to follow taps. */
  readonly onTaps: (one: Session) => void
  /** Called once, when a session has ended. @param how null when it was not we who ended it */
  readonly onEnd: (one: Session, how: Ended | null) => void
}

/** One client, over whatever transport. A class, because there are many and every board asks each of them. */
export class Session {
  readonly #sink: Sink
  readonly #deps: SessionDeps
  readonly #life: Liveness
  /** Those that have begun, in the order of `#place`. */
  #lists: readonly Subscription[] = []
  #place = NOWHERE
  /** Those that have not: the reader is behind, or asked for a position that is ahead of us. */
  #starting: readonly Subscription[] = []
  /** Null until it follows taps: most never do. */
  #taps: TapLists | null = null
  readonly #teamId: number | null
  #heartbeatAtMs: number
  #slowSinceMs: number | null = null
  #isOver = false

  /** @param teamId whose key it was opened with; null: nobody's */
  constructor(sink: Sink, deps: SessionDeps, teamId: number | null) {
    const { clock, limits, random } = deps
    const bornMs = clock.monotonicMs()
    this.#sink = sink
    this.#teamId = teamId
    this.#deps = deps
    this.#life = liveness({ limits, bornMs, sink, random })
    this.#heartbeatAtMs = bornMs + limits.heartbeatMs * random()
  }

  /**
   * Follows a list; one under the same id is replaced.
   * @throws ServiceError what `BoardFeed.open` throws; then nothing has changed.
   */
  subscribe({ id, spark, since, view, limit }: Wish): void {
    const { feed, clock, limits, later } = this.#deps
    const list: Subscription = { reader: { id, spark }, view: feed.open(view, limit), since }
    this.#drop(id)
    this.#starting = [...this.#starting, list]
    this.#life.used(true, clock.monotonicMs())
    this.flush()
    if (!this.#starting.includes(list)) return
    // The instance that the client comes from was faster. After a while it is no longer believed that we catch up.
    later(this, limits.aheadMs, () => {
      list.since = null
      this.flush()
    })
  }

  /**
   * Follows taps; a list under the same id ends at once. Resolves when this one has begun, or is not wanted any more.
   * @throws ServiceError what `TapLists.open` throws; there is no list of this id then
   */
  async followTaps(wish: TapWish): Promise<void> {
    if (this.#isOver) return
    const { clock, taps, onTaps } = this.#deps
    this.#drop(wish.id)
    this.#taps ??= new TapLists(taps, this.#teamId)
    onTaps(this)
    const opening = this.#taps.open(wish)
    this.#life.used(true, clock.monotonicMs())
    try {
      await opening
    } finally {
      this.#life.used(this.subscriptions() > 0, clock.monotonicMs())
    }
    this.flush()
  }

  /** @returns false when there is no list of this id. */
  unsubscribe(id: string): boolean {
    const wasThere = this.#drop(id)
    if (wasThere) this.#life.used(this.subscriptions() > 0, this.#deps.clock.monotonicMs())
    return wasThere
  }

  has(id: string): boolean {
    return this.#all().some(({ reader }) => reader.id === id) || this.#taps?.has(id) === true
  }

  subscriptions(): number {
    return this.#all().length + (this.#taps?.size() ?? 0)
  }

  /** Sends one frame that is about no position. */
  reply(frame: Frame): void {
    if (!this.#isOver) this.#sink.send(frame)
  }

  /** Sends everything that is new, unless the reader is behind. */
  flush(): void {
    if (this.#isOver || this.#isBehind()) return
    const edition = this.#deps.edition()
    const tokens = edition === null ? null : this.#news(edition)
    const frame = this.#taps === null ? tokens : both(tokens, this.#taps.news())
    if (frame !== null) this.#sink.send(frame)
  }

  /** What time alone demands; called about every second. */
  pulse(): void {
    const nowMs = this.#deps.clock.monotonicMs()
    const ending = this.#life.check(nowMs)
    if (ending === 'dead') {
      this.#sink.terminate()
      this.gone()
    } else if (ending !== null) this.end(ending.code, ending.reason)
    this.flush()
    this.#heartbeat(nowMs)
  }

  /** The other end answered a ping. */
  alive(): void {
    this.#life.alive()
  }

  /** Ends it from our side. */
  end(code: number, reason: string): void {
    if (this.#isOver) return
    this.#sink.close(code, reason)
    const behindMs = this.#slowSinceMs === null ? null : this.#deps.clock.monotonicMs() - this.#slowSinceMs
    this.#over({ code, behindMs })
  }

  /** The connection is gone. */
  gone(): void {
    this.#over(null)
  }

  #over(how: Ended | null): void {
    if (this.#isOver) return
    this.#isOver = true
    for (const { view } of this.#all()) view.close()
    this.#taps?.dropAll()
    this.#deps.onEnd(this, how)
  }

  #all(): readonly Subscription[] {
    return [...this.#lists, ...this.#starting]
  }

  #drop(id: string): boolean {
    const list = this.#all().find(({ reader }) => reader.id === id)
    if (list === undefined) return this.#taps?.drop(id) ?? false
    list.view.close()
    this.#lists = this.#lists.filter((one) => one !== list)
    this.#place = this.#place.filter(({ reader }) => reader.id !== id)
    this.#starting = this.#starting.filter((one) => one !== list)
    return true
  }

  /** @returns what is new in lists of tokens; null when nothing is */
  #news(edition: Edition): Frame | null {
    const begun = this.#starting.length === 0 ? null : this.#begin(edition)
    const { frame, place } = edition.advance(this.#place, this.#lists)
    this.#place = place
    return both(begun, frame)
  }

  /** @returns what is said of the lists that can begin now; null when none can */
  #begin(edition: Edition): Frame | null {
    const frames: Frame[] = []
    const waiting: Subscription[] = []
    for (const list of this.#starting) {
      const begun = start(list, edition)
      if (begun === null) waiting.push(list)
      else {
        frames.push(begun.frame)
        this.#lists = [...this.#lists, list]
        this.#place = edition.placeOf([...this.#place, begun.standing])
      }
    }
    this.#starting = waiting
    return frames.length === 0 ? null : joined(frames)
  }

  /** True while nothing may be sent because the reader is behind; one that stays behind is cut. */
  #isBehind(): boolean {
    const { clock, limits } = this.#deps
    if (this.#sink.bufferedBytes() <= limits.bufferedBytesMax) {
      if (this.#slowSinceMs !== null) this.#slowSinceMs = null
      return false
    }
    const nowMs = clock.monotonicMs()
    this.#slowSinceMs ??= nowMs
    if (nowMs - this.#slowSinceMs >= limits.slowMs) this.#endSlow()
    return true
  }

  /** Nobody may be reading at all, so the end is not waited for as long as with others. */
  #endSlow(): void {
    const { later, limits } = this.#deps
    if (this.#isOver) return
    this.end(CLOSE.slow, 'reads too slowly: connect again and resume')
    later(this, limits.slowCloseMs, () => this.#sink.terminate())
  }

  /** It moves the position of every list, so it goes out only when all of them stand at the head. */
  #heartbeat(nowMs: number): void {
    const { clock, limits } = this.#deps
    if (this.#isOver || nowMs < this.#heartbeatAtMs || this.#starting.length > 0 || this.#isBehind()) return
    const frame = both(this.#boardBeat(), this.#taps?.heartbeat(clock.nowMs()) ?? null)
    if (frame === null) return
    this.#heartbeatAtMs = nowMs + limits.heartbeatMs
    this.#sink.send(frame)
  }

  /** Of all lists of tokens; a connection that follows only taps is told of those, each by itself. */
  #boardBeat(): Frame | null {
    const edition = this.#deps.edition()
    if (edition === null || (this.#lists.length === 0 && this.subscriptions() > 0)) return null
    this.#place = edition.told(this.#place)
    return edition.heartbeat(this.#deps.clock.nowMs())
  }
}

function both(first: Frame | null, second: Frame | null): Frame | null {
  return first === null || second === null ? (first ?? second) : joined([first, second])
}
