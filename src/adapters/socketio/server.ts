import type { IncomingMessage } from 'node:http'
import { Server } from 'socket.io'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { type Admission, admission, type Forwarded } from './admission.ts'
import { listReader } from './latest-list.ts'
import { SOCKETIO_LIMITS, type SocketioLimits } from './limits.ts'
import { mayRead } from './origins.ts'
import { type PriceServer, type PriceSocket, rounds } from './rounds.ts'
import { type WebServer, webServer } from './web-server.ts'

export interface SocketioDeps {
  readonly clock: Clock
  readonly log: Log
  /** Between two rounds, in milliseconds. */
  readonly everyMs: number
  /** The list as JSON text, an array; null when there is no data now. */
  readonly tokens: () => Promise<string | null>
  /** Origins whose pages may connect, as browsers send them. */
  readonly allowedOrigins: readonly string[]
  readonly host: string
  /** 0: any free one. */
  readonly port: number
  readonly limits?: SocketioLimits
  /** The address that proxies say a client has, by the headers of its request; null: that of the connection. */
  readonly forwarded?: Forwarded
}

export interface SocketioServer {
  /** The port that is listened on. */
  readonly port: number
  /** Ends every connection in a way that makes clients connect again. Calling it again waits for the same end. */
  close(): Promise<void>
}

const PATH = '/socket.io/'

/**
 * Listens for Socket.IO clients (versions 3 and 4) on a port of its own, over WebSocket and polling. Each gets
 * `price-update` with the whole list when it connects, and then every round; while there is no data nothing is sent.
 * What clients send is read by nobody. For Node.
 * @throws the listen error as it is (`EADDRINUSE`, `EACCES`); nothing is left open then.
 */
export async function socketioServer(deps: SocketioDeps): Promise<SocketioServer> {
  const { clock, limits = SOCKETIO_LIMITS } = deps
  const web = webServer(PATH, limits)
  const places = admission(limits, deps.forwarded)
  const io: PriceServer = new Server(web.server, engineOptions(deps, limits, places))
  const port = await web.listen(deps.port, deps.host).catch(async (error: unknown) => {
    await io.close()
    throw error
  })
  const sending = rounds({ io, clock, everyMs: deps.everyMs, read: listReader(deps) })
  io.engine.on('connection_error', ({ req }: { req: IncomingMessage }) => places.leave(req))
  io.engine.on('connection', (conn: PriceSocket['conn']) => {
    conn.once('close', () => places.leave(conn.request))
    cutFlood(conn, clock, limits)
  })
  io.on('connection', (socket) => {
    // Without a listener the library prints the error of a broken packet with its stack.
    socket.on('error', () => {})
    // Or it could leave and join again for one more list, as often as it likes.
    socket.once('disconnect', () => socket.conn.close(true))
    sending.welcome(socket)
  })
  let closed: Promise<void> | null = null
  return {
    port,
    close: () => {
      sending.stop()
      closed ??= close(io, web)
      return closed
    },
  }
}

function engineOptions(deps: SocketioDeps, limits: SocketioLimits, places: Admission) {
  return {
    path: PATH,
    maxHttpBufferSize: limits.messageBytesMax,
    pingInterval: limits.pingEveryMs,
    pingTimeout: limits.pongWithinMs,
    connectTimeout: limits.joinWithinMs,
    // Compressing would be done anew for each client.
    perMessageDeflate: false,
    httpCompression: false,
    cors: { origin: [...deps.allowedOrigins] },
    allowRequest: (request: IncomingMessage, decide: (refusal: string | null, allowed: boolean) => void) => {
      const refusal = mayRead(request, deps.allowedOrigins) ? places.enter(request) : 'This origin is not allowed.'
      // A handshake that fails on its way to a WebSocket is told by nothing but the end of its connection.
      if (refusal === null && request.headers.upgrade !== undefined) {
        request.socket.once('close', () => places.leave(request))
      }
      decide(refusal, refusal === null)
    },
  }
}

/** A client has pongs to send and little else. */
function cutFlood(conn: PriceSocket['conn'], clock: Clock, { packetsPerSecondMax }: SocketioLimits): void {
  let secondAtMs = clock.monotonicMs()
  let packets = 0
  conn.on('packet', () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - secondAtMs >= 1000) {
      secondAtMs = nowMs
      packets = 0
    }
    packets += 1
    if (packets > packetsPerSecondMax) conn.close(true)
  })
}

/** Not `disconnect` of each socket: the stock client takes that as a request to stay away. */
async function close(io: PriceServer, web: WebServer): Promise<void> {
  const callOff = web.cutLater()
  // A connection whose last poll was answered goes idle only now and then, and nobody else would end it.
  const idle = setInterval(() => web.server.closeIdleConnections(), 50)
  await io.close()
  clearInterval(idle)
  callOff()
}
