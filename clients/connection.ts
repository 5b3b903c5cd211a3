import { backoffMs, type StreamClock } from './clock.ts'
import { closingOf } from './close-codes.ts'
import { isOfBoard, parseFrame, type ServerFrame, type SourceState } from './frames.ts'

/** What the client needs of a WebSocket; every runtime's own fits. */
export interface StreamSocket {
  onopen: (() => void) | null
  onmessage: ((message: { readonly data: unknown }) => void) | null
  onclose: ((closing: { readonly code: number; readonly reason: string }) => void) | null
  onerror: (() => void) | null
  send(text: string): void
  close(code?: number): void
}

/**
 * - `connecting`: an attempt is under way.
 * - `open`: frames flow.
 * - `waiting`: the connection was lost; the next attempt is at `retryAtMs`.
 * - `stopped`: refused for a reason that waiting does not change (see `closing`), or closed here. `retry()` tries again.
 */
export type Connection = 'connecting' | 'open' | 'waiting' | 'stopped'

export interface StreamState {
  readonly connection: Connection
  /** Local wall clock, Unix milliseconds; null before the first frame. */
  readonly lastFrameAtMs: number | null
  /** Local wall clock; null unless waiting. */
  readonly retryAtMs: number | null
  /** Why the last connection ended; null while all is well. */
  readonly closing: { readonly code: number; readonly meaning: string; readonly reason: string } | null
  /** Add it to the local clock to have the service's; null before it has told the time. */
  readonly clockOffsetMs: number | null
  /** How the service's sources do, by precedence; null before it has told. */
  readonly sources: readonly SourceState[] | null
  /** When the newest board was made, by the service's clock, Unix milliseconds; null before it has told. */
  readonly asOfMs: number | null
}

export interface LinkDeps {
  readonly clock: StreamClock
  readonly random: () => number
  readonly url: string | (() => string | Promise<string>)
  readonly connect: (url: string) => StreamSocket
  /** Longest time without a frame, milliseconds. */
  readonly silenceMs: number
  readonly onState: (state: StreamState) => void
  readonly onOpen: () => void
  readonly onFrame: (frame: ServerFrame) => void
  /** Called once for each `onOpen`. `atMs`: local time when the connection was last known to work. */
  readonly onLost: (atMs: number) => void
}

const CONNECT_WITHIN_MS = 10_000
/** A connection that lasted so long was a good one: the next loss is the first again. */
const SETTLED_MS = 5_000
const NORMAL = 1000
const LOST = 1006

/** One WebSocket at a time, opened again whenever it is lost. Knows no list. */
export class Link {
  readonly #deps: LinkDeps
  #state: StreamState = {
    connection: 'stopped',
    lastFrameAtMs: null,
    retryAtMs: null,
    closing: null,
    clockOffsetMs: null,
    sources: null,
    asOfMs: null,
  }
  #socket: StreamSocket | null = null
  /** Tells an attempt that was given up from the one under way. */
  #turn = 0
  #attempt = 0
  /** Monotonic. */
  #openedAtMs = 0
  #heardAtMs = 0
  #cancelTimer = () => {}

  constructor(deps: LinkDeps) {
    this.#deps = deps
  }

  state(): StreamState {
    return this.#state
  }

  send(message: object): void {
    if (this.#state.connection === 'open') this.#socket?.send(JSON.stringify(message))
  }

  connect(): void {
    this.#release()
    const turn = this.#turn
    this.#change({ connection: 'connecting', retryAtMs: null })
    this.#cancelTimer = this.#deps.clock.after(CONNECT_WITHIN_MS, () => this.lose(LOST, 'no connection in time'))
    const { url } = this.#deps
    if (typeof url === 'string') this.#attach(url)
    else void this.#attachLater(url, turn)
  }

  /** @param atMs local time when the connection was last known to work */
  lose(code: number, reason: string, atMs = this.#deps.clock.nowMs()): void {
    const { clock, random, onLost } = this.#deps
    const wasOpen = this.#state.connection === 'open'
    if (wasOpen && clock.monotonicMs() - this.#openedAtMs >= SETTLED_MS) this.#attempt = 0
    this.#release()
    const { reconnect, meaning } = closingOf(code)
    const waitMs = backoffMs(this.#attempt++, random())
    if (reconnect) this.#cancelTimer = clock.after(waitMs, () => this.connect())
    const retryAtMs = reconnect ? clock.nowMs() + waitMs : null
    this.#change({ connection: reconnect ? 'waiting' : 'stopped', retryAtMs, closing: { code, meaning, reason } })
    if (wasOpen) onLost(atMs)
  }

  /** Ends it for good, or until `connect`. */
  close(): void {
    this.#release()
    this.#change({ connection: 'stopped', retryAtMs: null, closing: null })
  }

  async #attachLater(url: () => string | Promise<string>, turn: number): Promise<void> {
    const found = await Promise.resolve()
      .then(url)
      .catch(() => null)
    if (turn !== this.#turn) return
    if (found === null) this.lose(LOST, 'no address to connect to')
    else this.#attach(found)
  }

  #attach(url: string): void {
    const socket = this.#deps.connect(url)
    this.#socket = socket
    socket.onopen = () => this.#opened()
    socket.onmessage = ({ data }) => this.#receive(parseFrame(data))
    socket.onclose = ({ code, reason }) => this.lose(code, reason)
    // Always followed by `close`.
    socket.onerror = () => {}
  }

  #release(): void {
    this.#cancelTimer()
    this.#turn++
    const socket = this.#socket
    this.#socket = null
    if (socket === null) return
    socket.onopen = socket.onmessage = socket.onclose = null
    socket.close(NORMAL)
  }

  #opened(): void {
    const { clock, onOpen } = this.#deps
    this.#cancelTimer()
    this.#openedAtMs = this.#heardAtMs = clock.monotonicMs()
    this.#change({ connection: 'open', retryAtMs: null, closing: null })
    this.#watchSilence()
    // The answer tells the service's time, long before the first heartbeat may.
    this.send({ op: 'ping' })
    onOpen()
  }

  #watchSilence(): void {
    const { clock, silenceMs } = this.#deps
    const leftMs = silenceMs - (clock.monotonicMs() - this.#heardAtMs)
    if (leftMs > 0) this.#cancelTimer = clock.after(leftMs, () => this.#watchSilence())
    else this.lose(LOST, 'silence', this.#state.lastFrameAtMs ?? clock.nowMs())
  }

  #receive(frame: ServerFrame | null): void {
    if (frame === null) this.lose(LOST, 'a frame that cannot be read')
    else this.#heard(frame)
  }

  #heard(frame: ServerFrame): void {
    const { clock, onFrame } = this.#deps
    const nowMs = clock.nowMs()
    this.#heardAtMs = clock.monotonicMs()
    this.#change({ lastFrameAtMs: nowMs, ...toldBy(frame, nowMs) })
    onFrame(frame)
  }

  #change(part: Partial<StreamState>): void {
    this.#state = { ...this.#state, ...part }
    this.#deps.onState(this.#state)
  }
}

/** What a frame says about the service as a whole. */
function toldBy(frame: ServerFrame, nowMs: number): Partial<StreamState> {
  const told: { -readonly [K in keyof StreamState]?: StreamState[K] } = {}
  if (frame.type === 'heartbeat' || frame.type === 'pong') told.clockOffsetMs = Date.parse(frame.at) - nowMs
  if (isOfBoard(frame)) {
    if (frame.sources !== undefined) told.sources = frame.sources
    if (frame.as_of !== undefined) told.asOfMs = Date.parse(frame.as_of)
  }
  return told
}
