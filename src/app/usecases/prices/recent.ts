import type { Candle, Range } from '../../../domain/prices/candle.ts'
import { ceil, LONGEST_MS, utcGrid } from '../../../domain/prices/grid.ts'
import type { RecentCandles, RecentRequest } from '../../../ports/prices.ts'
import type { Readable } from './available.ts'
import { checkFineness } from './candles.ts'
import { lastBefore } from './reading.ts'
import { type Recorded, recorded, refused } from './recorded.ts'
import { takeAll } from './showing.ts'

/** Gaps that one question is led across; whoever wants more asks again from there. */
const GAPS_MAX = 10

/** See PriceService.recent. */
export async function recentCandles(store: Readable, request: RecentRequest, nowMs: number): Promise<RecentCandles> {
  checkFineness({ ...request, zone: 'UTC' })
  if (request.fromMs !== null && request.fromMs > request.toMs) throw refused('to', 'Must not be before `from`.')
  const series = await recorded(store, request.asset, nowMs)
  if (series.firstMs === null) return { candles: [], earlierMs: null }
  const range = rangeOf(request, series.firstMs, nowMs)
  const candles = await backwards({ series, firstMs: series.firstMs }, request, range)
  const before =
    candles.length > 0 ? null : await lastBefore(series, Math.min(range.fromMs, range.toMs), series.firstMs)
  return { candles, earlierMs: before === null ? null : utcGrid(request.interval).begin(before.openTimeMs) }
}

function rangeOf({ interval, fromMs, toMs }: RecentRequest, firstMs: number, nowMs: number): Range {
  const grid = utcGrid(interval)
  const firstBeginMs = grid.begin(firstMs)
  return {
    fromMs: fromMs === null || fromMs < firstBeginMs ? firstBeginMs : ceil(grid, fromMs),
    toMs: toMs > nowMs ? grid.next(grid.begin(nowMs)) : ceil(grid, toMs),
  }
}

/** As many buckets back as candles are missing; where there is a gap, from its other side again. */
async function backwards(
  { series, firstMs }: { series: Recorded; firstMs: number },
  { interval, count }: RecentRequest,
  range: Range,
): Promise<readonly Candle[]> {
  const grid = utcGrid(interval)
  let candles: readonly Candle[] = []
  let endMs = range.toMs
  for (let gaps = 0; gaps <= GAPS_MAX && candles.length < count && endMs > range.fromMs; gaps += 1) {
    const missing = count - candles.length
    const fromMs = Math.max(range.fromMs, grid.shift(endMs, -missing))
    const view = { series, grid, range: { fromMs, toMs: endMs }, bucketMs: LONGEST_MS[interval], fill: 'none' } as const
    candles = [...(await takeAll(view, missing)), ...candles]
    const earlier = candles.length < count ? await lastBefore(series, fromMs, firstMs) : null
    endMs = earlier === null ? range.fromMs : grid.next(grid.begin(earlier.openTimeMs))
  }
  return candles
}
