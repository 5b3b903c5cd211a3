/**
 * Who sent a request, and over which connection: what a runtime hands over beside the request.
 * Contract: tests/http/stream/node-sockets.test.ts (Node), tests/e2e/streams.test.ts (all runtimes).
 */
export interface Caller {
  /** Node's own message, whose headers are plain: reading them is cheaper than building a Headers object. */
  readonly incoming?: {
    readonly headers: Readonly<Record<string, string | readonly string[] | undefined>>
    /** Names and values in turn, as they came. */
    readonly rawHeaders?: readonly string[]
  }
  /** Address of the other end; null when it is not known. Behind a proxy it is the proxy's, unless its word is believed. */
  readonly address: string | null
  /** From now on the connection may be without bytes for as long as it likes: its answer is a stream. */
  holdOpen(): void
  /** Ends the connection at once, whatever still waits to be sent. @returns false where the runtime cannot */
  cut(): boolean
  /** True when the request asks to become a WebSocket and can. */
  readonly wantsSocket: boolean
  /**
   * Says yes to that. `open` is called once the handshake is done; whatever answer the handler returns is not sent.
   * Without this call the answer refuses the upgrade.
   */
  upgrade(open: (socket: StreamSocket) => SocketEvents): void
}

/** What goes to a WebSocket at one moment: the same object may go to thousands of sockets. */
export interface SocketMessages {
  /** One message each, in order. */
  readonly texts: readonly string[]
  /** All of them as whole WebSocket frames, headers included. Made on first use. */
  readonly framed: Uint8Array
}

/** One open WebSocket. Nothing here throws; on a socket that is closing or closed nothing happens. */
export interface StreamSocket {
  /** In one write where the runtime can. */
  send(messages: SocketMessages): void
  /** Bytes handed over and not yet taken by the operating system. */
  bufferedBytes(): number
  /** Asks whether the other end lives; null where the runtime asks by itself and ends a dead connection. */
  readonly ping: (() => void) | null
  /** Begins to close, and cuts the connection when the other end does not close too. */
  close(code: number, reason: string): void
  /** Cuts the connection. */
  terminate(): void
}

/** What happens on a socket. Nothing is called after `closed`. */
export interface SocketEvents {
  /** A whole text message. */
  text(message: string): void
  /** A whole message that is not text. */
  binary(): void
  /** A ping from the other end, already answered. */
  pinged(): void
  /** The answer to our ping. */
  ponged(): void
  closed(): void
}
