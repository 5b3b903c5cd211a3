import type { Asking, Param } from '../db.ts'
import { timeOf } from '../prices/checks.ts'
import { isInt4 } from '../texts.ts'
import { type Cuts, cutsOf, type Found, tallied } from './tallies.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/** Parameters: the team, first and last day, cut days, cut hours, first and last minute. One statement sees one moment. */
const FOUND = `
  (select string_agg(
      day || ':' || case when day = any (array(select json_array_elements_text($4::json)::int4))
        then array_to_string(h, ',') else total::text end, ';')
    from tap_d where team_id = $1 and day between $2 and $3) as days,
  (select string_agg(hour || ':' || array_to_string(m, ','), ';')
    from tap_h where team_id = $1 and hour = any (array(select json_array_elements_text($5::json)::int4))) as hours,
  (select string_agg(minute || ':' || count, ';') from (
      select minute_ms / ${MINUTE_MS} as minute, sum(count) as count from tap_delta
      where team_id = $1 and minute_ms between $6::int8 and $7::int8 group by 1
    ) as minutes) as tail`

/**
 * And cut minutes, which only the taps themselves know more of; tag by tag, as the index has them. Where each begins is a
 * parameter of its own: so the planner sees that its taps are all in one partition. $8: the boundaries that cut.
 */
const edges = (minutes: number) => `
  (select string_agg(begin_ms || ':' || count, ';') from (
      select begin_ms, sum(count) as count
      from (select array(select json_array_elements_text($8::json)::int8) as cuts) as given, tag, lateral (
        ${Array.from({ length: minutes }, (_, at) => partOf(`$${at + 9}::int8`)).join(' union all ')}
      ) as parts
      where tag.team_id = $1
      group by begin_ms
    ) as sums) as edges`

/** A part begins with its minute or with the last boundary that is not later. */
const partOf = (minute: string) => `(
        select greatest(${minute}, cuts[width_bucket(at_ms, cuts)]) as begin_ms, count from tap
        where tap.team_id = $1 and tap.tag_uid = tag.tag_uid and at_ms >= ${minute} and at_ms < ${minute} + ${MINUTE_MS}
        offset 0)`

/** So many cut minutes in one question; clocks on a wall whose offset is no whole minute were put away by 1972. */
const EDGES_MAX = 100

/** See TapStore.counts. */
export async function counts(db: Asking, teamId: number, given: readonly number[]): Promise<readonly number[]> {
  const bounds = given.map(timeOf)
  if (!isInt4(teamId)) return tallied(bounds, NOTHING)
  const cuts = cutsOf(bounds)
  if (cuts.minutes.length <= EDGES_MAX) return countsOf(db, { teamId, bounds, cuts })
  const middle = bounds.length >>> 1
  const halves = [bounds.slice(0, middle + 1), bounds.slice(middle)]
  const parts = await Promise.all(halves.map((half) => counts(db, teamId, half)))
  return parts.flat()
}

interface Question {
  readonly teamId: number
  readonly bounds: readonly number[]
  readonly cuts: Cuts
}

async function countsOf(db: Asking, { teamId, bounds, cuts }: Question): Promise<readonly number[]> {
  const { days, hours, minutes } = cuts
  const [first = 0, last = 0] = [bounds[0], bounds.at(-1)]
  const range = [dayOf(first), dayOf(last), JSON.stringify(days.filter(isDay)), JSON.stringify(hours.filter(isHour))]
  const params: Param[] = [teamId, ...range, Math.floor(first / MINUTE_MS) * MINUTE_MS, last]
  if (minutes.length > 0) {
    const within = bounds.filter((ms) => ms % MINUTE_MS !== 0)
    params.push(JSON.stringify(within), ...minutes.map((minute) => minute * MINUTE_MS))
  }
  const more = minutes.length > 0 ? edges(minutes.length) : 'null as edges'
  const [found = NOTHING] = await db.query<Found>(`select ${FOUND}, ${more}`, params)
  return tallied(bounds, found, cuts)
}

const NOTHING: Found = { days: null, hours: null, tail: null, edges: null }

/** What the column of days holds is more than there can be. */
const DAY_MAX = 100_000_000
const isDay = (day: number) => Math.abs(day) <= DAY_MAX
const isHour = (hour: number) => Math.abs(hour) <= 2_000_000_000

function dayOf(ms: number): number {
  return Math.max(-DAY_MAX, Math.min(DAY_MAX, Math.floor(ms / DAY_MS)))
}
