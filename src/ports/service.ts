import type { SourceFailure } from '../domain/errors.ts'
import type { TokenId } from '../domain/tokens/identity.ts'
import type { Merged, MergeParameters, Sourced } from '../domain/tokens/merged.ts'
import type { TokenView } from '../domain/tokens/query.ts'
import type { TokenRow } from '../domain/tokens/row.ts'

/**
 * What the outside may ask of this service. HTTP and, later, the streams see this file and nothing of `app`.
 * Every answer is immutable: the same object may be handed to many callers, and identity means equality.
 */
export interface TokenService {
  /** The newest snapshot, or null before the first one. Cheap enough for every request; a new object for every new snapshot. */
  head(): Snapshot | null
  /**
   * One page of a view. Synchronous when the board already holds the query; otherwise the sources are asked once,
   * however many callers wait.
   * @throws ServiceError `no_data` when nothing was ever heard for it, `too_old` when what we hold is older than
   *   `maxAgeSeconds` (or the service's limit) and asking again did not help, `invalid_cursor`, `cursor_mismatch`,
   *   `cursor_expired`.
   */
  page(request: PageRequest): TokenPage | Promise<TokenPage>
  /**
   * One token with everything known of it; asks the sources when the board does not hold it.
   * @throws ServiceError `token_not_found` when no source lists it, `no_data` when no source could be asked.
   */
  token(id: TokenId): Promise<TokenDetail>
  /** Exactly one entry per asked id, in order, repeated ids included. Never throws for a token that is unknown. */
  lookup(ids: readonly string[]): Promise<Lookup>
  health(): Health
}

export interface PageRequest {
  readonly view: TokenView
  /** 1 to 250 */
  readonly limit: number
  /** Text of an earlier page's `nextCursor`. */
  readonly cursor: string | null
  /** Refuse anything older than this many seconds; null: the service's own limit. */
  readonly maxAgeSeconds: number | null
}

export interface SourceState {
  readonly name: string
  readonly ok: boolean
  /** Null when ok. */
  readonly reason: SourceFailure | null
  /** Unix milliseconds of its newest good answer; null when it never gave one. */
  readonly observedAtMs: number | null
}

/** The state of the whole board at one moment. */
export interface Snapshot {
  readonly epoch: string
  readonly seq: number
  /** Unix milliseconds of the tick that made it. */
  readonly asOfMs: number
  readonly solUsd: number | null
  readonly solUsdObservedAtMs: number | null
  /** By precedence. */
  readonly sources: readonly SourceState[]
}

export interface TokenPage {
  readonly snapshot: Snapshot
  readonly rows: readonly TokenRow[]
  readonly nextCursor: string | null
  /** Unix milliseconds after which this page may not be served again without asking anew; null: while the snapshot stands. */
  readonly expiresAtMs: number | null
  /** To be called when the page is served again without asking: its query is still in use. Cheap. */
  readonly stillWanted: () => void
}

/** The newest statement of one source about a token's label, and so on: `merged` holds the rest. */
export interface TokenDetail {
  readonly snapshot: Snapshot
  readonly row: TokenRow
  /** The decision that made the row: inputs, steps, totals. */
  readonly merged: Merged
  readonly parameters: MergeParameters
  readonly solUsd: Sourced<number> | null
}

export type LookupEntry =
  | { readonly id: string; readonly row: TokenRow }
  | { readonly id: string; readonly row: null; readonly reason: UnknownReason }
export type UnknownReason = 'malformed_id' | 'unknown_network' | 'not_listed' | 'sources_unavailable'
export interface Lookup {
  readonly snapshot: Snapshot | null
  readonly entries: readonly LookupEntry[]
}

export interface Health {
  readonly ready: boolean
  /** Sentences for an operator; empty when ready. */
  readonly reasons: readonly string[]
  readonly sources: readonly SourceState[]
}
