import { DAY_MS, MINUTE_MS } from '../calendar.ts'
import type { Candle, Grain, Piece } from './candle.ts'
import { sumOfDecimals } from './decimal.ts'
import type { Grid } from './grid.ts'

export const GRAIN_MS: Readonly<Record<Grain, number>> = { '1m': MINUTE_MS, '1d': DAY_MS }

/** The pieces of one bucket, in order; at least one. */
export interface Bucket {
  readonly beginMs: number
  readonly pieces: readonly [Piece, ...Piece[]]
}

/**
 * Sorts pieces that come in order into their buckets. A bucket is handed over when the first piece after it is there.
 * @returns what to do with each next piece (the bucket before it, or null), and the last bucket
 */
export function sorter(grid: Grid): { add(piece: Piece): Bucket | null; rest(): Bucket | null } {
  let beginMs = Number.NaN
  let endMs = Number.NEGATIVE_INFINITY
  let pieces: [Piece, ...Piece[]] | null = null
  const current = () => (pieces === null ? null : { beginMs, pieces })
  return {
    add(piece) {
      if (pieces !== null && piece.openTimeMs < endMs) {
        pieces.push(piece)
        return null
      }
      const done = current()
      beginMs = grid.begin(piece.openTimeMs)
      endMs = grid.next(beginMs)
      pieces = [piece]
      return done
    },
    rest: current,
  }
}

/** One piece that says what all of them say. Rolling up what was rolled up gives the same, to the last digit. */
export function rollUp({ beginMs, pieces }: Bucket): Piece {
  const [first] = pieces
  const last = pieces.at(-1) ?? first
  const volumes = pieces.flatMap(({ volume }) => (volume === null ? [] : [volume]))
  return {
    openTimeMs: beginMs,
    open: first.open,
    high: pieces.reduce((most, { high }) => Math.max(most, high), first.high),
    low: pieces.reduce((least, { low }) => Math.min(least, low), first.low),
    close: last.close,
    volume: volumes.length === 0 ? null : sumOfDecimals(volumes),
    marketCap: last.marketCap,
    records: pieces.reduce((sum, { records }) => sum + records, 0),
    revision: pieces.reduce((sum, { revision }) => sum + revision, 0),
  }
}

/** What of the bucket's time and of ours decides how a candle reads. */
export interface Frame {
  readonly endMs: number
  readonly asOfMs: number
  readonly grain: Grain
}

/** @param piece a whole bucket */
export function candleOf(piece: Piece, { endMs, asOfMs, grain }: Frame): Candle {
  const { records, ...prices } = piece
  return {
    ...prices,
    volume: nearestDouble(piece.volume),
    closed: endMs <= asOfMs,
    coverage: records / ((endMs - piece.openTimeMs) / GRAIN_MS[grain]),
  }
}

/** Null also for a sum that no double can hold. */
function nearestDouble(decimal: string | null): number | null {
  const double = Number(decimal ?? Number.NaN)
  return Number.isFinite(double) ? double : null
}

/** A bucket without records whose time is over. @param close null: nothing is shown but its time */
export function emptyCandle(openTimeMs: number, close: number | null): Candle {
  return {
    openTimeMs,
    open: close,
    high: close,
    low: close,
    close,
    volume: null,
    marketCap: null,
    closed: true,
    coverage: 0,
    revision: 0,
  }
}

/** Imported files write 0 for what they do not know. */
export function knownOrNull(value: number | null): number | null {
  return value === 0 ? null : value
}
