import type { StreamSocket } from '../../clients/stream.ts'
import type { ToyConnection, ToyStream } from '../support/toy-stream.ts'

/** The way between one client and a toy service: frames wait in it until they are delivered, or die with it. */
export interface ToyNetwork {
  readonly connect: (url: string) => StreamSocket
  /** Hands over the oldest waiting frames, as many as asked for. */
  deliver(count: number): void
  /** The next delta never arrives, and nobody tells; nor do the heartbeats that wait. */
  swallow(): void
  /** The frame that would be next arrives twice. */
  double(): void
  /** Something arrives that is no frame. */
  garble(): void
  /** The connection is gone, with everything that waits in it. */
  cut(code?: number): void
  /** Frames wait for ever from now on, and nothing is refused. */
  freeze(): void
  /** Attempts to connect fail from now on, or succeed again. */
  setUp(): void
  setDown(): void
  server(): ToyConnection | null
  attempts(): number
  waiting(): number
}

export function toyNetwork(service: ToyStream): ToyNetwork {
  let isUp = true
  let isFrozen = false
  let attempts = 0
  let socket: StreamSocket | null = null
  let connection: ToyConnection | null = null
  let frames: string[] = []
  const drop = () => {
    const lost = socket
    socket = null
    connection = null
    frames = []
    isFrozen = false
    return lost
  }
  return {
    connect() {
      attempts++
      const mine: StreamSocket = {
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text) => mine === socket && connection?.receive(text),
        close: () => mine === socket && drop(),
      }
      drop()
      socket = mine
      queueMicrotask(() => {
        if (mine !== socket) return
        if (!isUp) return void drop()?.onclose?.({ code: 1006, reason: '' })
        connection = service.connect((text) => mine === socket && frames.push(text))
        mine.onopen?.()
      })
      return mine
    },
    deliver(count) {
      if (isFrozen) return
      for (let left = count; left > 0 && frames.length > 0; left--) socket?.onmessage?.({ data: frames.shift() })
    },
    swallow() {
      const lost = frames.find((frame) => frame.includes('"type":"delta"'))
      frames = frames.filter((frame) => frame !== lost && !frame.includes('"type":"heartbeat"'))
    },
    double() {
      const [next] = frames
      if (next !== undefined) frames.unshift(next)
    },
    garble: () => socket?.onmessage?.({ data: '{"type":' }),
    cut: (code = 1006) => void drop()?.onclose?.({ code, reason: '' }),
    freeze() {
      isFrozen = true
    },
    setUp() {
      isUp = true
    },
    setDown() {
      isUp = false
    },
    server: () => connection,
    attempts: () => attempts,
    waiting: () => frames.length,
  }
}
