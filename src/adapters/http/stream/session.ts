import { both, type Frame } from './frames.ts'
import { CLOSE } from './limits.ts'
import { type Liveness, liveness } from './liveness.ts'
import type { Ended, SessionDeps } from './session-deps.ts'
import type { Sink } from './sink.ts'
import type { Wish } from './subscription.ts'
import { TapLists, type TapWish } from './tap-lists.ts'
import { TokenLists } from './token-lists.ts'

/** One client, over whatever transport. A class, because there are many and every board asks each of them. */
export class Session {
  readonly #sink: Sink
  readonly #deps: SessionDeps
  readonly #life: Liveness
  readonly #tokens = new TokenLists()
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
    const opened = feed.open(view, limit)
    this.#drop(id)
    const list = this.#tokens.add({ id, spark }, opened, since)
    this.#life.used(true, clock.monotonicMs())
    this.flush()
    if (!this.#tokens.isStarting(list)) return
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
    return this.#tokens.has(id) || this.#taps?.has(id) === true
  }

  subscriptions(): number {
    return this.#tokens.size() + (this.#taps?.size() ?? 0)
  }

  /** Sends one frame that is about no position. */
  reply(frame: Frame): void {
    if (!this.#isOver) this.#sink.send(frame)
  }

  /** Sends everything that is new, unless the reader is behind. */
  flush(): void {
    if (this.#isOver || this.#isBehind()) return
    const edition = this.#deps.edition()
    const tokens = edition === null ? null : this.#tokens.news(edition)
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
    this.#tokens.closeAll()
    this.#taps?.dropAll()
    this.#deps.onEnd(this, how)
  }

  #drop(id: string): boolean {
    return this.#tokens.drop(id) || this.#taps?.drop(id) === true
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
    if (this.#isOver || nowMs < this.#heartbeatAtMs || !this.#tokens.areAllBegun() || this.#isBehind()) return
    const frame = both(this.#boardBeat(), this.#taps?.heartbeat(clock.nowMs()) ?? null)
    if (frame === null) return
    this.#heartbeatAtMs = nowMs + limits.heartbeatMs
    this.#sink.send(frame)
  }

  /** Of all lists of tokens; a connection that follows only taps is told of those, each by itself. */
  #boardBeat(): Frame | null {
    const edition = this.#deps.edition()
    if (edition === null || (this.#tokens.size() === 0 && this.subscriptions() > 0)) return null
    return this.#tokens.heartbeat(edition, this.#deps.clock.nowMs())
  }
}
