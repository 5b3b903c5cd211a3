import type { RecentChange } from '../../../ports/tap-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import { isInt4 } from '../texts.ts'

/** Counts are only ever added to, so whoever sees the same sum of all sees the same counts. */
const VERSION = `
  select epoch::text || '-' || (
    coalesce((select total from tap_total where team_id = $1), 0)
    + coalesce((select sum(total) from tap_delta where team_id = $1), 0))::text as version
  from tap_epoch`

const RECENT = `
  select json_agg(json_build_array(id || '.' || number, tag::text, minute_ms))::text as json
  from tap_delta, unnest(tags, minutes) with ordinality as cells (tag, minute_ms, number) where team_id = $1`

/** See TapStore.version. */
export async function version(db: Asking, teamId: number): Promise<string> {
  if (!isInt4(teamId)) return ''
  const [row] = await db.query<{ readonly version: string }>(VERSION, [teamId])
  return row?.version ?? ''
}

/** See TapStore.recent. */
export async function recent(db: Asking, teamId: number): Promise<readonly RecentChange[]> {
  if (!isInt4(teamId)) return []
  const rows = await jsonOf<[string, string, number][]>(db, RECENT, [teamId])
  return rows.map(([id, tag, minuteMs]) => ({ id, tag, minuteMs }))
}
