import { once } from 'node:events'
import { connect, type Socket } from 'node:net'

/** One stream on a raw socket, after its handshake. */
export interface RawStream {
  readonly socket: Socket
  readonly kind: StreamKind
  /** What came with the head of the answer. */
  readonly first: Buffer
}

export type StreamKind = 'websocket' | 'events'

const HEAD_END = '\r\n\r\n'
const SUBSCRIBE = JSON.stringify({ op: 'subscribe', id: 'a', channel: 'tokens', params: {} })

/**
 * By hand, as a library would read on by itself.
 * @param from the address that the service sees
 */
export async function openRaw(port: number, from: string, kind: StreamKind): Promise<RawStream> {
  const socket = connect({ port, host: '127.0.0.1', localAddress: from, noDelay: true })
  // A connection that is cut is what this is about.
  socket.on('error', () => {})
  await once(socket, 'connect')
  socket.write(kind === 'websocket' ? UPGRADE : 'GET /v1/stream/tokens HTTP/1.1\r\nHost: localhost\r\n\r\n')
  let read = Buffer.alloc(0)
  while (!read.includes(HEAD_END)) {
    const [bytes] = (await once(socket, 'data')) as [Buffer]
    read = Buffer.concat([read, bytes])
  }
  const head = read.toString('latin1', 0, read.indexOf(HEAD_END))
  if (!/^HTTP\/1\.1 (101|200) /.test(head)) throw new Error(`no stream: ${head}`)
  if (kind === 'websocket') socket.write(masked(TEXT_HEAD, Buffer.from(SUBSCRIBE)))
  return { socket, kind, first: read.subarray(head.length + HEAD_END.length) }
}

const UPGRADE = [
  'GET /v1/stream HTTP/1.1',
  'Host: localhost',
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  '\r\n',
].join('\r\n')

const PING = 9

/** Answers a ping, as whoever reads does. */
export function answerPing({ socket, kind }: RawStream, frame: Buffer, opcode: number): void {
  if (kind === 'websocket' && opcode === PING) socket.write(masked(PONG_HEAD, frame))
}

const TEXT_HEAD = 0x81
const PONG_HEAD = 0x8a

/** Masked with zeros, which the protocol does not forbid, so the body stays as it is. At most 125 bytes. */
function masked(head: number, body: Buffer): Buffer {
  return Buffer.concat([Buffer.from([head, 0x80 | body.length, 0, 0, 0, 0]), body])
}

/** Bytes of one frame: of a WebSocket its payload, of events the lines of one event. */
export type Take = (frame: Buffer, opcode: number) => void

/** @returns to be called with whatever comes; calls `take` for each whole frame */
export function framesOf(kind: StreamKind, take: Take): (bytes: Buffer) => void {
  let rest: Buffer = Buffer.alloc(0)
  const step = kind === 'websocket' ? webSocketFrame : eventOf
  return (bytes) => {
    const all = rest.length === 0 ? bytes : Buffer.concat([rest, bytes])
    let at = 0
    for (;;) {
      const found = step(all, at)
      if (found === null) break
      take(all.subarray(found.from, found.to), found.opcode)
      at = found.next
    }
    rest = at === all.length ? Buffer.alloc(0) : all.subarray(at)
  }
}

interface Found {
  readonly from: number
  readonly to: number
  readonly next: number
  readonly opcode: number
}

const TEXT = 1
const EVENT_END = Buffer.from('\n\n')

function eventOf(all: Buffer, from: number): Found | null {
  const to = all.indexOf(EVENT_END, from)
  return to === -1 ? null : { from, to, next: to + EVENT_END.length, opcode: TEXT }
}

function webSocketFrame(all: Buffer, at: number): Found | null {
  const left = all.length - at
  if (left < 2) return null
  const short = (all[at + 1] ?? 0) & 0x7f
  const headBytes = short < 126 ? 2 : short === 126 ? 4 : 10
  if (left < headBytes) return null
  const length = short < 126 ? short : short === 126 ? all.readUInt16BE(at + 2) : Number(all.readBigUInt64BE(at + 2))
  const from = at + headBytes
  const to = from + length
  return all.length < to ? null : { from, to, next: to, opcode: (all[at] ?? 0) & 0x0f }
}
