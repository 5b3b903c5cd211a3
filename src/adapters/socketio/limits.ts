/** What a client may cost. Times in milliseconds. */
export interface SocketioLimits {
  readonly clientsMax: number
  /** Of one address; behind a proxy that is the proxy's, unless its word is believed. */
  readonly clientsPerAddressMax: number
  /** TCP connections, of which a polling client has several. */
  readonly connectionsMax: number
  /** Of a message or of a polling request's body. */
  readonly messageBytesMax: number
  /** Packets from one client in any second; one that sends more is cut. */
  readonly packetsPerSecondMax: number
  readonly pingEveryMs: number
  /** How long the answer to a ping may take; a reader that has stalled gives none. */
  readonly pongWithinMs: number
  /** From the handshake to the first packet. */
  readonly joinWithinMs: number
  readonly headersWithinMs: number
  readonly requestWithinMs: number
  /** Without bytes either way; longer than a poll may wait for its answer. */
  readonly idleMs: number
  /** How long connections may take to end once the server closes. */
  readonly closeWithinMs: number
}

export const SOCKETIO_LIMITS: SocketioLimits = {
  clientsMax: 5000,
  clientsPerAddressMax: 20,
  connectionsMax: 10_000,
  messageBytesMax: 4096,
  packetsPerSecondMax: 20,
  pingEveryMs: 15_000,
  pongWithinMs: 10_000,
  joinWithinMs: 10_000,
  headersWithinMs: 5000,
  requestWithinMs: 10_000,
  idleMs: 30_000,
  closeWithinMs: 1000,
}
