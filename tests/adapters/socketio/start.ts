import { io, type Socket } from 'socket.io-client'
import type { Forwarded } from '../../../src/adapters/socketio/admission.ts'
import { SOCKETIO_LIMITS, type SocketioLimits } from '../../../src/adapters/socketio/limits.ts'
import { socketioServer } from '../../../src/adapters/socketio/server.ts'
import { type FakeClock, fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'

export const EVERY_MS = 10_000
export const TRANSPORTS = ['websocket', 'polling'] as const
export const LIST = [
  { token_ticker: 'AAA', price_sol: 0.1, volume_sol: null },
  { token_ticker: 'BBB', price_sol: 1e-9, volume_sol: 12 },
]

export interface Started extends AsyncDisposable {
  readonly url: string
  readonly port: number
  readonly clock: FakeClock
  readonly log: ReturnType<typeof memoryLog>
  /** What is served from now on: JSON text, nothing, or a failure. */
  serve(text: string | null | Error): void
  close(): Promise<void>
  /** A stock client, closed with the server. */
  client(options?: Parameters<typeof io>[1]): Socket
}

/** The real server on a clock turned by hand, after its first round. */
export async function startSocketio(
  options: {
    readonly limits?: Partial<SocketioLimits>
    readonly allowedOrigins?: readonly string[]
    readonly text?: string | null
    readonly port?: number
    readonly forwarded?: Forwarded
  } = {},
): Promise<Started> {
  const clock = fakeClock()
  const log = memoryLog()
  const clients: Socket[] = []
  let served: string | null | Error = options.text === undefined ? JSON.stringify(LIST) : options.text
  const tokens = async () => {
    if (served instanceof Error) throw served
    return served
  }
  const server = await socketioServer({
    clock,
    log,
    everyMs: EVERY_MS,
    tokens,
    allowedOrigins: options.allowedOrigins ?? [],
    host: '127.0.0.1',
    port: options.port ?? 0,
    limits: { ...SOCKETIO_LIMITS, ...options.limits },
    ...(options.forwarded !== undefined && { forwarded: options.forwarded }),
  })
  await clock.advance(0)
  const url = `http://127.0.0.1:${server.port}`
  return {
    url,
    port: server.port,
    clock,
    log,
    serve: (text) => {
      served = text
    },
    close: server.close,
    client(extra) {
      const client = io(url, { forceNew: true, reconnection: false, ...extra })
      clients.push(client)
      return client
    },
    async [Symbol.asyncDispose]() {
      for (const client of clients) client.disconnect()
      await server.close()
    },
  }
}

/** The next event of that name. */
export function next(client: Socket, event: string): Promise<unknown> {
  return new Promise((resolve) => client.once(event, resolve))
}

/** Every list that comes from now on. */
export function lists(client: Socket): unknown[] {
  const got: unknown[] = []
  client.on('price-update', (list) => got.push(list))
  return got
}
