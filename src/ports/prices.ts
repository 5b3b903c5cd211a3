import type { When } from '../domain/calendar.ts'
import type { Candle, Fill, Grain, Interval } from '../domain/prices/candle.ts'
import type { Coin, DashboardRow } from '../domain/prices/coin.ts'
import type { DashboardOrder } from '../domain/prices/dashboard.ts'
import type { Asset, StoreState } from './price-store.ts'

/**
 * What the outside may ask of the price history.
 * Every method throws ServiceError `history_unavailable` when the store cannot answer now.
 */
export interface PriceService {
  /**
   * The records of one day; see DashboardRow.
   * @param symbols any case; a repeated one appears once; null: all
   * @param order null: as `symbols`, or by symbol when that is null
   * @throws ServiceError `coin_not_found` naming the unknown ones
   */
  dashboard(
    dayMs: number,
    symbols: readonly string[] | null,
    order: DashboardOrder | null,
  ): Promise<readonly DashboardRow[]>
  /** The same in pages, with null for what the files did not know (they write 0). @throws as above, `invalid_cursor`, `cursor_mismatch` */
  coins(request: CoinsRequest): Promise<CoinsPage>
  /** The coin of this name, or else of this symbol, whatever the case; null when there is none. */
  find(nameOrSymbol: string): Promise<Coin | null>
  /** @throws ServiceError `coin_not_found` */
  coin(symbol: string): Promise<CoinDetail>
  /**
   * Candles of whole buckets that begin in the range, oldest first, from the first record on. A page may be shorter than its
   * limit (when a long time had to be read for it); only a null cursor ends the walk.
   * @throws ServiceError `coin_not_found`, `token_not_found` (nothing was ever recorded of it), `invalid_cursor`,
   *   `cursor_mismatch`, `invalid_parameter` for an unknown zone, a range whose end comes first, a time in the future to look
   *   back from, or, of a coin, an interval or a zone finer than UTC days
   */
  candles(request: CandleRequest): Promise<CandlePage>
  /** The newest candles before a time, oldest first, in UTC. @throws as `candles` does */
  recent(request: RecentRequest): Promise<RecentCandles>
  /** @throws ServiceError `coin_not_found`, `token_not_found` */
  asset(asset: Asset): Promise<AssetDetail>
  /** Coins and recorded tokens whose symbol, name or id begins with the text, coins first; all when it is empty. */
  assets(text: string, limit: number): Promise<readonly AssetLabel[]>
  state(): StoreState
}

export interface CoinsRequest {
  readonly dayMs: number
  readonly symbols: readonly string[] | null
  readonly order: DashboardOrder | null
  readonly limit: number
  readonly cursor: string | null
}

export interface CoinsPage {
  readonly rows: readonly DashboardRow[]
  readonly nextCursor: string | null
}

export interface CoinDetail extends Coin {
  /** Unix milliseconds, 00:00 UTC */
  readonly firstDayMs: number
  readonly lastDayMs: number
  /** Its last record; null for what is not known of it. */
  readonly last: DashboardRow
}

export interface AssetLabel {
  readonly asset: Asset
  readonly symbol: string | null
  readonly name: string | null
}

export interface AssetDetail extends AssetLabel {
  /** What its candles are made of: nothing finer can be asked. */
  readonly grain: Grain
  /** USD of its newest record; null when that is of a span that is not over yet and there is none before it. */
  readonly close: number | null
}

export interface CandleRequest {
  readonly asset: Asset
  readonly interval: Interval
  /** Null: from the first record. A day begins at midnight of the zone. */
  readonly from: When | null
  /** Null: up to now. */
  readonly to: When | null
  /** IANA name */
  readonly zone: string
  readonly fill: Fill
  /** What was published then; null: now. */
  readonly asOfMs: number | null
  /** 1 to 1000 */
  readonly limit: number
  /** Text of an earlier page's `nextCursor`. */
  readonly cursor: string | null
}

export interface CandlePage {
  readonly candles: readonly Candle[]
  readonly nextCursor: string | null
}

export interface RecentRequest {
  readonly asset: Asset
  readonly interval: Interval
  /** Buckets that begin before it. */
  readonly toMs: number
  /** And not before this; null: however far back the count leads. */
  readonly fromMs: number | null
  readonly count: number
}

export interface RecentCandles {
  /** Fewer than asked for when the history begins, or has many gaps; what is there has no candle missing between. */
  readonly candles: readonly Candle[]
  /** When there are none: where the newest one before begins; null: there is none before. */
  readonly earlierMs: number | null
}
