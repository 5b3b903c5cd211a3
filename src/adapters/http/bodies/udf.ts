import type { z } from '@hono/zod-openapi'
import type { Candle } from '../../../domain/prices/candle.ts'
import { addressOf, networkOf, parseTokenId } from '../../../domain/tokens/identity.ts'
import type { Asset } from '../../../ports/price-store.ts'
import type { AssetDetail, AssetLabel, RecentCandles } from '../../../ports/prices.ts'
import {
  type BarsSchema,
  type ChartSymbolSchema,
  DAILY,
  type FoundSymbolSchema,
  INTRADAY,
  type UdfConfigSchema,
} from '../schemas/udf.ts'

export const CONFIG: z.infer<typeof UdfConfigSchema> = {
  supported_resolutions: [...INTRADAY, ...DAILY],
  supports_search: true,
  supports_group_request: false,
  supports_marks: false,
  supports_timescale_marks: false,
  supports_time: true,
  exchanges: [],
  symbols_types: [],
}

const COINS = 'coins'
/** Digits of a price that are worth showing, and the most decimals that a double can back. */
const DIGITS = 6
const DECIMALS_MIN = 2
const DECIMALS_MAX = 15

/** Whatever is no id of a token is the symbol of a coin. */
export function assetOf(ticker: string): Asset {
  const id = parseTokenId(ticker)
  return id === null ? { kind: 'coin', symbol: ticker } : { kind: 'token', id }
}

export function foundBody(label: AssetLabel): z.infer<typeof FoundSymbolSchema> {
  const { ticker, name, description, exchange } = namesOf(label)
  return { symbol: name, full_name: ticker, description, exchange, ticker, type: 'crypto' }
}

export function symbolBody(detail: AssetDetail): z.infer<typeof ChartSymbolSchema> {
  const { ticker, name, description, exchange } = namesOf(detail)
  const hasMinutes = detail.grain === '1m'
  const intraday = hasMinutes ? INTRADAY : []
  return {
    name,
    ticker,
    description,
    type: 'crypto',
    session: '24x7',
    timezone: 'Etc/UTC',
    exchange,
    listed_exchange: exchange,
    currency_code: 'USD',
    format: 'price',
    minmov: 1,
    pricescale: 10 ** decimalsOf(detail.close),
    has_intraday: hasMinutes,
    has_daily: true,
    has_weekly_and_monthly: true,
    intraday_multipliers: intraday,
    supported_resolutions: [...intraday, ...DAILY],
    volume_precision: 2,
    data_status: hasMinutes ? 'streaming' : 'endofday',
  }
}

export function barsBody({ candles, earlierMs }: RecentCandles): z.infer<typeof BarsSchema> {
  if (candles.length === 0) return { s: 'no_data', ...(earlierMs !== null && { nextTime: earlierMs / 1000 }) }
  const v = column(candles, 'volume')
  return {
    s: 'ok',
    t: candles.map(({ openTimeMs }) => openTimeMs / 1000),
    o: column(candles, 'open'),
    h: column(candles, 'high'),
    l: column(candles, 'low'),
    c: column(candles, 'close'),
    // A library takes a missing volume among others for a number; the column as a whole may be absent.
    ...(v.length === candles.length && { v }),
  }
}

function column(candles: readonly Candle[], field: 'open' | 'high' | 'low' | 'close' | 'volume'): number[] {
  return candles.flatMap((candle) => candle[field] ?? [])
}

function namesOf({ asset, symbol, name }: AssetLabel) {
  if (asset.kind === 'coin')
    return { ticker: asset.symbol, name: asset.symbol, description: name ?? asset.symbol, exchange: COINS }
  const id = parseTokenId(asset.id)
  const address = id === null ? asset.id : addressOf(id)
  return {
    ticker: asset.id,
    name: symbol ?? address,
    description: name ?? address,
    exchange: id === null ? '' : networkOf(id),
  }
}

function decimalsOf(price: number | null): number {
  if (price === null || !(price > 0)) return DECIMALS_MIN
  const wanted = DIGITS - 1 - Math.floor(Math.log10(price))
  return Math.min(DECIMALS_MAX, Math.max(DECIMALS_MIN, wanted))
}
