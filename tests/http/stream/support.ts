import { expect } from 'vitest'
import { tokenBody } from '../../../src/adapters/http/bodies/token.ts'
import type { StreamLimits } from '../../../src/adapters/http/stream/limits.ts'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import type { Caller, SocketEvents, SocketMessages, StreamSocket } from '../../../src/ports/caller.ts'
import type { FakeClock } from '../../support/fake-clock.ts'
import { rows } from '../../support/fake-service.ts'
import { type TestHttp, testHttp } from '../../support/http.ts'
import { type StreamReader, streamReader } from '../../support/stream-reader.ts'

export const ALL: TokenView = {
  q: null,
  network: null,
  sort: 'volume',
  order: 'desc',
  window: '24h',
  minLiquidityUsd: null,
}

/** The other end of a WebSocket, in this process. What is sent waits while the reader does not read. */
export interface TestSocket {
  readonly reader: StreamReader
  /** Calls of the socket's `send`: what would be one write. */
  readonly writes: SocketMessages[]
  readonly closed: { code: number; reason: string } | null
  readonly terminated: boolean
  readonly pings: number
  /** What the service believes to be still unread; set it to play a slow reader. */
  buffered: number
  say(message: object | string): void
  readonly events: SocketEvents
  /** The connection is lost, without a word. */
  cut(): void
}

export interface TestStreams extends TestHttp {
  /** Opens a WebSocket. @throws Error when the upgrade was refused */
  connect(from?: Whence): Promise<TestSocket>
  /** The answer to a request that asks to become a WebSocket. */
  handshake(from?: Whence): Promise<{ response: Response; isOpen: boolean }>
}

interface Whence {
  readonly address?: string
  readonly headers?: Record<string, string>
  /** With its `?`. */
  readonly query?: string
  /** A client that goes on with what it knows. */
  readonly reader?: StreamReader
}

/** The HTTP side over a working feed that holds `initial`, at seq 1 of epoch 7. */
export function testStreams(
  options: {
    limits?: Partial<StreamLimits>
    initial?: readonly TokenRow[] | null
    clock?: FakeClock
  } & Parameters<typeof testHttp>[0] = {},
): TestStreams {
  const { limits = {}, initial = rows(5), clock, ...deps } = options
  const usual = { streamLimits: { connectionsPerAddressMax: 10_000, ...limits }, random: () => 0.9999 }
  const http = testHttp({ ...usual, ...deps }, undefined, clock)
  if (initial !== null) http.feed.begin('7', initial)
  const knock = async (from: Whence = {}) => {
    const accepted: { open: Parameters<Caller['upgrade']>[0] | null } = { open: null }
    const caller: Caller = {
      address: from.address ?? '192.0.2.1',
      holdOpen() {},
      cut: () => false,
      wantsSocket: true,
      upgrade(open) {
        accepted.open = open
      },
    }
    const request = new Request(`http://here/v1/stream${from.query ?? ''}`, {
      headers: { host: 'here', ...from.headers },
    })
    return { response: await http.fetch(request, caller), open: accepted.open }
  }
  return {
    ...http,
    async handshake(from) {
      const { response, open } = await knock(from)
      return { response, isOpen: open !== null }
    },
    async connect(from) {
      const { response, open } = await knock(from)
      if (open === null) throw new Error(`refused: ${response.status}`)
      return testSocket(open, from?.reader)
    },
  }
}

function testSocket(open: (socket: StreamSocket) => SocketEvents, reader = streamReader()): TestSocket {
  reader.connect()
  const writes: SocketMessages[] = []
  let closed: TestSocket['closed'] = null
  let terminated = false
  let pings = 0
  const state = { buffered: 0 }
  const isOpen = () => closed === null && !terminated
  const events = open({
    send(messages) {
      if (!isOpen()) return
      writes.push(messages)
      for (const text of messages.texts) reader.read(text)
    },
    bufferedBytes: () => state.buffered,
    ping: () => {
      pings += 1
    },
    close(code, reason) {
      closed = { code, reason }
    },
    terminate() {
      terminated = true
    },
  })
  return {
    reader,
    writes,
    events,
    get closed() {
      return closed
    },
    get terminated() {
      return terminated
    },
    get pings() {
      return pings
    },
    get buffered() {
      return state.buffered
    },
    set buffered(bytes) {
      state.buffered = bytes
    },
    say: (message) => events.text(typeof message === 'string' ? message : JSON.stringify(message)),
    cut: () => events.closed(),
  }
}

export const subscribe = (params: object = {}, more: object = {}) => ({
  op: 'subscribe',
  id: 'a',
  channel: 'tokens',
  params,
  ...more,
})

/** Rows as streams send them. */
export function streamed(all: readonly TokenRow[]) {
  return all.map((row) => {
    const { price_sol, ...token } = tokenBody(row, null)
    return token
  })
}

/** The reader has exactly what the view shows at the head. */
export function expectEqual(http: TestStreams, { reader }: TestSocket, view = ALL, limit = 30): void {
  expect(reader.lists.get('a')?.rows).toEqual(streamed(http.feed.shown(view, limit)))
}

/** A new version of a row. */
export function changed(row: TokenRow | undefined, fields: Partial<TokenRow>): TokenRow {
  if (row === undefined) throw new Error('there is no such row')
  return { ...row, ...fields }
}
