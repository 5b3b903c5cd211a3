import { ServiceError } from '../../../domain/errors.ts'
import type { Range } from '../../../domain/prices/candle.ts'
import { readCandleCursor, writeCandleCursor } from '../../../domain/prices/cursor.ts'
import { ceil, type Grid, LONGEST_MS } from '../../../domain/prices/grid.ts'
import { isUtc } from '../../../domain/zoned-days.ts'
import type { CandlePage, CandleRequest } from '../../../ports/prices.ts'
import type { Readable } from './available.ts'
import { type Recorded, recorded, refused } from './recorded.ts'
import { take } from './showing.ts'
import { gridOf, momentOf } from './zones.ts'

/** One page of a walk; see PriceService.candles. */
export async function candlePage(store: Readable, request: CandleRequest, nowMs: number): Promise<CandlePage> {
  const place = placeOf(request, nowMs)
  checkFineness(request)
  const asked = await rangeOf(store, request)
  const series = await recorded(store, request.asset, place.asOfMs)
  const span = await spanOf(store, request, { series, asked })
  if (span === null && place.openTimeMs === null) return { candles: [], nextCursor: null }
  if (span === null) throw notACursor()
  const range = { ...span.range, fromMs: startOf(span, place.openTimeMs) }
  const { interval, fill, limit } = request
  const { candles, nextMs } = await take({ ...span, series, range, bucketMs: LONGEST_MS[interval], fill }, limit)
  const cursorAt = (openTimeMs: number) => writeCandleCursor({ openTimeMs, asOfMs: place.asOfMs }, scopeOf(request))
  return { candles, nextCursor: nextMs === null ? null : cursorAt(nextMs) }
}

/** Where the page begins (null: at the first of all), and the moment that its whole walk shows. */
interface Place {
  readonly openTimeMs: number | null
  readonly asOfMs: number
}

function placeOf(request: CandleRequest, nowMs: number): Place {
  const { asOfMs, cursor } = request
  if (asOfMs !== null && asOfMs > nowMs)
    throw refused('as_of', 'What will be published is not known: not in the future.')
  if (cursor === null) return { openTimeMs: null, asOfMs: asOfMs ?? nowMs }
  const read = readCandleCursor(cursor, scopeOf(request))
  if (read === 'mismatch')
    throw new ServiceError('cursor_mismatch', 'The cursor belongs to candles with other parameters.')
  if (read === null || read.asOfMs > nowMs) throw notACursor()
  return read
}

/** Everything that shapes the pages of a walk. */
function scopeOf({ asset, interval, from, to, zone, fill, asOfMs, limit }: CandleRequest): string {
  return JSON.stringify([asset, interval, from, to, zone, fill, asOfMs, limit])
}

export function checkFineness({ asset, interval, zone }: Pick<CandleRequest, 'asset' | 'interval' | 'zone'>): void {
  if (asset.kind !== 'coin') return
  if (!['1d', '1w', '1M'].includes(interval)) {
    throw refused('interval', 'Coins are recorded by the day: 1d, 1w or 1M.')
  }
  if (!isUtc(zone)) throw refused('tz', 'Coins are recorded by days of UTC, which cannot be cut anew: UTC only.')
}

/** As asked; a null end is open. */
async function rangeOf(store: Readable, { from, to, zone }: CandleRequest): Promise<Asked> {
  const fromMs = from === null ? null : await momentOf(store, from, zone)
  const toMs = to === null ? null : await momentOf(store, to, zone)
  if (fromMs !== null && toMs !== null && fromMs > toMs) throw refused('to', 'Must not be before `from`.')
  return { fromMs, toMs }
}
interface Asked {
  readonly fromMs: number | null
  readonly toMs: number | null
}

interface Span {
  readonly grid: Grid
  /** From the begin of a bucket to the begin of another. */
  readonly range: Range
}

/** The buckets that the walk can show: of those asked for, the ones from the first record up to now. Null: there are none. */
async function spanOf(
  store: Readable,
  { interval, zone }: CandleRequest,
  { series, asked }: { series: Recorded; asked: Asked },
): Promise<Span | null> {
  const { asOfMs, firstMs } = series
  const { fromMs } = asked
  const endMs = Math.min(asked.toMs ?? asOfMs, asOfMs)
  if (firstMs === null || (fromMs ?? 0) > asOfMs || endMs < firstMs - LONGEST_MS[interval]) {
    // A zone that there is not is refused all the same.
    await gridOf(store, interval, zone, { fromMs: asOfMs, toMs: asOfMs })
    return null
  }
  const lowMs = Math.max(fromMs ?? firstMs, firstMs)
  const reach = { fromMs: Math.min(lowMs, endMs), toMs: Math.max(lowMs, endMs) }
  const grid = await gridOf(store, interval, zone, reach)
  const beginMs = grid.begin(lowMs)
  const isBefore = fromMs !== null && beginMs < fromMs
  return { grid, range: { fromMs: isBefore ? grid.next(beginMs) : beginMs, toMs: ceil(grid, endMs) } }
}

function startOf({ grid, range }: Span, openTimeMs: number | null): number {
  if (openTimeMs === null) return range.fromMs
  const isPlace = openTimeMs >= range.fromMs && openTimeMs < range.toMs && grid.begin(openTimeMs) === openTimeMs
  if (!isPlace) throw notACursor()
  return openTimeMs
}

function notACursor(): ServiceError {
  return new ServiceError('invalid_cursor', 'This is not a cursor of these candles.')
}
