import type { SocketMessages } from '../../../ports/caller.ts'

/**
 * What a client is told at one moment, one frame of the protocol or several, in every form that a transport sends.
 * Each form is made on first use and shared by all who are told the same.
 */
export interface Frame extends SocketMessages {
  /** As server-sent events. */
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
  const bytes = once(() => Buffer.from(text))
  return {
    text,
    get bytes() {
      return bytes()
    },
  }
}

const NOTHING = tailOf('')

/** @param head the text before the tail: what differs between clients */
export function frameOf(kind: FrameKind, head: string, tail: Tail = NOTHING): Frame {
  return sharedFrame({
    texts: () => [head + tail.text],
    framed: () => webSocketFrame(Buffer.from(head), tail.bytes),
    event: () => Buffer.concat([Buffer.from(`${eventHead(kind)}data: ${head}`), tail.bytes, EVENT_END]),
  })
}

/** A list begins, or goes on from `seq`. */
export function subscribed(body: { id: string; epoch: string; seq: number; recovered: boolean }): Frame {
  // Without its snapshot a reader is nowhere: cut in between, it must not believe to have this position.
  const eventId = body.recovered ? `${body.epoch}-${body.seq}` : null
  return frameOf({ name: 'subscribed', eventId }, JSON.stringify({ type: 'subscribed', ...body }))
}

interface Forms {
  readonly texts: () => readonly string[]
  readonly framed: () => Uint8Array
  readonly event: () => Uint8Array
}

function sharedFrame(forms: Forms): Frame {
  const texts = once(forms.texts)
  const framed = once(forms.framed)
  const event = once(forms.event)
  return {
    get texts() {
      return texts()
    },
    get framed() {
      return framed()
    },
    get event() {
      return event()
    },
  }
}

/** Several frames as one. */
export function joined(frames: readonly Frame[]): Frame {
  const [first] = frames
  if (first !== undefined && frames.length === 1) return first
  return sharedFrame({
    texts: () => frames.flatMap(({ texts }) => texts),
    framed: () => Buffer.concat(frames.map(({ framed }) => framed)),
    event: () => Buffer.concat(frames.map(({ event }) => event)),
  })
}

/** One after the other, where there are two; null when there is none. */
export function both(first: Frame | null, second: Frame | null): Frame | null {
  return first === null || second === null ? (first ?? second) : joined([first, second])
}

function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | null = null
  return () => {
    made ??= { value: make() }
    return made.value
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
