import { type Asking, jsonOf } from '../db.ts'
import { timeOf } from '../prices/checks.ts'
import { isInt4 } from '../texts.ts'
import { isUid } from './tags.ts'

/** From the taps themselves, read in the order of the index. Parameters: the team, boundaries, the first, the last, tags. */
const counted = (which: string) => `
  select json_agg(json_build_array(uid, number, count))::text as json
  from (
    select tag_uid::text as uid, width_bucket(at_ms, array(select json_array_elements_text($2::json)::int8)) as number,
      sum(count) as count
    from tap
    where team_id = $1 and at_ms >= $3::int8 and at_ms < $4::int8 and ${which}
    group by tag_uid, number
  ) as counts`
const ALL = counted('true')
const SOME = counted('tag_uid = any (array(select json_array_elements_text($5::json)::int8))')

export interface ByTagQuestion {
  readonly teamId: number
  readonly tags: readonly string[] | null
  readonly bounds: readonly number[]
}

/** See TapStore.countsByTag. */
export async function countsByTag(
  db: Asking,
  { teamId, tags, bounds: given }: ByTagQuestion,
): Promise<ReadonlyMap<string, readonly number[]>> {
  if (!isInt4(teamId)) return new Map()
  const bounds = given.map(timeOf)
  const range = [teamId, JSON.stringify(bounds), bounds[0] ?? 0, bounds.at(-1) ?? 0]
  const rows =
    tags === null
      ? await jsonOf<Row[]>(db, ALL, range)
      : await jsonOf<Row[]>(db, SOME, [...range, JSON.stringify(tags.filter(isUid))])
  const counts = new Map<string, number[]>()
  for (const [uid, number, count] of rows) {
    const row = counts.get(uid) ?? Array.from({ length: bounds.length - 1 }, () => 0)
    row[number - 1] = count
    counts.set(uid, row)
  }
  return counts
}

type Row = [uid: string, number: number, count: number]
