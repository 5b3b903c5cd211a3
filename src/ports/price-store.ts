import type { Grain, Piece, PriceRecord, Range } from '../domain/prices/candle.ts'
import type { Coin, DashboardRow } from '../domain/prices/coin.ts'

/**
 * Price history that outlives the process. Numbers come back as the doubles that were stored, to the last bit; times are
 * Unix milliseconds. A written thing is on its way to stay when the promise resolves (docs/storage.md says what that
 * means for each engine). Every method may throw StoreUnavailable: the engine is still opening, cannot be reached, is too
 * slow, or has no room. Nothing is then half written, and trying again later makes sense.
 */
export interface PriceStore {
  readonly state: () => StoreState
  /** All coins by symbol, by code point; empty before the first import. */
  coins(): Promise<readonly Coin[]>
  /**
   * For each coin the last record on or before the day, unless it is older than 30 days, in one statement; by symbol.
   * @param dayMs 00:00 UTC of the day
   * @param symbols null: all. Unknown ones and coins without such a record are left out.
   */
  dashboard(dayMs: number, symbols: readonly string[] | null): Promise<readonly DashboardRow[]>
  /**
   * Writes daily records of coins, all of them or none: when the iterable throws, nothing is written and the same error
   * is thrown. A record that is there with other values becomes its next revision. New coins are created. Of a day that
   * comes twice the last record is written, and the others count as unchanged.
   * @throws ServiceError `invalid_body` when a name belongs to another symbol, or a text has a character that cannot be kept
   */
  importDays(batches: AsyncIterable<readonly CoinRecord[]>, nowMs: number): Promise<Imported>
  /**
   * Writes minutes of tokens, all or none. A minute that is there already grows: its open stays, high and low widen,
   * close, volume and market cap are the new ones when given. When that changes it and the minute is over at `nowMs`, so
   * that somebody may have been shown the earlier values, it becomes the next revision.
   */
  recordMinutes(records: readonly TokenRecord[], nowMs: number): Promise<void>
  /** Writes only minutes that are not there: what others know of the time before we listened. @returns how many were new */
  backfillMinutes(records: readonly TokenRecord[], nowMs: number): Promise<number>
  /**
   * What is recorded of an asset in a range, oldest first, in pieces of the given size; pieces without records do not exist.
   * Records of the minute (or day) that is not over at `asOfMs` are left out, so that what was answered once can be answered again.
   * @param size for coins `1d`; for tokens `1m` or `1h`, which is rolled up exactly
   * @param asOfMs what was there at that time: later records and revisions are not seen
   * @param limit at most so many pieces
   */
  pieces(asset: Asset, size: '1m' | '1h' | '1d', range: Range, asOfMs: number, limit: number): Promise<readonly Piece[]>
  /**
   * Begins of days, weeks or months in a time zone, ascending: the first at or before `fromMs`, the last at or after `toMs`.
   * @returns null when the engine knows no such zone
   */
  boundaries(unit: 'day' | 'week' | 'month', zone: string, range: Range): Promise<readonly number[] | null>
  /** Opening time of the first and the last record; null when there is none (also for an unknown asset). */
  extent(asset: Asset): Promise<{ readonly grain: Grain; readonly firstMs: number; readonly lastMs: number } | null>
  /** Tokens of which something is recorded, with their newest label, by id; for search. */
  tokens(): Promise<readonly TokenLabel[]>
  /**
   * For each of the given tokens that has one: the close of the last minute that had ended at `atMs`, unless it opened more than
   * `withinMs` before that time.
   */
  closesAt(ids: readonly string[], atMs: number, withinMs: number): Promise<ReadonlyMap<string, number>>
}

export type StoreState =
  | { readonly status: 'opening' | 'ready'; readonly migration: number }
  /** The sentence is fit for an operator and has no secret in it. */
  | { readonly status: 'failed'; readonly reason: string }

export type Asset =
  | { readonly kind: 'coin'; readonly symbol: string }
  /** Id text as everywhere: `solana:So111…`. */
  | { readonly kind: 'token'; readonly id: string }

export interface CoinRecord extends Coin {
  readonly record: PriceRecord
}

export interface TokenLabel {
  readonly id: string
  readonly symbol: string | null
  readonly name: string | null
}

export interface TokenRecord extends TokenLabel {
  readonly record: PriceRecord
}

export interface Imported {
  readonly inserted: number
  readonly updated: number
  readonly unchanged: number
}
