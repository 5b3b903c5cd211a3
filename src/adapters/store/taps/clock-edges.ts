import { DAY_MS, HOUR_MS } from '../../../domain/calendar.ts'
import { utcGridOf } from '../../../domain/taps/bucketing.ts'

/** From when on clocks in a zone are how far off from UTC, both in milliseconds. */
export type Piece = readonly [beginMs: number, offsetMs: number]
export type Unit = 'hour' | 'day' | 'week' | 'month' | 'quarter'
export interface Span {
  readonly fromMs: number
  readonly toMs: number
}

/** Clocks are less than a day off from UTC, and have been moved by a day at most. */
const FAR_MS = 2 * DAY_MS

/** For which time it must be known how far clocks are off. */
export function spanOf(unit: Unit, span: Span): Span {
  if (unit === 'hour') return { fromMs: span.fromMs - FAR_MS, toMs: span.toMs + FAR_MS }
  const shown = shownOf(unit, span)
  return { fromMs: (shown[0] ?? 0) - FAR_MS, toMs: (shown.at(-1) ?? 0) + FAR_MS }
}

/**
 * See TapStore.boundaries.
 * @param pieces of all of `spanOf`, ascending; each differs from the one before
 */
export function edgesOf(unit: Unit, span: Span, pieces: readonly Piece[]): readonly number[] {
  const endMs = spanOf(unit, span).toMs
  const all = unit === 'hour' ? hoursOf(pieces, endMs) : daysOf(shownOf(unit, span), pieces)
  return all.slice(
    all.findLastIndex((ms) => ms <= span.fromMs),
    all.findIndex((ms) => ms >= span.toMs) + 1,
  )
}

/**
 * What a clock shows twice is there twice, an hour or a half, and what is left of an hour in which it was set forward begins
 * with that moment.
 */
function hoursOf(pieces: readonly Piece[], spanEndMs: number): readonly number[] {
  const hours: number[] = []
  pieces.forEach(([beginMs, offsetMs], i) => {
    const endMs = pieces[i + 1]?.[0] ?? spanEndMs
    hours.push(beginMs)
    const firstMs = Math.floor((beginMs + offsetMs) / HOUR_MS + 1) * HOUR_MS - offsetMs
    for (let ms = firstMs; ms < endMs; ms += HOUR_MS) hours.push(ms)
  })
  return hours
}

/** What clocks show where days, weeks, months or quarters begin, as if it were UTC; enough of them on both sides. */
function shownOf(unit: Exclude<Unit, 'hour'>, { fromMs, toMs }: Span): readonly number[] {
  return utcGridOf(unit, { fromMs: fromMs - FAR_MS, toMs: toMs + FAR_MS }).edges
}

/** The first moments at which clocks show so much, or more. A day that a zone never had is none. */
function daysOf(shown: readonly number[], pieces: readonly Piece[]): readonly number[] {
  const begins: number[] = []
  let at = 0
  for (const shownMs of shown) {
    while (at + 1 < pieces.length && shownMs - offsetAt(pieces, at) >= beginAt(pieces, at + 1)) at += 1
    const ms = Math.max(beginAt(pieces, at), shownMs - offsetAt(pieces, at))
    if (ms !== begins.at(-1)) begins.push(ms)
  }
  return begins
}

const beginAt = (pieces: readonly Piece[], at: number) => pieces[at]?.[0] ?? 0
const offsetAt = (pieces: readonly Piece[], at: number) => pieces[at]?.[1] ?? 0
