import type { TapStore } from '../../../ports/tap-store.ts'
import type { Asking } from '../db.ts'
import { isInt4 } from '../texts.ts'

const HOUR_MS = 3_600_000

/** Begins of the hours of the first and the last tap. */
const HOURS = `
  select
    least(
      (select hour * ${HOUR_MS}::int8 from tap_h where team_id = $1 order by hour limit 1),
      (select min(minute_ms) from tap_delta, unnest(minutes) as minute_ms where team_id = $1)) as first,
    greatest(
      (select hour * ${HOUR_MS}::int8 from tap_h where team_id = $1 order by hour desc limit 1),
      (select max(minute_ms) from tap_delta, unnest(minutes) as minute_ms where team_id = $1)) as last`

/** Tag by tag, as the index has them. */
const edge = (name: 'min' | 'max') => `
  select ${name}(edge.at_ms) as at_ms
  from tag cross join lateral (
    select ${name}(at_ms) as at_ms from tap
    where tap.team_id = $1 and tap.tag_uid = tag.tag_uid and at_ms >= $2::int8 and at_ms < $2::int8 + ${HOUR_MS}
  ) as edge
  where tag.team_id = $1`
const FIRST = edge('min')
const LAST = edge('max')

/** See TapStore.extent. */
export async function extent(db: Asking, teamId: number): ReturnType<TapStore['extent']> {
  if (!isInt4(teamId)) return null
  const [hours] = await db.query<{ readonly first: number | null; readonly last: number | null }>(HOURS, [teamId])
  if (hours === undefined || hours.first === null || hours.last === null) return null
  const firstMs = await edgeOf(db, FIRST, [teamId, hours.first])
  const lastMs = await edgeOf(db, LAST, [teamId, hours.last])
  return firstMs === null || lastMs === null ? null : { firstMs, lastMs }
}

async function edgeOf(db: Asking, sql: string, params: readonly number[]): Promise<number | null> {
  const [row] = await db.query<{ readonly at_ms: number | null }>(sql, params)
  return row?.at_ms ?? null
}
