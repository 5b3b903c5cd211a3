import type { MergeParameters } from '../../../domain/tokens/merged.ts'
import type { AddressDisplay } from '../../../ports/address-display.ts'
import type { Cache } from '../../../ports/cache.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { PriceTrends } from '../../../ports/price-trends.ts'
import type { TokenSource } from '../../../ports/token-source.ts'
import type { Wishes } from '../../../ports/wishes.ts'
import type { Recording } from '../tokens-tape/recording.ts'
import type { Publishing } from './publishing.ts'
import type { Shelf } from './shelf.ts'
import type { Waiting } from './waiting.ts'

/** What the live-token use cases need from outside. Durations in milliseconds. */
export interface TokenParts {
  readonly clock: Clock
  readonly log: Log
  readonly cache: Cache
  /** By precedence. */
  readonly sources: readonly TokenSource[]
  readonly displayAddress: AddressDisplay
  readonly parameters: MergeParameters
  /** Queries kept on the board whether anybody asks or not. */
  readonly watch: readonly string[]
  /** How long an answer of a source counts as fresh. */
  readonly cacheTtlMs: number
  /** Time between two refreshes of everything that is wanted. */
  readonly refreshMs: number
  /** Names this run of seqs until another begins; must differ from every earlier one. */
  readonly epoch: string
  /** How decisions become boards: alone, or shared with other instances. */
  readonly publishing: (shelf: Shelf, waiting: Waiting) => Publishing
  /** What other instances want; null when there are none. */
  readonly wishes: Wishes | null
  readonly trends: PriceTrends
  /** Writes to a tape what goes through these parts; null or absent: there is none. */
  readonly recording?: Recording | null
}

/** Where nothing is recorded. */
export const NO_TRENDS: PriceTrends = {
  of: () => undefined,
  hasChanged: () => false,
  takeChanged: () => new Set(),
}

/** A row without news for this long is stale, and without any news at all the service is not ready. */
export const STALE_AFTER_MS = 30_000
/** A query or token that nobody asked for during this time is no longer kept fresh. */
export const WARM_MS = 300_000
/** Once one source has answered a waiting client, the others get this long before the answer goes out without them. */
export const GRACE_MS = 1_000
/**
 * The part of a source's calls that keeps the board fresh; clients' own questions have the rest. Neither may use the
 * other's: what is watched must not go stale because somebody asks a lot, nor the other way round.
 */
export const BACKGROUND_SHARE = 1 / 2
