import { type IncomingMessage, type ServerResponse, STATUS_CODES } from 'node:http'
import type { Duplex } from 'node:stream'
import type { Caller } from '../../ports/caller.ts'
import type { Opening } from './runtime.ts'

/** Node's side of a request. A class, because one is made for every request and its methods are wanted by few. */
export class NodeCaller implements Caller {
  readonly incoming: IncomingMessage
  /** Null when the request asks to become a WebSocket. */
  readonly outgoing: ServerResponse | null
  /** What the handler said yes with; null while it has not. */
  opening: Opening | null = null

  constructor(incoming: IncomingMessage, outgoing: ServerResponse | null) {
    this.incoming = incoming
    this.outgoing = outgoing
  }

  get wantsSocket(): boolean {
    return this.outgoing === null
  }

  get address(): string | null {
    return this.incoming.socket.remoteAddress ?? null
  }

  holdOpen(): void {
    this.incoming.socket.setTimeout(0)
    // It ends with its connection, so its chunks need no marks: each is one write instead of three.
    this.outgoing?.removeHeader('transfer-encoding')
  }

  cut(): boolean {
    // With a reset: after a mere close the system goes on keeping what was not read, megabytes for minutes.
    this.incoming.socket.resetAndDestroy()
    return true
  }

  upgrade(open: Opening): void {
    this.opening = open
  }
}

/** Writes a whole answer to a connection that HTTP has let go of, then closes it. */
export async function answerSocket(socket: Duplex & { destroySoon?(): void }, response: Response): Promise<void> {
  const body = await response.text()
  if (!socket.writable) return
  const own = [
    ['connection', 'close'],
    ['content-length', String(Buffer.byteLength(body))],
  ]
  const given = [...response.headers].filter(([name]) => name !== 'connection' && name !== 'content-length')
  const head = [...given, ...own].map(([name, value]) => `${name}: ${value}\r\n`).join('')
  socket.end(`HTTP/1.1 ${response.status} ${STATUS_CODES[response.status] ?? ''}\r\n${head}\r\n${body}`)
  socket.destroySoon?.()
}
