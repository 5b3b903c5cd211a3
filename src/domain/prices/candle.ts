/** The intervals of candles, shortest first. `1w` begins on Monday, `1M` is a calendar month. */
export const INTERVALS = ['1m', '5m', '15m', '1h', '4h', '1d', '1w', '1M'] as const
export type Interval = (typeof INTERVALS)[number]

/** What is recorded of an asset: minutes of a token (from the live board), UTC days of a coin (imported). */
export type Grain = '1m' | '1d'

/** Prices in USD over one span of time. */
export interface Ohlcv {
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** USD traded in the span; null when nobody said. Imported files write 0 for unknown, which is kept as they wrote it. */
  readonly volume: number | null
  /** USD at the end of the span; null when nobody said, 0 as with the volume. */
  readonly marketCap: number | null
}

/** One record of the finest kind there is for its asset. */
export interface PriceRecord extends Ohlcv {
  /** Unix milliseconds, on a boundary of the grain in UTC. */
  readonly openTimeMs: number
}

/** Records rolled up by the store: a minute, an hour or a day of one asset, as far as it was recorded. */
export interface Piece extends Omit<PriceRecord, 'volume'> {
  /** Exact decimal text of the sum of the volumes that are known, so that sums of sums lose nothing; null when none is. */
  readonly volume: string | null
  /** How many records are in it. */
  readonly records: number
  /** Sum of the revisions of its records; a record begins with 1. */
  readonly revision: number
}

/** What a client sees. */
export interface Candle {
  readonly openTimeMs: number
  /** Null in a bucket without records that the client asked to be shown. */
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number | null
  readonly volume: number | null
  readonly marketCap: number | null
  /** Its time is over. It may still change, when a record arrives late, but never without a higher revision. */
  readonly closed: boolean
  /** Records in it by records that its whole time could hold: 0 to 1. */
  readonly coverage: number
  readonly revision: number
}

/** `[fromMs, toMs)`, Unix milliseconds. */
export interface Range {
  readonly fromMs: number
  readonly toMs: number
}

/** What to show for buckets without records: nothing, a candle of nulls, or one that stands still at the last close. */
export const FILLS = ['none', 'null', 'previous'] as const
export type Fill = (typeof FILLS)[number]
