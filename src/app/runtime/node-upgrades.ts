import type { Server as HttpServer, IncomingMessage } from 'node:http'
import type { Socket } from 'node:net'
import type { Duplex } from 'node:stream'
import { WebSocket, WebSocketServer } from 'ws'
import type { SocketMessages, StreamSocket } from '../../ports/caller.ts'
import { answerSocket, NodeCaller } from './node-caller.ts'
import { type Handler, type Opening, type ServeOptions, SOCKET_LIMITS } from './runtime.ts'

/** By itself, because `closeTimeout` is missing from the types of the package. */
const OPTIONS = {
  noServer: true,
  clientTracking: true,
  maxPayload: SOCKET_LIMITS.messageBytesMax,
  maxFragments: SOCKET_LIMITS.fragmentsMax,
  closeTimeout: SOCKET_LIMITS.closeWithinMs,
  // Compressing for each socket costs many times what a shared frame does.
  perMessageDeflate: false,
}

/**
 * Lets a handler turn requests into WebSockets; its refusal is sent whole, as for any request.
 * @returns `cut`: ends every WebSocket that is still open
 */
export function upgrades(server: HttpServer, handler: Handler, refuse: NonNullable<ServeOptions['refuse']>) {
  const wss = new WebSocketServer(OPTIONS)
  wss.on('wsClientError', (error, socket) => {
    void answerSocket(socket, refuse('malformed_request', `Not a WebSocket handshake: ${error.message}.`))
  })
  const upgrade = async (incoming: IncomingMessage, socket: Duplex, head: Buffer) => {
    const caller = new NodeCaller(incoming, null)
    const answer = await answerTo(incoming, caller, { handler, refuse })
    const { opening } = caller
    if (socket.destroyed) return
    if (opening === null) await answerSocket(socket, answer)
    else wss.handleUpgrade(incoming, socket, head, (webSocket) => converse(webSocket, socket as Socket, opening))
  }
  server.on('upgrade', (incoming, socket, head) => void upgrade(incoming, socket, head))
  return {
    cut() {
      for (const webSocket of wss.clients) webSocket.terminate()
    },
  }
}

interface Answering {
  readonly handler: Handler
  readonly refuse: NonNullable<ServeOptions['refuse']>
}

/** Headers are read from the message, so the request carries the address alone. The name in it is never used. */
async function answerTo(incoming: IncomingMessage, caller: NodeCaller, { handler, refuse }: Answering) {
  const target = incoming.url ?? '/'
  const url = target.startsWith('/') ? `http://localhost${target}` : target
  if (!URL.canParse(url)) return refuse('malformed_request', 'The request target is not valid.')
  return handler(new Request(url), caller)
}

function converse(webSocket: WebSocket, socket: Socket, opening: Opening): void {
  // A frame that breaks the protocol closes the socket with the code for it, and is no fault of ours.
  webSocket.on('error', () => {})
  const events = opening(new NodeStreamSocket(webSocket, socket))
  webSocket.on('message', (data, isBinary) => (isBinary ? events.binary() : events.text(String(data))))
  webSocket.on('ping', events.pinged)
  webSocket.on('pong', events.ponged)
  webSocket.on('close', events.closed)
}

/**
 * Frames that are already made go to the connection as they are: `ws` would make each one anew for each socket.
 * A class, so that a connection costs two pointers.
 */
class NodeStreamSocket implements StreamSocket {
  readonly #webSocket: WebSocket
  readonly #socket: Socket

  constructor(webSocket: WebSocket, socket: Socket) {
    this.#webSocket = webSocket
    this.#socket = socket
  }

  #isOpen(): boolean {
    return this.#webSocket.readyState === WebSocket.OPEN
  }

  send({ framed }: SocketMessages): void {
    if (this.#isOpen()) this.#socket.write(framed)
  }

  bufferedBytes(): number {
    return this.#socket.writableLength
  }

  ping(): void {
    if (this.#isOpen()) this.#webSocket.ping()
  }

  close(code: number, reason: string): void {
    this.#webSocket.close(code, reason)
  }

  terminate(): void {
    // With a reset: after a mere close the system goes on keeping what was not read, megabytes for minutes.
    this.#socket.resetAndDestroy()
    this.#webSocket.terminate()
  }
}
