import type { SocketMessage } from '../../../ports/caller.ts'

/** One frame of the protocol in every form that a transport sends. Each form is made on first use and shared by all. */
export interface Frame extends SocketMessage {
  /** As a server-sent event. */
  readonly event: Uint8Array
}

/** What a frame is called, and the position it leads a reader of server-sent events to; null leaves that as it was. */
export interface FrameKind {
  readonly name: string
  readonly eventId: string | null
}

/** The end of a frame, the same for all who get it; the bytes are made once. */
export interface Tail {
  readonly text: string
  readonly bytes: Buffer
}

export function tailOf(text: string): Tail {
  let bytes: Buffer | null = null
  return {
    text,
    get bytes() {
      bytes ??= Buffer.from(text)
      return bytes
    },
  }
}

const NOTHING = tailOf('')

/** @param head the text before the tail: what differs between clients */
export function frameOf(kind: FrameKind, head: string, tail: Tail = NOTHING): Frame {
  let framed: Buffer | null = null
  let event: Buffer | null = null
  return {
    get text() {
      return head + tail.text
    },
    get framed() {
      framed ??= webSocketFrame(Buffer.from(head), tail.bytes)
      return framed
    },
    get event() {
      event ??= Buffer.concat([Buffer.from(`${eventHead(kind)}data: ${head}`), tail.bytes, EVENT_END])
      return event
    },
  }
}

const EVENT_END = Buffer.from('\n\n')

/** JSON text holds no line break, so one `data` line carries it. */
function eventHead({ name, eventId }: FrameKind): string {
  return eventId === null ? `event: ${name}\n` : `event: ${name}\nid: ${eventId}\n`
}

const FINAL_TEXT = 0x81
const LENGTH_16 = 126
const LENGTH_64 = 127

/** RFC 6455, section 5.2: one final text frame, unmasked as a server sends it. */
function webSocketFrame(head: Buffer, tail: Buffer): Buffer {
  const length = head.length + tail.length
  const headerLength = length < LENGTH_16 ? 2 : length < 65_536 ? 4 : 10
  const frame = Buffer.allocUnsafe(headerLength + length)
  frame[0] = FINAL_TEXT
  if (headerLength === 2) frame[1] = length
  else if (headerLength === 4) {
    frame[1] = LENGTH_16
    frame.writeUInt16BE(length, 2)
  } else {
    frame[1] = LENGTH_64
    frame.writeBigUInt64BE(BigInt(length), 2)
  }
  head.copy(frame, headerLength)
  tail.copy(frame, headerLength + head.length)
  return frame
}
