import { z } from 'zod'
import { openEnvelope, rows } from './answer.ts'
import { toNumber } from './fields.ts'

/** One candle of a source. Which end of it `atMs` stamps is said by the parser that made it. */
export interface SourceCandle {
  /** Unix milliseconds */
  readonly atMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
  /** In the currency that was asked for; null when the source reports none. */
  readonly volume: number | null
}

/**
 * Rows `[time, open, high, low, close, volume?]` as candles, oldest first, one per time: of two rows with one time the
 * last in the body stays (the running candle may come twice). A row with a hole is left out.
 * @param unitMs milliseconds in one unit of the row's time
 */
export function candles(body: unknown, unitMs: number): readonly SourceCandle[] {
  const byTime = new Map<number, SourceCandle>()
  for (const row of openEnvelope(rows, body)) {
    const candle = candleOf(row, unitMs)
    if (candle !== null) byTime.set(candle.atMs, candle)
  }
  return [...byTime.values()].sort((a, b) => a.atMs - b.atMs)
}

function candleOf(row: unknown, unitMs: number): SourceCandle | null {
  const cells = z.array(z.unknown()).safeParse(row)
  if (!cells.success) return null
  const [time, open, high, low, close, volume] = cells.data.slice(0, 6).map(positive)
  if (time == null || open == null || high == null || low == null || close == null) return null
  return { atMs: time * unitMs, open, high, low, close, volume: volume ?? null }
}

function positive(cell: unknown): number | null {
  const value = toNumber(cell)
  return value !== null && value >= 0 ? value : null
}
