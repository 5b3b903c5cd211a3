/** What a client may cost. Times in milliseconds. */
export interface StreamLimits {
  readonly connectionsMax: number
  /** Of one address. */
  readonly connectionsPerAddressMax: number
  /** Opened with one key, or with tickets of it. */
  readonly connectionsPerKeyMax: number
  /** Of one socket. */
  readonly subscriptionsMax: number
  /** In any second. */
  readonly messagesPerSecondMax: number
  readonly messageBytesMax: number
  /** Above it nothing more is sent until the reader has caught up. */
  readonly bufferedBytesMax: number
  /** How long a reader may stay above it. */
  readonly slowMs: number
  /** How long one that was too slow may then take for what it has not read: until it is cut, that is kept for it. */
  readonly slowCloseMs: number
  readonly heartbeatMs: number
  readonly pingMs: number
  readonly pongMs: number
  /** How long a socket may be without a subscription. */
  readonly unusedMs: number
  /** How long a connection may last; up to a tenth less, so that not all of them come back at once. */
  readonly ageMs: number
  /** How long a position ahead of ours is waited for: another instance was faster. */
  readonly aheadMs: number
  /** Connections served before anything else may run. */
  readonly perTurnMax: number
}

export const STREAM_LIMITS: StreamLimits = {
  connectionsMax: 20_000,
  connectionsPerAddressMax: 20,
  connectionsPerKeyMax: 20,
  subscriptionsMax: 20,
  messagesPerSecondMax: 20,
  messageBytesMax: 4096,
  bufferedBytesMax: 256 * 1024,
  slowMs: 5000,
  slowCloseMs: 3000,
  heartbeatMs: 15_000,
  pingMs: 25_000,
  pongMs: 10_000,
  unusedMs: 60_000,
  ageMs: 24 * 3600_000,
  aheadMs: 2000,
  perTurnMax: 500,
}

/** Close codes of the WebSocket; docs/streams.md says which ones mean "connect again". */
export const CLOSE = {
  /** The connection has reached its age. */
  goingAway: 1001,
  /** A message that is not text. */
  notText: 1003,
  /** Too many messages, or a socket that nobody uses. */
  policy: 1008,
  tooLarge: 1009,
  /** The service ends or restarts. */
  restart: 1012,
  /** The key that the stream was opened with is over. */
  key: 4401,
  slow: 4408,
  tooMany: 4429,
} as const
