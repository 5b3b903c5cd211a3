import type { Candle, Fill, Interval, Range } from '../domain/prices/candle.ts'
import type { Coin, DashboardRow } from '../domain/prices/coin.ts'
import type { Asset, StoreState } from './price-store.ts'

/**
 * What the outside may ask of the price history.
 * Every method throws ServiceError `history_unavailable` when the store cannot answer now.
 */
export interface PriceService {
  /**
   * The records of one day; see DashboardRow. In the order of `symbols`, or by symbol when it is null.
   * @param symbols any case; a repeated one appears once. @throws ServiceError `coin_not_found` naming the unknown ones
   */
  dashboard(dayMs: number, symbols: readonly string[] | null): Promise<readonly DashboardRow[]>
  /** The coin of this name, or else of this symbol, whatever the case; null when there is none. */
  find(nameOrSymbol: string): Promise<Coin | null>
  /** @throws ServiceError `coin_not_found` */
  coin(symbol: string): Promise<CoinDetail>
  /**
   * Candles of whole buckets that begin in the range, oldest first.
   * @throws ServiceError `coin_not_found`, `token_not_found` (nothing was ever recorded of it), `invalid_parameter` for an unknown zone, an
   *   interval finer than what is recorded of the asset, or more buckets than `BUCKETS_MAX` between two records to be filled
   */
  candles(request: CandleRequest): Promise<CandlePage>
  /** Coins and recorded tokens whose symbol, name or id begins with the text, coins first; all when it is empty. */
  assets(text: string, limit: number): Promise<readonly AssetLabel[]>
  state(): StoreState
}

export interface CoinDetail extends Coin {
  /** Unix milliseconds, 00:00 UTC */
  readonly firstDayMs: number
  readonly lastDayMs: number
}

export interface AssetLabel {
  readonly asset: Asset
  readonly symbol: string | null
  readonly name: string | null
}

export interface CandleRequest {
  readonly asset: Asset
  readonly interval: Interval
  /** A null end is open: from the first record, up to now. */
  readonly range: { readonly [E in keyof Range]: number | null }
  /** IANA name */
  readonly zone: string
  readonly fill: Fill
  /** What was published then; null: now. */
  readonly asOfMs: number | null
  readonly limit: number
  /** Text of an earlier page's `nextCursor`. */
  readonly cursor: string | null
}

export interface CandlePage {
  readonly candles: readonly Candle[]
  readonly nextCursor: string | null
}
