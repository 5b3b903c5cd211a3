import type { Db } from '../../src/adapters/store/db.ts'
import type { TapCounts } from '../../src/ports/taps.ts'
import type { Asked } from './tap-queries-questions.ts'

const LONG_MS = 600_000

/**
 * The bucket of a moment, as plain SQL has it. Days and longer by the clock on the wall. Hours and minutes with their zone:
 * so an hour that a clock shows twice is two, and the half that a clock on Lord Howe Island repeats is one of its own.
 */
function bucketOf({ interval }: Asked, moment: string): string {
  const isLong = interval !== 'hour' && interval !== 'minute'
  return isLong
    ? `date_trunc($1, ${moment} at time zone $2)::text`
    : `extract(epoch from date_trunc($1, ${moment}, $2))::text`
}

/** A moment as the client wrote it; a date is its midnight in the zone, and as an end the one after it. */
function momentOf(text: string, param: string, days: number): string {
  return text.length === 10
    ? `((${param}::text::date + ${days})::timestamp at time zone $2)`
    : `${param}::text::timestamptz`
}

/** What the rows of taps say to a question. */
export interface Truth {
  readonly fromMs: number
  readonly toMs: number
  /** By tag and the name of its bucket. */
  readonly counts: ReadonlyMap<string, number>
}

export async function truthOf(db: Db['transaction'], asked: Asked): Promise<Truth> {
  const sql = `
    with asked as materialized (
      select (extract(epoch from ${momentOf(asked.from, '$3', 0)}) * 1000)::int8 as from_ms,
        (extract(epoch from ${momentOf(asked.to, '$4', 1)}) * 1000)::int8 as to_ms
    ), counted as (
      select tag_uid, ${bucketOf(asked, 'to_timestamp(at_ms / 1000.0)')} as bucket, sum(count)::int8 as count
      from tap, asked
      where team_id = $5 and at_ms >= from_ms and at_ms < to_ms and ($6::text is null or tag_uid::text = $6)
      group by 1, 2
    )
    select json_build_object('fromMs', from_ms, 'toMs', to_ms,
      'rows', (select coalesce(json_agg(json_build_array(tag_uid::text, bucket, count)), '[]'::json) from counted))::text as json
    from asked`
  const { fromMs, toMs, rows } = await jsonOf<TruthRow>(db, sql, [
    ...[asked.interval, asked.zone, asked.from, asked.to],
    ...[asked.team, asked.tag],
  ])
  return { fromMs, toMs, counts: new Map(rows.map(([tag, bucket, count]) => [`${tag} ${bucket}`, count])) }
}

interface TruthRow {
  readonly fromMs: number
  readonly toMs: number
  readonly rows: readonly (readonly [tag: string, bucket: string, count: number])[]
}

/** Names of the buckets of the moments right before, at the begin of, and at the end of each bucket of an answer. */
export type Names = readonly (readonly [before: string, first: string, last: string])[]

export async function namesOf(db: Db['transaction'], asked: Asked, { buckets }: TapCounts): Promise<Names> {
  const at = (moment: string) => bucketOf(asked, `to_timestamp((${moment}) / 1000.0)`)
  const sql = `
    select coalesce(json_agg(json_build_array(${at('start_ms - 1')}, ${at('start_ms')}, ${at('end_ms - 1')}) order by at), '[]'::json)::text as json
    from (
      select at, (pair->>0)::int8 as start_ms, (pair->>1)::int8 as end_ms
      from json_array_elements($3::json) with ordinality as pairs (pair, at)
    ) as given`
  const pairs = JSON.stringify(buckets.map(({ startMs, endMs }) => [startMs, endMs]))
  return jsonOf<Names>(db, sql, [asked.interval, asked.zone, pairs])
}

async function jsonOf<T>(db: Db['transaction'], sql: string, params: readonly (string | number | null)[]): Promise<T> {
  const rows = await db((tx) => tx.query<{ readonly json: string }>(sql, params), LONG_MS)
  return JSON.parse(rows[0]?.json ?? 'null') as T
}
