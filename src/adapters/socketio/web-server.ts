import { createServer, type IncomingMessage, type Server } from 'node:http'
import type { AddressInfo, Socket } from 'node:net'
import type { SocketioLimits } from './limits.ts'

const HEADERS_BYTES_MAX = 8192
const HEADERS_MAX = 64

/** A server of its own for Socket.IO: a second listener for upgrades would disturb the main one's answers. */
export interface WebServer {
  readonly server: Server
  /** The port it got. @throws the listen error as it is (`EADDRINUSE`, `EACCES`) */
  listen(port: number, host: string): Promise<number>
  /** Cuts, after the time that connections may take to end, those that are still there. @returns how to call it off */
  cutLater(): () => void
}

/** @param path of the only thing that is here, with slashes around it; everything else is 404 */
export function webServer(path: string, limits: SocketioLimits): WebServer {
  const options = {
    headersTimeout: limits.headersWithinMs,
    requestTimeout: limits.requestWithinMs,
    connectionsCheckingInterval: 1000,
    keepAliveTimeout: limits.idleMs,
    maxHeaderSize: HEADERS_BYTES_MAX,
    // Any other upgrade is answered as a request that did not ask for one.
    shouldUpgradeCallback: (request: IncomingMessage) => isWebSocket(request) && request.url?.startsWith(path) === true,
  }
  const server = createServer(options, (_, response) => {
    response.writeHead(404, { 'content-type': 'text/plain', 'x-content-type-options': 'nosniff' })
    response.end(`There is only Socket.IO here, at ${path}\n`)
  })
  server.maxHeadersCount = HEADERS_MAX
  server.maxConnections = limits.connectionsMax
  server.setTimeout(limits.idleMs)
  const sockets = new Set<Socket>()
  server.on('connection', (socket: Socket) => {
    sockets.add(socket)
    socket.once('close', () => sockets.delete(socket))
    // The libraries listen on upgraded sockets; a reset of one that they forgot would end the process.
    socket.on('error', () => socket.destroy())
  })
  return { server, listen: (port, host) => listening(server, port, host), cutLater: () => cutLater(sockets, limits) }
}

function isWebSocket({ headers }: IncomingMessage): boolean {
  return headers.upgrade?.toLowerCase() === 'websocket'
}

function listening(server: Server, port: number, host: string): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, host, () => {
      server.off('error', reject)
      resolve((server.address() as AddressInfo).port)
    })
  })
}

/** Upgraded sockets are among them, which the server itself no longer counts as connections it could close. */
function cutLater(sockets: ReadonlySet<Socket>, { closeWithinMs }: SocketioLimits): () => void {
  const timer = setTimeout(() => {
    for (const socket of sockets) socket.destroy()
  }, closeWithinMs)
  return () => clearTimeout(timer)
}
