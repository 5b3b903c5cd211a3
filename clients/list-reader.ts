import { backoffMs, type StreamClock } from './clock.ts'
import type {
  DeltaFrame,
  ErrorFrame,
  EventFrame,
  HeartbeatFrame,
  Position,
  ServerFrame,
  SubscribedFrame,
  TapHeartbeatFrame,
} from './frames.ts'
import type { ListState } from './list.ts'

/** What one channel has of its own; positions and everything that is done with them are the same for all. */
export interface ListKind<Params, State extends Position, Snapshot, Delta extends Step> {
  readonly channel: 'tokens' | 'taps'
  fromSnapshot(frame: Snapshot): State
  /** @returns null when the delta contradicts the state, which must then be asked for anew */
  applyDelta(state: State, delta: Delta): State | null
  /** Whether a heartbeat is of the list of this id. */
  isBeat(frame: HeartbeatFrame | TapHeartbeatFrame, id: string | null): boolean
  /** For the type alone. */
  readonly params?: Params
}

interface Step {
  readonly from: number
  readonly seq: number
  readonly conflated?: number
}

/** Changes between these moments were not seen and never will be. Unix milliseconds of this machine's clock. */
export interface Gap {
  readonly fromMs: number
  readonly untilMs: number
}

/** What happened to a list. `state` is what it shows from now on. */
export type ListChange<State = ListState, Delta = DeltaFrame> =
  /** `gap` is null for the first snapshot of these parameters. */
  | { readonly kind: 'snapshot'; readonly state: State; readonly gap: Gap | null }
  /** `catchUp`: it brings what was missed while the connection was away. */
  | { readonly kind: 'delta'; readonly state: State; readonly delta: Delta; readonly catchUp: boolean }
  /** Connected again and nothing was lost; if something changed meanwhile, a `delta` follows at once. */
  | { readonly kind: 'resumed'; readonly state: State; readonly awayMs: number }
  | { readonly kind: 'event'; readonly event: EventFrame }
  /** The service does not serve this list; it is asked again by itself where that makes sense. */
  | { readonly kind: 'refused'; readonly code: string; readonly detail: string }

export interface ListCounts {
  /** Frames that did not fit the position or contradicted the list; each was repaired by asking anew. */
  readonly gaps: number
  /** Times a snapshot replaced what could not be resumed. */
  readonly fresh: number
  readonly resumed: number
  /** Versions that the service skipped because this client was slow; nothing of the newest state is missing. */
  readonly conflated: number
}

export interface ReaderDeps<State = ListState, Delta = DeltaFrame> {
  readonly clock: StreamClock
  readonly random: () => number
  /** An id that no earlier subscription of this connection had: late frames of those are then told apart. */
  readonly nextId: () => string
  /** Does nothing while there is no connection. */
  readonly send: (message: object) => void
  /** Ends a connection on which frames do not fit again and again. */
  readonly distrust: () => void
  readonly onChange: (change: ListChange<State, Delta>) => void
}

type Phase = 'offline' | 'asked' | 'snapshot_due' | 'live' | 'refused'

const MISFITS_MAX = 3
const ASK_AGAIN_MS = 1_000
/** The service may ask its sources first, and wait for them. */
const ANSWER_WITHIN_MS = 20_000
/** Refusals that pass by themselves. */
const PASSING = new Set(['no_data', 'not_ready', 'too_many_views', 'shutting_down', 'taps_unavailable', 'internal'])

/** One list: what is asked, what it shows, where in the history it stands. Knows no socket. */
export class ListReader<Params, State extends Position, Snapshot, Delta extends Step> {
  readonly #kind: ListKind<Params, State, Snapshot, Delta>
  #params: Params
  readonly #deps: ReaderDeps<State, Delta>
  #wireId: string | null = null
  #phase: Phase = 'offline'
  #state: State | null = null
  /** Whether the state is of these parameters. */
  #isCurrent = false
  /** Whether it may be resumed from: it is, and nothing has contradicted it. */
  #isSound = false
  /** Local time of the last frame that fitted. */
  #sureAtMs = 0
  /** Since when changes may be missing; null while none are. */
  #lostAtMs: number | null = null
  #isCatchingUp = false
  #misfitsInRow = 0
  #refusalsInRow = 0
  #cancelRetry = () => {}
  readonly #counts = { gaps: 0, fresh: 0, resumed: 0, conflated: 0 }

  constructor(kind: ListKind<Params, State, Snapshot, Delta>, params: Params, deps: ReaderDeps<State, Delta>) {
    this.#kind = kind
    this.#params = params
    this.#deps = deps
  }

  state(): State | null {
    return this.#state
  }

  counts(): ListCounts {
    return { ...this.#counts }
  }

  /** True while the rows are those of earlier parameters, or there are none yet. */
  isWaiting(): boolean {
    return !this.#isCurrent
  }

  /** A connection is there: asks for the list, from where it stands if it may. */
  ask(): void {
    this.#cancelRetry()
    this.#wireId = this.#deps.nextId()
    this.#phase = 'asked'
    this.#cancelRetry = this.#deps.clock.after(ANSWER_WITHIN_MS, () => this.#askAgain())
    const message = { op: 'subscribe', id: this.#wireId, channel: this.#kind.channel, params: this.#params }
    const state = this.#isSound ? this.#state : null
    this.#deps.send(state === null ? message : { ...message, since: { epoch: state.epoch, seq: state.seq } })
  }

  /** @param atMs local time when the connection was last known to work */
  cut(atMs: number): void {
    this.#cancelRetry()
    if (this.#isCurrent) this.#lostAtMs ??= atMs
    this.#wireId = null
    this.#phase = 'offline'
  }

  receive(frame: ServerFrame): void {
    if (frame.type === 'heartbeat') {
      if (this.#kind.isBeat(frame, this.#wireId)) this.#onHeartbeat(frame.seq)
    } else if (frame.type === 'pong' || frame.id !== this.#wireId) return
    else if (frame.type === 'subscribed') this.#onSubscribed(frame)
    // A frame with the id of this list is of its channel.
    else if (frame.type === 'snapshot') this.#onSnapshot(frame as Snapshot)
    else if (frame.type === 'delta') this.#onDelta(frame as unknown as Delta)
    else if (frame.type === 'error') this.#onError(frame)
    else if (frame.type === 'event') this.#deps.onChange({ kind: 'event', event: frame })
  }

  refilter(params: Params): void {
    this.#params = params
    this.#isCurrent = this.#isSound = false
    this.#lostAtMs = null
    if (this.#phase !== 'offline') this.#askAgain()
  }

  /** Asks again after a refusal. */
  retry(): void {
    if (this.#phase === 'refused') this.ask()
  }

  leave(): void {
    this.#cancelRetry()
    const isAsked = this.#phase !== 'offline' && this.#phase !== 'refused'
    if (isAsked) this.#deps.send({ op: 'unsubscribe', id: this.#wireId })
    this.#wireId = null
  }

  #onSubscribed({ recovered, epoch, seq }: SubscribedFrame): void {
    this.#refusalsInRow = 0
    const state = this.#isSound ? this.#state : null
    if (!recovered) this.#phase = 'snapshot_due'
    else if (state === null || epoch !== state.epoch || seq !== state.seq) this.#contradicted()
    else this.#resume(state)
  }

  #askAgain(): void {
    this.leave()
    this.ask()
  }

  #resume(state: State): void {
    this.#cancelRetry()
    this.#phase = 'live'
    if (this.#lostAtMs === null) return
    const awayMs = Math.max(0, this.#deps.clock.nowMs() - this.#lostAtMs)
    this.#lostAtMs = null
    this.#isCatchingUp = true
    this.#counts.resumed++
    this.#deps.onChange({ kind: 'resumed', state, awayMs })
  }

  #onSnapshot(frame: Snapshot): void {
    const nowMs = this.#deps.clock.nowMs()
    const gap = this.#isCurrent ? { fromMs: this.#lostAtMs ?? this.#sureAtMs, untilMs: nowMs } : null
    if (gap !== null) this.#counts.fresh++
    this.#cancelRetry()
    this.#isCurrent = this.#isSound = true
    this.#phase = 'live'
    this.#isCatchingUp = false
    this.#lostAtMs = null
    const state = this.#accept(this.#kind.fromSnapshot(frame))
    this.#deps.onChange({ kind: 'snapshot', state, gap })
  }

  #onDelta(delta: Delta): void {
    const before = this.#phase === 'live' ? this.#state : null
    if (before === null || delta.from !== before.seq || delta.seq < delta.from) this.#misfit()
    else {
      const after = this.#kind.applyDelta(before, delta)
      if (after === null) this.#contradicted()
      else this.#follow(after, delta)
    }
  }

  #follow(after: State, delta: Delta): void {
    const catchUp = this.#isCatchingUp
    this.#isCatchingUp = false
    this.#counts.conflated += delta.conflated ?? 0
    this.#deps.onChange({ kind: 'delta', state: this.#accept(after), delta, catchUp })
  }

  /** Frames come in order and whole, so a heartbeat says that nothing of this list changed up to its position. */
  #onHeartbeat(seq: number): void {
    if (this.#phase !== 'live' || this.#state === null || seq < this.#state.seq) return
    this.#isCatchingUp = false
    this.#accept({ ...this.#state, seq })
  }

  #onError({ code, detail }: ErrorFrame): void {
    this.#cancelRetry()
    this.#phase = 'refused'
    const { clock, random, onChange } = this.#deps
    const waitMs = ASK_AGAIN_MS + backoffMs(this.#refusalsInRow++, random())
    if (PASSING.has(code)) this.#cancelRetry = clock.after(waitMs, () => this.ask())
    onChange({ kind: 'refused', code, detail })
  }

  #accept(state: State): State {
    this.#state = state
    this.#sureAtMs = this.#deps.clock.nowMs()
    this.#misfitsInRow = 0
    return state
  }

  /** The state itself is in doubt: nothing may be resumed from it. */
  #contradicted(): void {
    this.#isSound = false
    this.#misfit()
  }

  /** Something is missing: asks for the rest, or for everything. */
  #misfit(): void {
    this.#counts.gaps++
    this.#misfitsInRow++
    if (this.#isCurrent) this.#lostAtMs ??= this.#sureAtMs
    this.leave()
    if (this.#misfitsInRow < MISFITS_MAX) this.ask()
    else this.#deps.distrust()
  }
}
