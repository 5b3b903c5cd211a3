import {
  createServer,
  type Server as HttpServer,
  type IncomingMessage,
  type ServerOptions,
  type ServerResponse,
} from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import { getRequestListener } from '@hono/node-server'
import type { ErrorCode } from '../../domain/errors.ts'
import { answerSocket, NodeCaller } from './node-caller.ts'
import { upgrades } from './node-upgrades.ts'
import { asksForSocket, type Handler, HEADERS_MAX, type ServeOptions, type Server, STOP_WITHIN_MS } from './runtime.ts'

const HEADERS_BYTES_MAX = 8192

/** How slow a client may be, in milliseconds. */
export interface NodeLimits {
  /** Until its headers are whole. */
  readonly headersMs: number
  /** Until its request is whole. */
  readonly requestMs: number
  /** Between two looks at the two above. */
  readonly checkEveryMs: number
  /** Without bytes either way: the connection is dead, or its reader is an attacker. */
  readonly idleMs: number
}
export const NODE_LIMITS: NodeLimits = { headersMs: 5000, requestMs: 10_000, checkEveryMs: 1000, idleMs: 10_000 }

/**
 * Slow and broken clients are cut here, before they cost anything.
 * `shouldUpgradeCallback`: an upgrade that nobody handles would leave a socket without an error listener, and a reset
 * of it would end the process; a request for anything but a WebSocket is answered as if it had not asked.
 */
function serverOptions(limits: NodeLimits): ServerOptions {
  return {
    headersTimeout: limits.headersMs,
    requestTimeout: limits.requestMs,
    connectionsCheckingInterval: limits.checkEveryMs,
    keepAliveTimeout: limits.idleMs,
    maxHeaderSize: HEADERS_BYTES_MAX,
    keepAlive: true,
    shouldUpgradeCallback: ({ method, headers }) => asksForSocket(method, headers.upgrade),
  }
}

/**
 * Serves on Node.
 * @throws the listen error as it is (`EADDRINUSE`, `EACCES`): the promise rejects and nothing is left open.
 */
export async function serve(handler: Handler, options: ServeOptions, limits = NODE_LIMITS): Promise<Server> {
  const refuse = options.refuse ?? (() => new Response(null, { status: 400 }))
  const answer = (request: Request, { incoming, outgoing }: { incoming: unknown; outgoing: unknown }) =>
    handler(request, new NodeCaller(incoming as IncomingMessage, outgoing as ServerResponse))
  const listener = getRequestListener(answer, {
    // An empty Host header is legal; the name is never used.
    hostname: 'localhost',
    errorHandler: () => refuse('malformed_request', 'The request target is not valid.'),
  })
  const server = createServer(serverOptions(limits), listener)
  const sockets = upgrades(server, handler, refuse)
  server.maxHeadersCount = HEADERS_MAX
  server.setTimeout(limits.idleMs)
  server.on('connection', (socket: Socket) => socket.on('error', () => socket.destroy()))
  server.on('clientError', (error: ParserError, socket: Socket) => void refuseSocket(error, socket, refuse))
  const port = await listening(server, options)
  options.onListening?.(port)
  let stopped: Promise<void> | null = null
  return {
    port,
    stop: () => {
      stopped ??= stop(server, options.stopWithinMs ?? STOP_WITHIN_MS, sockets.cut)
      return stopped
    },
  }
}

function listening(server: HttpServer, { port, hostname }: ServeOptions): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, hostname, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

const IDLE_CHECK_MS = 50
/** A listener that closes resets the connections which the kernel took for it: it takes them over first. */
const ACCEPT_MS = 100

async function stop(server: HttpServer, withinMs: number, cutSockets: () => void): Promise<void> {
  await new Promise((resolve) => setTimeout(resolve, ACCEPT_MS))
  return new Promise((resolve) => {
    // A connection that was answering when the server closed goes idle later, and nobody else would end it.
    const idle = setInterval(() => server.closeIdleConnections(), IDLE_CHECK_MS)
    const deadline = setTimeout(() => {
      server.closeAllConnections()
      cutSockets()
    }, withinMs)
    server.close(() => {
      clearInterval(idle)
      clearTimeout(deadline)
      resolve()
    })
  })
}

interface ParserError extends NodeJS.ErrnoException {
  readonly rawPacket?: Buffer
}

const MALFORMED = ['malformed_request', 'This is not HTTP.'] as const

/** Answers what the parser refused, then closes: whatever follows on the connection cannot be understood. */
async function refuseSocket(error: ParserError, socket: Socket, refuse: NonNullable<ServeOptions['refuse']>) {
  if (error.code === 'ECONNRESET' || !socket.writable) {
    socket.destroy()
    return
  }
  await answerSocket(socket, refuse(...refusalOf(error)))
}

function refusalOf(error: ParserError): readonly [code: ErrorCode, detail: string] {
  if (error.code === 'ERR_HTTP_REQUEST_TIMEOUT') return ['request_timeout', 'The request did not arrive in time.']
  if (error.code !== 'HPE_HEADER_OVERFLOW') return MALFORMED
  // The packet begins with the request when that alone was too long; a line end in it means that headers were.
  const line = error.rawPacket?.subarray(0, HEADERS_BYTES_MAX)
  return line?.includes('\n') === false
    ? ['uri_too_long', 'The request line is too long.']
    : ['headers_too_large', `At most ${HEADERS_MAX} headers, of together ${HEADERS_BYTES_MAX} bytes.`]
}
