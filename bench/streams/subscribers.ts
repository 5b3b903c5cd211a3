import { connect } from 'node:net'
import { answering } from '../harness/answering.ts'
import { frameCounter } from './frame-counter.ts'

/** What the subscribers are asked to do. */
export type SubscribersQuestion =
  /** So many more of them join; answered when all have. */
  | { readonly op: 'join'; readonly count: number; readonly as: Joining }
  /** Answered when so many frames have come since the last such answer. */
  | { readonly op: 'receive'; readonly frames: number }

/** How one joins. */
export interface Joining {
  readonly port: number
  readonly path: string
  /** Messages to send after the handshake. */
  readonly say: readonly string[]
  /** Frames that the server answers with. */
  readonly answers: number
}

/** What came since the last time. */
export interface Received {
  readonly frames: number
  readonly bytes: number
}

const AT_ONCE = 100
const PATIENCE_MS = 30_000
const CHUNK_BYTES = 256 * 1024
/** For all sockets: whatever is in it is looked at before the next chunk comes. */
const chunk = Buffer.allocUnsafe(CHUNK_BYTES)

let frames = 0
let bytes = 0
let wanted = Number.POSITIVE_INFINITY
let satisfied = () => {}

function count(newFrames: number, newBytes: number): void {
  frames += newFrames
  bytes += newBytes
  if (frames >= wanted) satisfied()
}

async function receive(amount: number): Promise<Received> {
  await within(PATIENCE_MS, `${amount} frames`, (resolve) => {
    wanted = amount
    satisfied = resolve
    count(0, 0)
  })
  const received = { frames, bytes }
  frames = 0
  bytes = 0
  wanted = Number.POSITIVE_INFINITY
  return received
}

async function join(amount: number, as: Joining): Promise<null> {
  for (let left = amount; left > 0; left -= AT_ONCE) {
    await Promise.all(Array.from({ length: Math.min(left, AT_ONCE) }, () => joinOne(as)))
  }
  if (as.answers > 0) await receive(amount * as.answers)
  return null
}

/** As little of WebSocket as it takes: handshake, masked messages out, frames counted in. */
function joinOne({ port, path, say }: Joining): Promise<void> {
  return within(PATIENCE_MS, 'a handshake', (resolve) => {
    const counter = frameCounter()
    let isOpen = false
    const received = (length: number) => {
      if (isOpen) count(counter.take(chunk.subarray(0, length)), length)
      else {
        const end = headEnd(chunk.toString('latin1', 0, length))
        isOpen = true
        count(counter.take(chunk.subarray(end, length)), length - end)
        for (const text of say) socket.write(masked(text))
        resolve()
      }
      return true
    }
    const onread = { buffer: chunk, callback: received as never }
    const socket = connect({ port, host: '127.0.0.1', noDelay: true, onread }, () => socket.write(handshake(path)))
    socket.on('close', () => {
      process.stderr.write('a subscriber was cut\n')
      process.exit(1)
    })
  })
}

function handshake(path: string): string {
  const lines = ['Host: 127.0.0.1', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13']
  return `GET ${path} HTTP/1.1\r\n${lines.join('\r\n')}\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
}

/** @throws Error when the server did not say yes, or not in one piece */
function headEnd(text: string): number {
  const end = text.indexOf('\r\n\r\n')
  if (!text.startsWith('HTTP/1.1 101 ') || end === -1) throw new Error(`no handshake: ${text.slice(0, 200)}`)
  return end + 4
}

/** A text frame of a client. Masked with zeros, which the protocol does not forbid, so the text stays as it is. */
function masked(text: string): Buffer {
  const body = Buffer.from(text)
  const head = Buffer.from([0x81, 0x80 | 126, body.length >> 8, body.length & 0xff, 0, 0, 0, 0])
  const short = Buffer.from([0x81, 0x80 | body.length, 0, 0, 0, 0])
  return Buffer.concat([body.length < 126 ? short : head, body])
}

/** @throws Error when it takes longer */
function within(ms: number, what: string, begin: (resolve: () => void) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(() => reject(new Error(`waited too long for ${what}; there are ${frames}`)), ms)
    begin(() => {
      clearTimeout(timer)
      resolve()
    })
  })
}

answering({}, (asked) => {
  const question = asked as SubscribersQuestion
  return question.op === 'join' ? join(question.count, question.as) : receive(question.frames)
})
