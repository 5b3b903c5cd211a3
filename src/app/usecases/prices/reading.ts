import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../domain/calendar.ts'
import type { Grain, Piece, Range } from '../../../domain/prices/candle.ts'
import type { Grid } from '../../../domain/prices/grid.ts'
import { type Bucket, GRAIN_MS, sorter } from '../../../domain/prices/rollup.ts'
import type { Asset, PriceStore } from '../../../ports/price-store.ts'

/** The records of one asset as they were published at one moment. */
export interface Series {
  readonly store: Pick<PriceStore, 'pieces'>
  readonly asset: Asset
  readonly grain: Grain
  readonly asOfMs: number
}

type Size = '1m' | '1h' | '1d'
const SIZE_MS: Readonly<Record<Size, number>> = { '1m': MINUTE_MS, '1h': HOUR_MS, '1d': DAY_MS }
/** One question to the store. */
const CHUNK_MAX = 10_000

/** What to read: buckets of the grid, from the begin of one to the begin of another. */
export interface Span {
  readonly grid: Grid
  readonly range: Range
  /** The longest that a bucket of the grid can be. */
  readonly bucketMs: number
  /** How many buckets are wanted: no more than they need is read at once. */
  readonly wanted: number
}

/** Buckets that have records, in order, read while they are taken. */
export interface Buckets extends AsyncIterable<Bucket> {
  /** Pieces read so far. */
  readonly read: () => number
}

export function bucketsOf(series: Series, span: Span): Buckets {
  let read = 0
  const counted = async (size: Size, range: Range, limit: number) => {
    const pieces = await series.store.pieces(series.asset, size, range, series.asOfMs, limit)
    read += pieces.length
    return pieces
  }
  return {
    read: () => read,
    async *[Symbol.asyncIterator]() {
      const sorting = sorter(span.grid)
      for await (const pieces of inOrder(counted, series.grain, span)) {
        for (const piece of pieces) {
          const bucket = sorting.add(piece)
          if (bucket !== null) yield bucket
        }
      }
      const last = sorting.rest()
      if (last !== null) yield last
    },
  }
}

type Read = (size: Size, range: Range, limit: number) => Promise<readonly Piece[]>

async function* inOrder(read: Read, grain: Grain, span: Span): AsyncGenerator<readonly Piece[]> {
  const size = sizeFor(grain, span)
  if (size !== '1h') yield* chunks(read, size, span)
  else for await (const hours of chunks(read, size, span)) yield await fitted(read, hours, span)
}

/** Days of a coin; of a token hours, unless every bucket would cut one: 1h in a zone that is half an hour off. */
function sizeFor(grain: Grain, { grid, range, bucketMs }: Span): Size {
  if (grain === '1d') return '1d'
  const isWholeHours = bucketMs > HOUR_MS || (bucketMs === HOUR_MS && grid.begin(range.fromMs) % HOUR_MS === 0)
  return isWholeHours ? '1h' : '1m'
}

async function* chunks(read: Read, size: Size, { range, bucketMs, wanted }: Span): AsyncGenerator<readonly Piece[]> {
  const sizeMs = SIZE_MS[size]
  const limit = Math.min(CHUNK_MAX, wanted * Math.ceil(bucketMs / sizeMs) + 1)
  let fromMs = Math.floor(range.fromMs / sizeMs) * sizeMs
  while (fromMs < range.toMs) {
    const pieces = await read(size, { fromMs, toMs: range.toMs }, limit)
    yield pieces
    if (pieces.length < limit) return
    fromMs = (pieces.at(-1)?.openTimeMs ?? range.toMs) + sizeMs
  }
}

/** The same with minutes in place of each hour that does not lie in one bucket. */
async function fitted(read: Read, hours: readonly Piece[], { grid, range }: Span): Promise<readonly Piece[]> {
  const pieces: Piece[] = []
  for (const hour of hours) {
    const fromMs = Math.max(hour.openTimeMs, range.fromMs)
    const toMs = Math.min(hour.openTimeMs + HOUR_MS, range.toMs)
    const isWhole = toMs - fromMs === HOUR_MS && grid.next(grid.begin(fromMs)) >= toMs
    if (isWhole) pieces.push(hour)
    else if (fromMs < toMs) pieces.push(...(await read('1m', { fromMs, toMs }, CHUNK_MAX)))
  }
  return pieces
}

/** The newest record that opened before a moment, found by halving; null when there is none from `firstMs` on. */
export async function lastBefore(series: Series, beforeMs: number, firstMs: number): Promise<Piece | null> {
  const sizeMs = GRAIN_MS[series.grain]
  const firstIn = async (fromMs: number, toMs: number) =>
    (await series.store.pieces(series.asset, series.grain, { fromMs, toMs }, series.asOfMs, 1))[0] ?? null
  let highMs = Math.ceil(beforeMs / sizeMs) * sizeMs
  let found: Piece | null = null
  for (let spanMs = sizeMs; found === null && highMs > firstMs; spanMs *= 2) {
    const lowMs = Math.max(firstMs, highMs - spanMs)
    found = await firstIn(lowMs, highMs)
    if (found === null) highMs = lowMs
  }
  while (found !== null && highMs - found.openTimeMs > sizeMs) {
    const middleMs = found.openTimeMs + Math.ceil((highMs - found.openTimeMs) / sizeMs / 2) * sizeMs
    const later: Piece | null = await firstIn(middleMs, highMs)
    if (later === null) highMs = middleMs
    else found = later
  }
  return found
}
