import type { Caller, SocketEvents, StreamSocket } from '../../ports/caller.ts'
import { asksForSocket, type Handler, type Opening, type ServeOptions, type Server, STOP_WITHIN_MS } from './runtime.ts'

/** The part of Deno that is used; its type package would clash with Node's. */
interface DenoServer {
  readonly addr: { readonly port: number }
  shutdown(): Promise<void>
}
interface DenoSocket {
  readonly readyState: number
  readonly bufferedAmount: number
  send(text: string): void
  close(code: number, reason: string): void
  onopen: (() => void) | null
  onmessage: ((event: { readonly data: unknown }) => void) | null
  onclose: (() => void) | null
  onerror: ((event: { preventDefault?(): void }) => void) | null
}
declare const Deno: {
  serve(
    options: { port: number; hostname: string; onListen: () => void },
    handler: (request: Request, info: Info) => Response | Promise<Response>,
  ): DenoServer
  /** @param options idleTimeout: seconds without a frame before it pings, and then ends the connection */
  upgradeWebSocket(request: Request, options: { idleTimeout: number }): { socket: DenoSocket; response: Response }
}
interface Info {
  readonly remoteAddr: { readonly hostname?: string }
}

const PING_SECONDS = 25
const OPEN = 1
/** Deno cannot cut a socket; one that does not answer the close is left to its idle timeout. */
const TERMINATED = 1008

/**
 * Serves on Deno.
 * @throws the listen error as it is (`AddrInUse`).
 */
export async function serve(handler: Handler, options: ServeOptions): Promise<Server> {
  const { port, hostname } = options
  const listen = { port, hostname, onListen: () => {} }
  const server = Deno.serve(listen, (request, info) => answer(handler, request, info))
  options.onListening?.(server.addr.port)
  let stopped: Promise<void> | null = null
  // Aborting a server that is shutting down throws where nobody can catch it: what is open after the deadline is left
  // to the end of the process.
  const stop = async () => {
    let deadline: ReturnType<typeof setTimeout> | undefined
    const over = new Promise<void>((resolve) => {
      deadline = setTimeout(resolve, options.stopWithinMs ?? STOP_WITHIN_MS)
    })
    await Promise.race([server.shutdown(), over])
    clearTimeout(deadline)
  }
  return {
    port: server.addr.port,
    stop: () => {
      stopped ??= stop()
      return stopped
    },
  }
}

function answer(handler: Handler, request: Request, info: Info): Response | Promise<Response> {
  if (!asksForSocket(request.method, request.headers.get('upgrade'))) return handler(request, callerOf(info, null))
  return answerUpgrade(handler, request, info)
}

async function answerUpgrade(handler: Handler, request: Request, info: Info): Promise<Response> {
  const accepted: { opening: Opening | null } = { opening: null }
  const accept = (open: Opening) => {
    accepted.opening = open
  }
  const refusal = await handler(request, callerOf(info, accept))
  const { opening } = accepted
  if (opening === null) return refusal
  const { socket, response } = Deno.upgradeWebSocket(request, { idleTimeout: PING_SECONDS })
  converse(socket, opening)
  return response
}

/** @param accept null when the request does not ask for a WebSocket */
function callerOf({ remoteAddr }: Info, accept: Caller['upgrade'] | null): Caller {
  return {
    address: remoteAddr.hostname ?? null,
    holdOpen() {},
    cut: () => false,
    wantsSocket: accept !== null,
    upgrade: (open) => accept?.(open),
  }
}

function converse(socket: DenoSocket, opening: Opening): void {
  let events: SocketEvents | null = null
  socket.onopen = () => {
    events = opening(streamSocket(socket))
  }
  socket.onmessage = ({ data }) => (typeof data === 'string' ? events?.text(data) : events?.binary())
  socket.onerror = (event) => event.preventDefault?.()
  socket.onclose = () => events?.closed()
}

function streamSocket(socket: DenoSocket): StreamSocket {
  const close = (code: number, reason: string) => {
    if (socket.readyState === OPEN) socket.close(code, reason)
  }
  return {
    bufferedBytes: () => socket.bufferedAmount,
    // Deno asks by itself.
    ping: null,
    close,
    terminate: () => close(TERMINATED, 'cut'),
    send({ texts }) {
      if (socket.readyState !== OPEN) return
      for (const text of texts) socket.send(text)
    },
  }
}
