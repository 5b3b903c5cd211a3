import type { ErrorCode } from '../../domain/errors.ts'
import type { Caller, SocketEvents, StreamSocket } from '../../ports/caller.ts'

/** What a runtime calls for each request. */
export type Handler = (request: Request, caller?: Caller) => Response | Promise<Response>

/** More than so many headers are not read. */
export const HEADERS_MAX = 64

/** What a handler says yes with when a request asks to become a WebSocket. */
export type Opening = (socket: StreamSocket) => SocketEvents

/** What a WebSocket of any runtime may be sent, and how long it may take to close. */
export const SOCKET_LIMITS = { messageBytesMax: 4096, fragmentsMax: 64, closeWithinMs: 5000 } as const

/** True for the one kind of upgrade that there is; any other is answered as if it had not been asked for. */
export function asksForSocket(method: string | undefined, upgrade: string | null | undefined): boolean {
  return method === 'GET' && upgrade?.toLowerCase() === 'websocket'
}

export interface ServeOptions {
  /** 0: any free port. */
  readonly port: number
  readonly hostname: string
  readonly onListening?: (port: number) => void
  /** The answer to what never became a request: broken syntax, too many headers, too slow. Without it: the runtime's own. */
  readonly refuse?: (code: ErrorCode, detail: string) => Response
  /** How long answers that were begun may take once the server stops, in milliseconds. */
  readonly stopWithinMs?: number
}

export interface Server {
  /** The port that is listened on. */
  readonly port: number
  /** Takes nothing new, lets answers that were begun end, then closes. Calling it again waits for the same end. */
  stop(): Promise<void>
}

export const STOP_WITHIN_MS = 8000
