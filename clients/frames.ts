/** The frames of `GET /v1/stream` (WebSocket, JSON text), as openapi/asyncapi.json describes them. */

export type ByWindow = Readonly<Record<'5m' | '1h' | '6h' | '24h' | '7d', number | null>>

/** One token as streams send it: every key is there, null is "nobody said". Money in USD. */
export interface StreamToken {
  readonly id: string
  readonly network: string
  readonly address: string
  readonly name: string | null
  readonly symbol: string | null
  readonly price_usd: number | null
  /** Percent: 2.5 means +2.5 %. */
  readonly change_pct: ByWindow
  readonly volume_usd: ByWindow
  readonly transactions: ByWindow
  readonly liquidity_usd: number | null
  readonly market_cap_usd: number | null
  readonly market_cap_basis: 'circulating' | 'unknown' | null
  readonly fdv_usd: number | null
  readonly dex: string | null
  readonly pool_count: number
  /** ISO 8601, UTC; so is `observed_at`. */
  readonly created_at: string | null
  readonly status: 'ok' | 'thin' | 'disputed' | 'held' | 'stale' | 'unknown'
  readonly sources: readonly string[]
  readonly observed_at: string | null
  /**
   * Only when asked for: USD at the end of each of the last 24 whole hours, oldest first, null where nothing was recorded;
   * null as a whole where there is no record at all.
   */
  readonly spark?: readonly (number | null)[] | null
}

/** Which tokens, in which order. What is left out has the service's default. */
export interface TokenParams {
  readonly q?: string
  readonly network?: string
  readonly sort?: 'volume' | 'price_change' | 'market_cap' | 'liquidity' | 'transactions' | 'age' | 'trending'
  readonly order?: 'desc' | 'asc'
  readonly window?: '5m' | '1h' | '6h' | '24h' | '7d'
  /** 1 to 1000. */
  readonly limit?: number
  readonly min_liquidity_usd?: number
  /** Rows have `spark` too. */
  readonly include?: 'spark'
}

/** How one of the service's sources does. */
export interface SourceState {
  readonly name: string
  readonly ok: boolean
  /** Why not, as one word of a closed list; absent when ok. */
  readonly reason?: string
  /** ISO 8601, of its newest good answer; null when it never gave one. */
  readonly observed_at: string | null
}

/** The state of the whole board, in frames that are not about changes. */
export interface BoardState {
  /** ISO 8601, when the newest board was made. */
  readonly as_of?: string
  readonly sources?: readonly SourceState[]
}

/** A place in the history of the board; `seq` counts within one `epoch`. */
export interface Position {
  readonly epoch: string
  readonly seq: number
}

export interface SubscribedFrame extends Position {
  readonly type: 'subscribed'
  readonly id: string
  /** True: deltas go on from the asked position. False: a snapshot follows. */
  readonly recovered: boolean
}

export interface SnapshotFrame extends Position, BoardState {
  readonly type: 'snapshot'
  readonly id: string
  readonly sol_usd: number | null
  readonly data: readonly StreamToken[]
}

/** A whole token when it is new to the reader, otherwise its id and the changed fields. */
export type Upsert = Pick<StreamToken, 'id'> & Partial<StreamToken>

export interface DeltaFrame {
  readonly type: 'delta'
  readonly id: string
  /** The position that this applies to, and the one that it leads to. */
  readonly from: number
  readonly seq: number
  readonly sol_usd: number | null
  readonly upsert: readonly Upsert[]
  readonly remove: readonly string[]
  /** All ids, only when the order that follows from the rest is not the right one. */
  readonly order?: readonly string[]
  /** How many versions of the list are skipped because this reader was slow. */
  readonly conflated?: number
}

/** Something worth telling: `price_change`, `volume_spike`, `new_token`. */
export interface EventFrame {
  readonly type: 'event'
  readonly id: string
  readonly kind: string
  readonly [detail: string]: unknown
}

/** Which taps. What is left out has the service's default. */
export interface TapParams {
  /** Buckets of UTC: the last 60 minutes, 48 hours or 30 days. */
  readonly interval?: 'minute' | 'hour' | 'day'
  /** Uid of a tag; without it: every tag of the team. */
  readonly tag?: string
}

/** So many taps of a tag in a bucket: the whole count, not what came to it. */
export interface TapCount extends TapCell {
  readonly count: number
}

export interface TapCell {
  /** Begin, ISO 8601. */
  readonly bucket: string
  /** Uid. */
  readonly tag: string
}

export interface TapSnapshotFrame extends Position {
  readonly type: 'snapshot'
  readonly id: string
  /** ISO 8601: what was acknowledged before is counted. */
  readonly as_of: string
  readonly interval: 'minute' | 'hour' | 'day'
  /** ISO 8601. Everything from there on is counted; rows before it are taps that came late. */
  readonly window_start: string
  readonly data: readonly TapCount[]
}

export interface TapDeltaFrame {
  readonly type: 'delta'
  readonly id: string
  /** The position that this applies to, and the one that it leads to. */
  readonly from: number
  readonly seq: number
  readonly window_start: string
  readonly upsert: readonly TapCount[]
  readonly remove: readonly TapCell[]
}

/** Of one list of taps: it stands at `seq`. */
export interface TapHeartbeatFrame {
  readonly type: 'heartbeat'
  readonly id: string
  readonly seq: number
  readonly at: string
  /** As in the snapshot; it stands still while the service cannot count. */
  readonly as_of: string
}

/** Sent while nothing changes: quiet and dead differ. Every list of tokens of the connection stands at `seq`. */
export interface HeartbeatFrame extends BoardState {
  readonly type: 'heartbeat'
  readonly seq: number
  /** The service's clock, ISO 8601. */
  readonly at: string
}

/** The answer to a ping. */
export interface PongFrame {
  readonly type: 'pong'
  readonly at: string
}

export interface ErrorFrame {
  readonly type: 'error'
  /** Absent when it concerns the connection and not one list. */
  readonly id?: string
  readonly code: string
  readonly detail: string
}

export type ServerFrame =
  | SubscribedFrame
  | SnapshotFrame
  | DeltaFrame
  | TapSnapshotFrame
  | TapDeltaFrame
  | TapHeartbeatFrame
  | EventFrame
  | HeartbeatFrame
  | PongFrame
  | ErrorFrame

/** Whether a frame is of the board, and so of every list of tokens. */
export function isOfBoard(frame: ServerFrame): frame is SnapshotFrame | HeartbeatFrame {
  return (frame.type === 'heartbeat' && !('id' in frame)) || (frame.type === 'snapshot' && !('window_start' in frame))
}

/** @returns null for what is no frame: not JSON, or without a `type`. Unknown types pass: later services may have more. */
export function parseFrame(data: unknown): ServerFrame | null {
  if (typeof data !== 'string') return null
  try {
    const frame: unknown = JSON.parse(data)
    const isFrame =
      typeof frame === 'object' && frame !== null && typeof (frame as { type?: unknown }).type === 'string'
    return isFrame ? (frame as ServerFrame) : null
  } catch {
    return null
  }
}
