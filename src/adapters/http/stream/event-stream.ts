import type { Sink } from './sink.ts'

/** A body of server-sent events: what is not read stays here, so that the session sees it and holds back. */
export interface EventStream {
  readonly body: ReadableStream<Uint8Array>
  readonly sink: Sink
}

export interface EventStreamOptions {
  readonly bufferedBytesMax: number
  /** How long what was said before the end may take to be read. */
  readonly closeWithinMs: number
  readonly later: (delayMs: number, run: () => void) => void
  /** Cuts the connection. @returns false where the runtime cannot, and failing the body must do */
  readonly cut: () => boolean
  /** The stream begins with it: how long a reader is to wait before it connects again. */
  readonly retryMs: number
  /** Called when the reader has gone. */
  readonly onGone: () => void
}

export function eventStream(options: EventStreamOptions): EventStream {
  const { bufferedBytesMax, cut } = options
  let controller: ReadableStreamDefaultController<Uint8Array> | null = null
  const body = new ReadableStream<Uint8Array>(
    {
      start(given) {
        controller = given
        given.enqueue(Buffer.from(`retry: ${options.retryMs}\n\n`))
      },
      cancel() {
        controller = null
        options.onGone()
      },
    },
    new ByteLengthQueuingStrategy({ highWaterMark: bufferedBytesMax }),
  )
  const finish = (last: (open: ReadableStreamDefaultController<Uint8Array>) => void) => {
    const open = controller
    controller = null
    if (open !== null) last(open)
  }
  return {
    body,
    sink: {
      ping: null,
      send: ({ event }) => controller?.enqueue(event),
      bufferedBytes: () => (controller === null ? 0 : bufferedBytesMax - (controller.desiredSize ?? 0)),
      close(code, reason) {
        finish((open) => {
          open.enqueue(Buffer.from(`: ${code} ${reason}\n\n`))
          open.close()
          options.later(options.closeWithinMs, () => void cut())
        })
      },
      // After `close` too: what was said before the end may still be waiting to be read.
      terminate() {
        const isCut = cut()
        finish((open) => {
          if (!isCut) open.error(new Error('cut'))
        })
      },
    },
  }
}
