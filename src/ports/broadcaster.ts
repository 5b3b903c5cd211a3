/**
 * The one ordered log of ticks that all instances read. Everybody, the writer too, changes its board only by what it
 * reads here, so epoch, seq and content agree everywhere. Bodies are texts that only the use cases understand.
 * Contract: tests/contracts/broadcaster.test.ts
 */
export interface Broadcaster {
  /**
   * Begins a new epoch with a board as its seq 0; older ticks are gone.
   * @returns the epoch, a text of digits larger than every earlier one, or `fenced` when another owner holds the lease
   *   or it ran out.
   * @throws BoardUnavailable; the epoch may have begun all the same.
   */
  begin(start: { readonly fence: number; readonly after: string | null; readonly body: BoardBody }): Promise<Begun>
  /**
   * Appends the tick that follows `seq - 1`, and renews the lease. The same nonce again, after an answer that never
   * came, is `ok` and appends nothing.
   * - `fenced`: another owner holds the lease, or it ran out. Claim again.
   * - `restarted`, `lost`: this is no longer the log it was. Begin a new epoch.
   * @throws BoardUnavailable; the tick may or may not have been appended.
   */
  append(tick: AppendedTick): Promise<'ok' | 'fenced' | 'restarted' | 'lost'>
  /**
   * What follows a position, in order; waits up to about a second for something to come, then gives `[]`. It gives
   * `[]` at once when the signal is aborted. Not everything need come in one read: read on from the last entry.
   * A `begin` entry says that a new epoch has begun: reload. A tick whose seq is not the next one is a gap: reload.
   * @throws BoardUnavailable
   */
  read(after: Position, signal: AbortSignal): Promise<readonly LogEntry[]>
  /**
   * Everything after `position` that is still kept, without waiting; a `begin` too.
   * @throws BoardUnavailable
   */
  tail(position: Position): Promise<readonly LogEntry[]>
  /** The newest position, or null when there is none. @throws BoardUnavailable */
  head(): Promise<Position | null>
}

/** A whole board, in several texts: a large one is tens of megabytes, which nobody can copy or encode at once. */
export type BoardBody = readonly string[]

export type Begun = { readonly epoch: string } | 'fenced'

export interface Position {
  /** Digits. A broadcaster and a snapshot store throw RangeError for anything else, and for a seq that is no count. */
  readonly epoch: string
  readonly seq: number
}

export interface AppendedTick extends Position {
  readonly fence: number
  /** Unique to this attempt at this tick; the same on its retries. */
  readonly nonce: string
  readonly body: string
}

export type LogEntry =
  | (Position & { readonly kind: 'begin' })
  | (Position & { readonly kind: 'tick'; readonly body: string })
