import type { TapStore } from '../../../ports/tap-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import { boundaries } from '../prices/calendar.ts'

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS
const HOURS_MAX = 100_000

/**
 * From when on clocks in a zone are how far off. Looked at day by day, and within a day in which they are moved by quarters of
 * an hour. Parameters: the zone, from and to in milliseconds.
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

type Piece = readonly [beginMs: number, offsetMs: number]

/**
 * Begins of hours as a clock in a zone shows them: what it shows twice is there twice, an hour or a half, and what is left of
 * an hour in which it was set forward begins with that moment. See TapStore.boundaries.
 */
export async function hours(
  db: Asking,
  zone: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): ReturnType<TapStore['boundaries']> {
  // From a whole day on, so that quarters of an hour are those of the clock.
  const asked = { fromMs: Math.floor(fromMs / DAY_MS - 1) * DAY_MS, toMs: toMs + 2 * DAY_MS }
  if (toMs - fromMs > HOURS_MAX * HOUR_MS) throw new RangeError('The range holds too many hours.')
  // The calendar knows which zones there are, and how far it reaches.
  if ((await boundaries(db, { unit: 'quarter', zone, range: { fromMs, toMs } })) === null) return null
  const pieces = await jsonOf<Piece[]>(db, OFFSETS, [zone, asked.fromMs, asked.toMs])
  const all = pieces.flatMap((piece, i) => hoursOf(piece, pieces[i + 1]?.[0] ?? asked.toMs))
  return all.slice(
    all.findLastIndex((ms) => ms <= fromMs),
    all.findIndex((ms) => ms >= toMs) + 1,
  )
}

/** The begin of the time in which clocks are so far off, and every whole hour until its end. */
function hoursOf([beginMs, offsetMs]: Piece, endMs: number): readonly number[] {
  const firstMs = Math.floor((beginMs + offsetMs) / HOUR_MS + 1) * HOUR_MS - offsetMs
  const count = Math.max(0, Math.ceil((endMs - firstMs) / HOUR_MS))
  return [beginMs, ...Array.from({ length: count }, (_, i) => firstMs + i * HOUR_MS)]
}
