import type { Range } from '../../../domain/prices/candle.ts'
import { type Asking, jsonOf, Refused } from '../db.ts'

export type Unit = 'day' | 'week' | 'month' | 'quarter'

const UNIT_MS = {
  day: 86_400_000,
  week: 604_800_000,
  month: 2_678_400_000,
  quarter: 7_948_800_000,
} as const
/** From one begin to the next, as the clocks on the wall show it. */
const STEPS = { day: '1 day', week: '1 week', month: '1 month', quarter: '3 months' } as const
/** More would be a table of years in minutes: no page needs it. */
const BOUNDARIES_MAX = 100_000
/** The years 1 to 9999: what engines and clients can all write. */
const FIRST_MS = Date.parse('0001-01-01T00:00Z')
const END_MS = Date.parse('9999-12-01T00:00Z')
/** SQLSTATE of a zone that the engine does not know. */
const UNKNOWN_ZONE = '22023'

/**
 * A day whose midnight a clock shows twice begins with the first. Of one that has no midnight the moment after the gap
 * is the beginning, and a day that a zone never had is none. Parameters: the zone, from and to in milliseconds, the unit
 * and its step.
 */
const DAYS = `
  with asked as (select to_timestamp($2::int8 / 1000.0) as from_at, to_timestamp($3::int8 / 1000.0) as to_at)
  select json_agg((extract(epoch from begin_at) * 1000)::int8 order by begin_at)::text as json from (
    select distinct case when earlier at time zone $1 = local then earlier else later end as begin_at
    from asked, generate_series(
      date_trunc($4, from_at at time zone $1) - $5::interval,
      date_trunc($4, to_at at time zone $1) + $5::interval,
      $5::interval) as local,
    lateral (select local at time zone $1 as later, local at time zone $1 - interval '1 hour' as earlier) as moments
  ) as begins`

export interface CalendarQuestion {
  readonly unit: Unit
  /** IANA name */
  readonly zone: string
  readonly range: Range
}

/** See PriceStore.boundaries. @throws RangeError for more than a hundred thousand, and for times beyond the year 9999 */
export async function boundaries(
  db: Asking,
  { unit, zone, range: { fromMs, toMs } }: CalendarQuestion,
): Promise<readonly number[] | null> {
  if (!(fromMs >= FIRST_MS && toMs <= END_MS)) throw new RangeError('The range is not within the years 1 to 9999.')
  if ((toMs - fromMs) / UNIT_MS[unit] > BOUNDARIES_MAX) throw new RangeError('The range holds too many boundaries.')
  if (!isNamed(zone)) return null
  try {
    const all = await jsonOf<number[]>(db, DAYS, [zone, fromMs, toMs, unit, STEPS[unit]])
    const first = all.findLastIndex((ms) => ms <= fromMs)
    const last = all.findIndex((ms) => ms >= toMs)
    return all.slice(first, last + 1)
  } catch (error) {
    if (error instanceof Refused && error.state === UNKNOWN_ZONE) return null
    throw error
  }
}

/** PostgreSQL also takes `UTC+3` for a zone, and means three hours west of Greenwich. JavaScript knows names only. */
function isNamed(zone: string): boolean {
  if (!/^[A-Za-z]/.test(zone)) return false
  try {
    new Intl.DateTimeFormat('en', { timeZone: zone })
    return true
  } catch {
    return false
  }
}
