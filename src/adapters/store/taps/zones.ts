import { civil, DAY_MS, HOUR_MS } from '../../../domain/calendar.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import type { Opening } from '../opening.ts'
import { boundaries } from '../prices/calendar.ts'
import { edgesOf, type Piece, type Span, spanOf } from './clock-edges.ts'

/** Of all zones together. */
const YEARS_KEPT = 5_000
const ZONES_KEPT = 1_000
/** Clocks of more time are not looked at day by day: the calendar makes what is asked for. */
const LONGEST_MS = 40 * 366 * DAY_MS
/** Within these years there is nothing that the calendar would have to say. */
const [FIRST_MS, END_MS] = [Date.UTC(1000), Date.UTC(9999)]
const HOURS_MAX_MS = 100_000 * HOUR_MS

/**
 * Looked at day by day, and within a day in which clocks are moved by quarters of an hour. Parameters: the zone, from and
 * to in milliseconds.
 */
const OFFSETS = `
  with days as (
    select day_at, next_at, off, lead(off) over (order by day_at) as next_off
    from (select to_timestamp($2::int8 / 1000.0) as from_at, to_timestamp($3::int8 / 1000.0) as to_at) as asked,
      generate_series(from_at, to_at, interval '1 day') as day_at,
      lateral (select day_at + interval '1 day' as next_at, (day_at at time zone $1) - (day_at at time zone 'UTC') as off) as offs
  ), pieces as (
    (select day_at as begin_at, off from days order by day_at limit 1)
    union all
    select begin_at, next_off from days, lateral (
      select min(moment) as begin_at from generate_series(day_at, next_at, interval '15 minutes') as moment
      where (moment at time zone $1) - (moment at time zone 'UTC') = next_off
    ) as begins
    where off <> next_off
  )
  select json_agg(json_build_array(
    (extract(epoch from begin_at) * 1000)::int8, (extract(epoch from off) * 1000)::int8) order by begin_at)::text as json
  from pieces`

/**
 * Begins of intervals as clocks in a zone show them. How far these are off is asked of the database, once for each year of
 * a zone: it does not change while the process lives.
 */
export function zones(use: Opening['use']): TapStore['boundaries'] {
  const known = new Set<string>()
  const years = new Map<string, readonly Piece[]>()
  /** The calendar knows which zones there are, and how far it reaches. */
  const isKnown = async (zone: string, range: Span) => {
    if (known.has(zone) && range.fromMs >= FIRST_MS && range.toMs < END_MS) return true
    if ((await use((db) => boundaries(db, { unit: 'quarter', zone, range }))) === null) return false
    known.add(zone)
    forgetOldest(known, ZONES_KEPT)
    return true
  }
  const piecesOf = async (zone: string, { fromMs, toMs }: Span) => {
    const asked = yearsOf({ fromMs, toMs })
    const missing = asked.filter((year) => !years.has(`${zone} ${year}`))
    const [first, last] = [missing[0], missing.at(-1)]
    const made = new Map(
      first === undefined || last === undefined ? [] : await use((db) => ask(db, zone, [first, last])),
    )
    const all = asked.flatMap((year) => years.get(`${zone} ${year}`) ?? made.get(year) ?? [])
    for (const [year, pieces] of made) years.set(`${zone} ${year}`, pieces)
    forgetOldest(years, YEARS_KEPT)
    return within(all, fromMs, toMs)
  }
  return async (unit, zone, range) => {
    const lengthMs = range.toMs - range.fromMs
    if (unit === 'hour' && lengthMs > HOURS_MAX_MS) throw new RangeError('The range holds too many hours.')
    if (unit !== 'hour' && lengthMs > LONGEST_MS) return use((db) => boundaries(db, { unit, zone, range }))
    if (!(await isKnown(zone, range))) return null
    return edgesOf(unit, range, await piecesOf(zone, spanOf(unit, range)))
  }
}

function yearsOf({ fromMs, toMs }: Span): readonly number[] {
  const first = civil(fromMs).year
  return Array.from({ length: civil(toMs).year - first + 1 }, (_, i) => first + i)
}

/** @returns the pieces of each year from the first to the last, from its begin on */
async function ask(
  db: Asking,
  zone: string,
  [first, last]: readonly [number, number],
): Promise<readonly (readonly [year: number, pieces: readonly Piece[]])[]> {
  const pieces = await jsonOf<Piece[]>(db, OFFSETS, [zone, beginOf(first), beginOf(last + 1)])
  return yearsOf({ fromMs: beginOf(first), toMs: beginOf(last) }).map((year) => [
    year,
    within(pieces, beginOf(year), beginOf(year + 1)),
  ])
}

/** Those of a time, the first of them cut where it begins, and none that changes nothing. */
function within(pieces: readonly Piece[], fromMs: number, toMs: number): readonly Piece[] {
  const first = pieces.findLast(([beginMs]) => beginMs <= fromMs)
  const later = pieces.filter(([beginMs]) => beginMs > fromMs && beginMs < toMs)
  const all: readonly Piece[] = first === undefined ? later : [[fromMs, first[1]], ...later]
  return all.filter(([, offsetMs], i) => offsetMs !== all[i - 1]?.[1])
}

function beginOf(year: number): number {
  const begin = new Date(0)
  // Date.UTC takes years before 100 for those of the last century.
  begin.setUTCFullYear(year, 0, 1)
  return begin.getTime()
}

function forgetOldest(
  kept: { readonly size: number; keys(): Iterator<string>; delete(key: string): boolean },
  max: number,
) {
  while (kept.size > max) kept.delete(kept.keys().next().value ?? '')
}
