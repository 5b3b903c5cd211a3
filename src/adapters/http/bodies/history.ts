import type { z } from '@hono/zod-openapi'
import { dateText } from '../../../domain/calendar.ts'
import type { Candle } from '../../../domain/prices/candle.ts'
import type { DashboardRow } from '../../../domain/prices/coin.ts'
import type { CandlePage, CoinDetail, CoinsPage } from '../../../ports/prices.ts'
import type {
  CandleSchema,
  CandlesSchema,
  CoinDetailSchema,
  CoinSchema,
  CoinsSchema,
  DashboardRowSchema,
} from '../schemas/history.ts'
import { csv } from './csv.ts'
import { isoOf } from './time.ts'

/** The dashboard as an earlier public service sent it. */
export function dashboardBody(rows: readonly DashboardRow[]): z.infer<typeof DashboardRowSchema>[] {
  return rows.map((row) => ({
    crypto: row.name,
    symbol: row.symbol,
    price: row.price,
    '24h': row.change1d,
    '7d': row.change7d,
    '1m': row.change30d,
    '24h-volume': row.volume,
    'market-cap': row.marketCap,
  }))
}

function coinBody(row: DashboardRow): z.infer<typeof CoinSchema> {
  return {
    symbol: row.symbol,
    name: row.name,
    date: dateText(row.recordedDayMs),
    price_usd: row.price,
    change_pct: { '24h': row.change1d, '7d': row.change7d, '30d': row.change30d },
    volume_usd: row.volume,
    market_cap_usd: row.marketCap,
  }
}

export function coinsBody({ rows, nextCursor }: CoinsPage, dayMs: number): z.infer<typeof CoinsSchema> {
  return { data: rows.map(coinBody), date: dateText(dayMs), next_cursor: nextCursor }
}

export function coinsCsv({ rows }: CoinsPage): string {
  const names = ['symbol', 'name', 'date', 'price_usd', 'change_24h_pct', 'change_7d_pct', 'change_30d_pct']
  const cells = rows.map((row) => [
    row.symbol,
    row.name,
    dateText(row.recordedDayMs),
    row.price,
    row.change1d,
    row.change7d,
    row.change30d,
    row.volume,
    row.marketCap,
  ])
  return csv([...names, 'volume_usd', 'market_cap_usd'], cells)
}

export function coinDetailBody({ last, firstDayMs, lastDayMs }: CoinDetail): z.infer<typeof CoinDetailSchema> {
  return { ...coinBody(last), first_date: dateText(firstDayMs), last_date: dateText(lastDayMs) }
}

function candleBody(candle: Candle): z.infer<typeof CandleSchema> {
  return {
    open_time: isoOf(candle.openTimeMs),
    open: candle.open,
    high: candle.high,
    low: candle.low,
    close: candle.close,
    volume: candle.volume,
    market_cap: candle.marketCap,
    closed: candle.closed,
    coverage: candle.coverage,
    revision: candle.revision,
  }
}

export function candlesBody({ candles, nextCursor }: CandlePage): z.infer<typeof CandlesSchema> {
  return { data: candles.map(candleBody), next_cursor: nextCursor }
}

const CANDLE_NAMES = [
  'open_time',
  'open',
  'high',
  'low',
  'close',
  'volume',
  'market_cap',
  'closed',
  'coverage',
  'revision',
] as const

export function candlesCsv({ candles }: CandlePage): string {
  const rows = candles.map(candleBody).map((body) => CANDLE_NAMES.map((name) => body[name]))
  return csv(CANDLE_NAMES, rows)
}
