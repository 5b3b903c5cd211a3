import type { Asking, Param } from '../db.ts'
import { timeOf } from '../prices/checks.ts'
import { isInt4 } from '../texts.ts'
import { edgesOf, type Found, type Places, placesOf, tallied } from './tallies.ts'

const DAY_MS = 86_400_000
const MINUTE_MS = 60_000

/**
 * So many quarters of a day are asked for at once, some of them twice if need be: a statement for every number of them would
 * have to be planned by the engine again and again. More than the last there are not.
 */
const QUARTERS = [0, 2, 4, 8, 26, 50, 95] as const
/** So many cut minutes in one question; clocks on a wall whose offset is no whole minute were put away by 1972. */
const EDGES_MAX = 100

/**
 * One statement sees one moment. Parameters: the team, first and last day, hours of which the minutes are needed, first and
 * last minute, then the quarters, then begin and end of each part of a minute.
 */
function statementOf({ quarters, edges }: Places): string {
  const cells = quarters.map((_, i) => `, q[$${FIXED + i + 1}::int4]`).join('')
  const parts = edges.map((_, i) => partOf(FIXED + quarters.length + 2 * i + 1)).join(', ')
  return `select
    (select string_agg(concat_ws(',', day, total${cells}), ',') from (
        select * from tap_d where team_id = $1 and day between $2 and $3 order by day
      ) as days) as days,
    (select string_agg(concat_ws(',', hour, array_to_string(m, ',')), ',')
      from tap_h where team_id = $1 and hour = any (array(select json_array_elements_text($4::json)::int4))) as hours,
    (select string_agg(concat_ws(',', minute_ms, count), ',') from (
        select minute_ms, sum(count) as count from tap_delta, unnest(minutes, counts) as cells (minute_ms, count)
        where team_id = $1 and minute_ms between $5::int8 and $6::int8 group by 1
      ) as minutes) as tail,
    ${edges.length === 0 ? 'null' : `concat_ws(',', ${parts})`} as edges`
}
const FIXED = 6

/**
 * What only the taps themselves tell, tag by tag, as the index has them. Where it begins and ends are parameters of their
 * own: so the planner sees that its taps are all in one partition.
 */
const partOf = (param: number) => `(
      select coalesce(sum(count), 0) from tap
      where team_id = $1 and tag_uid = any (array(select tag_uid from tag where team_id = $1))
        and at_ms >= $${param}::int8 and at_ms < $${param + 1}::int8)`

/** See TapStore.counts. */
export async function counts(db: Asking, teamId: number, given: readonly number[]): Promise<readonly number[]> {
  const bounds = given.map(timeOf)
  if (!isInt4(teamId)) return bounds.slice(1).map(() => 0)
  if (edgesOf(bounds).length <= EDGES_MAX) return countsOf(db, teamId, bounds)
  const middle = bounds.length >>> 1
  const halves = [bounds.slice(0, middle + 1), bounds.slice(middle)]
  const parts = await Promise.all(halves.map((half) => counts(db, teamId, half)))
  return parts.flat()
}

async function countsOf(db: Asking, teamId: number, bounds: readonly number[]): Promise<readonly number[]> {
  const found = placesOf(bounds)
  const places = { ...found, quarters: padded(found.quarters) }
  const [first = 0, last = 0] = [bounds[0], bounds.at(-1)]
  const params: Param[] = [
    ...[teamId, dayOf(first), dayOf(last), JSON.stringify(places.hours.filter(isHour)), minuteOf(first), last],
    ...places.quarters,
    ...places.edges.flatMap((ms) => [minuteOf(ms), ms]),
  ]
  const [row = NOTHING] = await db.query<Found>(statementOf(places), params)
  return tallied(bounds, row, places)
}

function padded(quarters: readonly number[]): readonly number[] {
  const size = QUARTERS.find((size) => size >= quarters.length) ?? quarters.length
  return [...quarters, ...Array.from({ length: size - quarters.length }, () => quarters[0] ?? 1)]
}

const NOTHING: Found = { days: null, hours: null, tail: null, edges: null }

/** What the columns hold is more than there can be. */
const DAY_MAX = 80_000_000
const isHour = (hour: number) => Math.abs(hour) <= 24 * DAY_MAX

function dayOf(ms: number): number {
  return Math.max(-DAY_MAX, Math.min(DAY_MAX, Math.floor(ms / DAY_MS)))
}

function minuteOf(ms: number): number {
  return Math.floor(ms / MINUTE_MS) * MINUTE_MS
}
