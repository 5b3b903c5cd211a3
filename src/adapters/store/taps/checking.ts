import { type Db, LONG_WORK_MS, type Transaction } from '../db.ts'
import { FOLD_LOCK, stepOf } from './folding.ts'
import { monthStarts } from './months.ts'

const DAY_MS = 86_400_000
const HOUR_MS = 3_600_000

/** Minutes of taps in a range, less what is not counted yet: what the tables must have. Parameters: from, to. */
const WANTED = `
  select team_id, minute_ms, sum(count)::int8 as count from (
    select team_id, at_ms - (at_ms % 60000 + 60000) % 60000 as minute_ms, sum(count)::int8 as count from tap
    where at_ms >= $1::int8 and at_ms < $2::int8 group by 1, 2
    union all
    select team_id, minute_ms, -count from tap_delta, unnest(minutes, counts) as cells (minute_ms, count)
    where minute_ms >= $1::int8 and minute_ms < $2::int8
  ) as amounts
  group by team_id, minute_ms`

const HOURS_OF = `hour >= ($1::int8 / ${HOUR_MS}) and hour < ($2::int8 / ${HOUR_MS})`
const DAYS_OF = `day >= ($1::int8 / ${DAY_MS}) and day < ($2::int8 / ${DAY_MS})`

/** Days as the minutes of their hours have them. Parameters as above. */
const COUNTED_DAYS = `
  select team_id, day, sum(count)::int8 as total,
    tap_running(tap_cells(96, array_agg(((hour - day * 24) * 4 + number - 1)::int4), array_agg(count))) as q
  from tap_h, lateral (select (hour - (hour % 24 + 24) % 24) / 24 as day) as days,
    unnest(tap_quarters(m)) with ordinality as quarters (count, number)
  where ${HOURS_OF} and count <> 0
  group by team_id, day`

const CHECK = `
  with minutes as (
    select team_id, minute_ms from (
      ${WANTED}
      union all
      select team_id, hour * ${HOUR_MS}::int8 + (number - 1) * 60000, -count
      from tap_h, unnest(m) with ordinality as cells (count, number) where ${HOURS_OF}
    ) as amounts
    group by team_id, minute_ms having sum(count) <> 0
  ), hours as (
    select team_id, hour from (
      select team_id, hour, total from tap_h where ${HOURS_OF}
      union all
      select team_id, hour, -(select sum(cell) from unnest(m) as cell) from tap_h where ${HOURS_OF}
    ) as amounts
    group by team_id, hour having sum(total) <> 0
  ), days as (
    select from (${COUNTED_DAYS}) as counted full join (select * from tap_d where ${DAYS_OF}) as kept using (team_id, day)
    where counted.total is distinct from kept.total or counted.q is distinct from kept.q
  )
  select ((select count(*) from minutes) + (select count(*) from hours) + (select count(*) from days))::int4 as differ`

const CHECK_TOTALS = `
  select count(*)::int4 as differ from (
    select team_id from (
      select team_id, total from tap_total union all select team_id, -total from tap_d
    ) as amounts
    group by team_id having sum(total) <> 0
  ) as teams`

const CLEAR_HOURS = `delete from tap_h where ${HOURS_OF}`
const CLEAR_DAYS = `delete from tap_d where ${DAYS_OF}`

const HOURS = `
  insert into tap_h (team_id, hour, total, m)
  select team_id, hour, sum(count)::int8,
    tap_cells(60, array_agg((minute_ms / 60000 - hour * 60::int8)::int4), array_agg(count))
  from (${WANTED}) as minutes, lateral (select ${stepOf('minute_ms', HOUR_MS)} as hour) as hours
  where count <> 0
  group by team_id, hour order by team_id, hour`

const DAYS = `
  insert into tap_d (team_id, day, total, q) select team_id, day, total, q from (${COUNTED_DAYS}) as days
  order by team_id, day`

const TOTALS = `
  insert into tap_total (team_id, total) select team_id, sum(total)::int8 from tap_d group by team_id`

/** See TapStore.check. Each statement sees one moment, so nobody has to wait meanwhile. */
export async function check(db: Db): Promise<number> {
  let differ = 0
  for (const range of await ranges(db)) {
    const [row] = await db.transaction((tx) => tx.query<{ readonly differ: number }>(CHECK, range), LONG_WORK_MS)
    differ += row?.differ ?? 0
  }
  const [row] = await db.transaction((tx) => tx.query<{ readonly differ: number }>(CHECK_TOTALS), LONG_WORK_MS)
  return differ + (row?.differ ?? 0)
}

/** See TapStore.rebuild. Month by month: whoever records waits for nothing, and whoever asks for a month at most. */
export async function rebuild(db: Db): Promise<void> {
  for (const range of await ranges(db)) await db.transaction((tx) => rebuildRange(tx, range), LONG_WORK_MS)
  await db.transaction(rebuildTotals, LONG_WORK_MS)
}

/** What no version of counts before is the same as. */
const NEW_EPOCH = `
  update tap_epoch set epoch = greatest(epoch + 1, (extract(epoch from clock_timestamp()) * 1000)::int8)`

/** All of it within one transaction, for a database that was just filled and that nobody else has. */
export async function rebuildAll(tx: Transaction): Promise<void> {
  await tx.query(NEW_EPOCH)
  for (const range of await ranges(tx)) await rebuildRange(tx, range)
  await rebuildTotals(tx)
}

async function rebuildRange(tx: Transaction, range: readonly number[]): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK])
  await tx.query(CLEAR_HOURS, range)
  await tx.query(CLEAR_DAYS, range)
  await tx.query(HOURS, range)
  await tx.query(DAYS, range)
}

async function rebuildTotals(tx: Transaction): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [FOLD_LOCK])
  await tx.query('delete from tap_total')
  await tx.query(TOTALS)
}

/** Nothing is before or after them. */
const FIRST_MS = -1e8 * DAY_MS
const END_MS = 1e8 * DAY_MS
/** The months that have a partition, and what is before, between and after them. */
async function ranges(tx: Pick<Transaction, 'query'>): Promise<readonly (readonly [fromMs: number, toMs: number])[]> {
  const starts = await monthStarts(tx)
  const bounds = [FIRST_MS, ...starts, END_MS]
  return bounds.slice(1).map((toMs, index) => [bounds[index] ?? FIRST_MS, toMs])
}
