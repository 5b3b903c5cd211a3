import type { Candle, Fill, Range } from '../../../domain/prices/candle.ts'
import type { Grid } from '../../../domain/prices/grid.ts'
import { type Bucket, candleOf, emptyCandle, knownOrNull, rollUp } from '../../../domain/prices/rollup.ts'
import { type Buckets, bucketsOf, lastBefore } from './reading.ts'
import type { Recorded } from './recorded.ts'

/** A page ends early when so much had to be read for it, so that no question holds up the others for long. */
const PIECES_MAX = 100_000

/** What of a series is shown. */
export interface View {
  readonly series: Recorded
  readonly grid: Grid
  /** From the begin of a bucket to the begin of another. */
  readonly range: Range
  /** The longest that a bucket of the grid can be. */
  readonly bucketMs: number
  readonly fill: Fill
}

export interface Taken {
  readonly candles: readonly Candle[]
  /** Where the rest begins; null when that was all. */
  readonly nextMs: number | null
}

/** The first candles of a view, and where the next page begins. Reads no more than they need. */
export async function take(view: View, limit: number): Promise<Taken> {
  const { grid, range } = view
  const buckets = bucketsOf(view.series, { ...view, wanted: limit + 1 })
  const candles: Candle[] = []
  for await (const candle of shown(view, buckets)) {
    if (candles.length === limit) return { candles, nextMs: candle.openTimeMs }
    candles.push(candle)
    const nextMs = grid.next(candle.openTimeMs)
    if (buckets.read() > PIECES_MAX && nextMs < range.toMs) return { candles, nextMs }
  }
  return { candles, nextMs: null }
}

/** Every candle of a view. @param atMost how many buckets it has */
export async function takeAll(view: View, atMost: number): Promise<readonly Candle[]> {
  const candles: Candle[] = []
  for await (const candle of shown(view, bucketsOf(view.series, { ...view, wanted: atMost }))) candles.push(candle)
  return candles
}

async function* shown(view: View, buckets: Buckets): AsyncGenerator<Candle> {
  const { series, grid, range, fill } = view
  let fromMs = range.fromMs
  let close: number | null = null
  for await (const bucket of buckets) {
    if (fill === 'previous' && fromMs === range.fromMs && fromMs < bucket.beginMs) close = await closeBefore(view)
    if (fill !== 'none') yield* empty(view, { fromMs, toMs: bucket.beginMs }, close)
    const endMs = grid.next(bucket.beginMs)
    yield candle(series, bucket, endMs)
    fromMs = endMs
    close = fill === 'previous' ? (bucket.pieces.at(-1)?.close ?? null) : null
  }
  if (fill === 'previous' && fromMs === range.fromMs) close = await closeBefore(view)
  if (fill !== 'none') yield* empty(view, { fromMs, toMs: range.toMs }, close)
}

/** The same as the files' authors meant: of a coin, 0 is unknown. */
function candle({ asset, asOfMs, grain }: Recorded, bucket: Bucket, endMs: number): Candle {
  const written = candleOf(rollUp(bucket), { endMs, asOfMs, grain })
  if (asset.kind === 'token') return written
  return { ...written, volume: knownOrNull(written.volume), marketCap: knownOrNull(written.marketCap) }
}

/** Buckets whose time is over; what is still running may yet be recorded. */
function* empty({ grid, series }: View, { fromMs, toMs }: Range, close: number | null): Generator<Candle> {
  for (let beginMs = fromMs; beginMs < toMs; ) {
    const endMs = grid.next(beginMs)
    if (endMs > series.asOfMs) return
    yield emptyCandle(beginMs, close)
    beginMs = endMs
  }
}

async function closeBefore({ series, range }: View): Promise<number | null> {
  if (series.firstMs === null) return null
  return (await lastBefore(series, range.fromMs, series.firstMs))?.close ?? null
}
