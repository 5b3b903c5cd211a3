import type { Asking, Param } from '../db.ts'
import { timeOf } from '../prices/checks.ts'
import { isInt4 } from '../texts.ts'
import { cutsOf, type Found, tallied } from './tallies.ts'

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

/** And cut minutes, which only the taps themselves know more of; tag by tag, as the index has them. */
const EDGES = `
  (select string_agg(number || ':' || count, ';') from (
      select number, sum(part.count) as count
      from (select json_array_elements_text($8::json)::int8 * ${MINUTE_MS} as begin_ms) as cut
      cross join tag
      cross join lateral (
        select width_bucket(at_ms, array(select json_array_elements_text($9::json)::int8)) as number, sum(count) as count
        from tap
        where tap.team_id = $1 and tap.tag_uid = tag.tag_uid and at_ms >= begin_ms and at_ms < begin_ms + ${MINUTE_MS}
        group by 1
      ) as part
      where tag.team_id = $1
      group by number
    ) as parts) as edges`

/** See TapStore.counts. */
export async function counts(db: Asking, teamId: number, given: readonly number[]): Promise<readonly number[]> {
  const bounds = given.map(timeOf)
  const [first = 0, last = 0] = [bounds[0], bounds.at(-1)]
  if (!isInt4(teamId)) return tallied(bounds, NOTHING)
  const { days, hours, minutes } = cutsOf(bounds)
  const range = [dayOf(first), dayOf(last), JSON.stringify(days.filter(isDay)), JSON.stringify(hours.filter(isHour))]
  const params: Param[] = [teamId, ...range, Math.floor(first / MINUTE_MS) * MINUTE_MS, last]
  if (minutes.length > 0) params.push(JSON.stringify(minutes), JSON.stringify(bounds))
  const sql = minutes.length > 0 ? `select ${FOUND}, ${EDGES}` : `select ${FOUND}, null as edges`
  const [found = NOTHING] = await db.query<Found>(sql, params)
  return tallied(bounds, found)
}

const NOTHING: Found = { days: null, hours: null, tail: null, edges: null }

/** What the column of days holds is more than there can be. */
const DAY_MAX = 100_000_000
const isDay = (day: number) => Math.abs(day) <= DAY_MAX
const isHour = (hour: number) => Math.abs(hour) <= 2_000_000_000

function dayOf(ms: number): number {
  return Math.max(-DAY_MAX, Math.min(DAY_MAX, Math.floor(ms / DAY_MS)))
}
