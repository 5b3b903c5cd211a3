/**
 * Tickertap's stream client: live lists of tokens, and of a team's taps, over one WebSocket, without a dependency, for browsers, Node, Deno and
 * Bun. It applies every change in order, notices what is missing, comes back by itself and goes on where it was.
 *
 *     const stream = openStream({ url: 'wss://tickertap.example/v1/stream' })
 *     const list = stream.tokens({ sort: 'volume', limit: 100 }, () => show(list.state()?.rows))
 *     list.refilter({ sort: 'price_change', window: '1h', limit: 100 })
 *
 * Taps need a connection of their team. A browser, which can set no header, asks for a ticket before each attempt:
 *
 *     const stream = openStream({ url: async () => `wss://tickertap.example/v1/stream?ticket=${await newTicket()}` })
 *     const taps = stream.taps({ interval: 'minute' }, () => show(taps.state()?.counts))
 *
 * It promises that the rows of a list are exactly those that the service showed at its `epoch` and `seq`. It does not
 * promise to see every version: a slow reader gets several as one, with a count.
 */
import { runtimeClock, type StreamClock } from './clock.ts'
import { Link, type StreamSocket, type StreamState } from './connection.ts'
import type { Position, ServerFrame, TapDeltaFrame, TapParams, TokenParams } from './frames.ts'
import { type ListState, TOKENS } from './list.ts'
import { type ListChange, type ListCounts, ListReader, type ReaderDeps } from './list-reader.ts'
import { TAPS, type TapState } from './taps.ts'

export type { StreamClock } from './clock.ts'
export { CLOSE_CODES } from './close-codes.ts'
export type { Connection, StreamSocket, StreamState } from './connection.ts'
export type { ByWindow, SourceState, StreamToken, TapCount, TapDeltaFrame, TapParams, TokenParams } from './frames.ts'
export type { ListState } from './list.ts'
export type { Gap, ListChange, ListCounts } from './list-reader.ts'
export type { TapState } from './taps.ts'

export interface StreamOptions {
  /** Of `/v1/stream`, ws or wss. A function is asked before each attempt: a ticket serves one connection only. */
  readonly url: string | (() => string | Promise<string>)
  /** Called whenever `state()` has changed. */
  readonly onState?: (state: StreamState) => void
  readonly connect?: (url: string) => StreamSocket
  readonly clock?: StreamClock
  /** From 0 to below 1. */
  readonly random?: () => number
  /** How often the service sends a heartbeat, milliseconds. */
  readonly heartbeatMs?: number
}

/** One list of tokens, kept current until it is closed. */
export type TokenList = LiveList<TokenParams, ListState>
/** The taps of a team, or of one of its tags. */
export type TapList = LiveList<TapParams, TapState>
export type TapChange = ListChange<TapState, TapDeltaFrame>

export interface LiveList<Params, State> {
  /** Null before the first snapshot. */
  state(): State | null
  counts(): ListCounts
  /** True while the rows are those of earlier parameters, or there are none yet. */
  isWaiting(): boolean
  /** Other parameters on the same connection; the old rows stay until the new snapshot. */
  refilter(params: Params): void
  /** Asks again after a refusal. */
  retry(): void
  close(): void
}

export interface Stream {
  state(): StreamState
  /** Opens a list. `onChange` is called after each change, never before this returns. */
  tokens(params: TokenParams, onChange?: (change: ListChange) => void): TokenList
  /** The same for taps of the team whose key or ticket the connection was opened with. */
  taps(params: TapParams, onChange?: (change: TapChange) => void): TapList
  /** Connects now instead of later, or after having been stopped. */
  retry(): void
  close(): void
}

const HEARTBEAT_MS = 15_000
/** Two heartbeats may be lost to a slow network; a little later there is nobody at the other end. */
const SILENCE_BEATS = 2
const SILENCE_MARGIN_MS = 5_000

/** Connects at once. */
export function openStream(options: StreamOptions): Stream {
  const { clock = runtimeClock(), random = Math.random, heartbeatMs = HEARTBEAT_MS } = options
  const lists = new Set<Followed>()
  const each = (run: (list: Followed) => void) => {
    for (const list of lists) run(list)
  }
  let ids = 0
  const link = new Link({
    clock,
    random,
    url: options.url,
    connect: options.connect ?? runtimeSocket,
    silenceMs: SILENCE_BEATS * heartbeatMs + SILENCE_MARGIN_MS,
    onState: options.onState ?? (() => {}),
    onOpen: () => each((list) => list.ask()),
    onFrame: (frame) => each((list) => list.receive(frame)),
    onLost: (atMs) => each((list) => list.cut(atMs)),
  })
  const deps = <State, Delta>(onChange: ReaderDeps<State, Delta>['onChange']): ReaderDeps<State, Delta> => ({
    clock,
    random,
    nextId: () => `l${++ids}`,
    send: (message) => link.send(message),
    distrust: () => link.lose(1006, 'frames that do not fit'),
    onChange,
  })
  const opened = <Params, State extends Position>(list: Followed & Omit<LiveList<Params, State>, 'close'>) => {
    lists.add(list)
    if (link.state().connection === 'open') list.ask()
    return liveList<Params, State>(list, () => lists.delete(list))
  }
  link.connect()
  return {
    state: () => link.state(),
    tokens: (params, onChange = () => {}) => opened(new ListReader(TOKENS, params, deps(onChange))),
    taps: (params, onChange = () => {}) => opened(new ListReader(TAPS, params, deps(onChange))),
    retry() {
      const { connection } = link.state()
      if (connection === 'waiting' || connection === 'stopped') link.connect()
    },
    close: () => link.close(),
  }
}

/** What the connection does with a list, whatever it is of. */
interface Followed {
  ask(): void
  receive(frame: ServerFrame): void
  cut(atMs: number): void
  leave(): void
}

function liveList<Params, State>(
  list: Followed & Omit<LiveList<Params, State>, 'close'>,
  forget: () => void,
): LiveList<Params, State> {
  return {
    state: () => list.state(),
    counts: () => list.counts(),
    isWaiting: () => list.isWaiting(),
    refilter: (params) => list.refilter(params),
    retry: () => list.retry(),
    close() {
      forget()
      list.leave()
    },
  }
}

/** Named here because browsers, Node, Deno and Bun all have it while no one set of types does. */
function runtimeSocket(url: string): StreamSocket {
  const { WebSocket } = globalThis as unknown as { readonly WebSocket: new (url: string) => StreamSocket }
  return new WebSocket(url)
}
