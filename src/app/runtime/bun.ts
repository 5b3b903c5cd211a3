import type { Caller, SocketEvents, StreamSocket } from '../../ports/caller.ts'
import {
  asksForSocket,
  type Handler,
  type Opening,
  type ServeOptions,
  type Server,
  SOCKET_LIMITS,
  STOP_WITHIN_MS,
} from './runtime.ts'

/** The part of Bun that is used; its type package would clash with Node's. */
interface BunServer {
  readonly port: number
  /** @param closeActiveConnections false waits for answers that were begun */
  stop(closeActiveConnections: boolean): Promise<void>
  /** @param seconds 0: none */
  timeout(request: Request, seconds: number): void
  requestIP(request: Request): { readonly address: string } | null
  upgrade(request: Request, options: { data: SocketData }): boolean
}
interface BunSocket {
  readonly data: SocketData
  readonly readyState: number
  send(text: string): number
  cork(run: () => void): void
  ping(): void
  close(code: number, reason: string): void
  terminate(): void
  getBufferedAmount(): number
}
interface SocketData {
  readonly opening: Opening
  events: SocketEvents | null
}
declare const Bun: {
  serve(options: {
    port: number
    hostname: string
    idleTimeout: number
    development: boolean
    fetch: (request: Request, server: BunServer) => Response | undefined | Promise<Response | undefined>
    websocket: typeof websocket
  }): BunServer
}

const IDLE_SECONDS = 10
/** Longer than a ping and its answer take. */
const SOCKET_IDLE_SECONDS = 60
const OPEN = 1

const websocket = {
  maxPayloadLength: SOCKET_LIMITS.messageBytesMax,
  idleTimeout: SOCKET_IDLE_SECONDS,
  sendPings: false,
  perMessageDeflate: false,
  open(socket: BunSocket) {
    socket.data.events = socket.data.opening(streamSocket(socket))
  },
  message({ data }: BunSocket, message: unknown) {
    if (typeof message === 'string') data.events?.text(message)
    else data.events?.binary()
  },
  ping: ({ data }: BunSocket) => data.events?.pinged(),
  pong: ({ data }: BunSocket) => data.events?.ponged(),
  close: ({ data }: BunSocket) => data.events?.closed(),
}

/**
 * Serves on Bun.
 * @throws the listen error as it is (`EADDRINUSE`).
 */
export async function serve(handler: Handler, options: ServeOptions): Promise<Server> {
  const { port, hostname } = options
  const fetch = (request: Request, server: BunServer) => answer(handler, request, server)
  const server = Bun.serve({ port, hostname, idleTimeout: IDLE_SECONDS, development: false, fetch, websocket })
  options.onListening?.(server.port)
  let stopped: Promise<void> | null = null
  const stop = async () => {
    const deadline = setTimeout(() => void server.stop(true), options.stopWithinMs ?? STOP_WITHIN_MS)
    await server.stop(false)
    clearTimeout(deadline)
  }
  return {
    port: server.port,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function answer(handler: Handler, request: Request, server: BunServer) {
  if (!asksForSocket(request.method, request.headers.get('upgrade'))) {
    return handler(request, callerOf(request, server, null))
  }
  return answerUpgrade(handler, request, server)
}

/** @returns undefined when the request has become a WebSocket */
async function answerUpgrade(handler: Handler, request: Request, server: BunServer): Promise<Response | undefined> {
  const accepted: { opening: Opening | null } = { opening: null }
  const accept = (open: Opening) => {
    accepted.opening = open
  }
  const refusal = await handler(request, callerOf(request, server, accept))
  const { opening } = accepted
  if (opening === null) return refusal
  const isDone = server.upgrade(request, { data: { opening, events: null } })
  return isDone ? undefined : new Response(null, { status: 400 })
}

/** @param accept null when the request does not ask for a WebSocket */
function callerOf(request: Request, server: BunServer, accept: Caller['upgrade'] | null): Caller {
  return {
    get address() {
      return server.requestIP(request)?.address ?? null
    },
    holdOpen: () => server.timeout(request, 0),
    cut: () => false,
    wantsSocket: accept !== null,
    upgrade: (open) => accept?.(open),
  }
}

function streamSocket(socket: BunSocket): StreamSocket {
  return {
    bufferedBytes: () => socket.getBufferedAmount(),
    ping: () => socket.ping(),
    close: (code, reason) => socket.close(code, reason),
    terminate: () => socket.terminate(),
    send({ texts }) {
      if (socket.readyState !== OPEN) return
      socket.cork(() => {
        for (const text of texts) socket.send(text)
      })
    },
  }
}
