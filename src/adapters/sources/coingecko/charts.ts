import { z } from 'zod'
import { openEnvelope, rows } from '../shape/answer.ts'
import { candles, type SourceCandle } from '../shape/candle.ts'
import { toNumber } from '../shape/fields.ts'

/** `coins/{id}/ohlc`: candles stamped with their CLOSE, oldest first, without volume. @throws SourceError `bad_body` */
export function parseOhlc(body: unknown): readonly SourceCandle[] {
  return candles(body, 1)
}

/** One moment of `coins/{id}/market_chart`. */
export interface ChartPoint {
  /** Unix milliseconds */
  readonly atMs: number
  readonly priceUsd: number | null
  readonly marketCapUsd: number | null
  /** Of the 24 hours before, centralised exchanges included. */
  readonly volumeUsd: number | null
}

const chartSchema = z.object({ prices: rows, market_caps: rows, total_volumes: rows })

/** The three series joined by time, oldest first. @throws SourceError `bad_body` */
export function parseMarketChart(body: unknown): readonly ChartPoint[] {
  const chart = openEnvelope(chartSchema, body)
  const prices = series(chart.prices)
  const caps = series(chart.market_caps)
  const volumes = series(chart.total_volumes)
  const times = [...new Set([...prices.keys(), ...caps.keys(), ...volumes.keys()])].sort((a, b) => a - b)
  return times.map((atMs) => ({
    atMs,
    priceUsd: prices.get(atMs) ?? null,
    marketCapUsd: caps.get(atMs) ?? null,
    volumeUsd: volumes.get(atMs) ?? null,
  }))
}

/** `[ms, value]` rows; a row with a hole is left out. */
function series(points: readonly unknown[]): ReadonlyMap<number, number> {
  const pair = z.tuple([z.unknown(), z.unknown()])
  const values = new Map<number, number>()
  for (const point of points) {
    const [time, value] = pair.safeParse(point).data?.map(toNumber) ?? []
    if (time != null && value != null && value >= 0) values.set(time, value)
  }
  return values
}
