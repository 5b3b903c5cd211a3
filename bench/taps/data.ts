import { systemClock } from '../../src/adapters/clock/system.ts'
import { type Db, LONG_WORK_MS } from '../../src/adapters/store/db.ts'
import { months } from '../../src/adapters/store/taps/months.ts'
import { type SqlTapStore, sqlTapStore } from '../../src/adapters/store/taps/store.ts'

export const TEAMS = 50
export const TAGS = 1_000
export const FIRST_MS = Date.UTC(2023, 0)
/** Three years later. */
export const END_MS = Date.UTC(2026, 0)
/** The team of the tag that is tapped most: about 15 % of all taps are its. */
export const HEAVIEST = teamOf(1)
const MONTHS = 36

export function teamOf(tag: number): number {
  return ((tag - 1) % TEAMS) + 1
}

export function tapStoreOn(db: Db): SqlTapStore {
  return sqlTapStore({ use: (run) => run(db) }, systemClock())
}

/** Tags by their rank (Zipf): the tenth is tapped about a tenth as often as the first. Within a month taps are in the order of time. */
const MONTH_OF_TAPS = `
  insert into tap (tag_uid, at_ms, team_id, count)
  select tag, at_ms, (tag - 1) % ${TEAMS} + 1, count from (
    select floor(exp(random() * ln(2 * ${TAGS} + 1)) / 2 + 0.5)::int4 as tag,
      $1::int8 + floor(random() * ($2::int8 - $1::int8))::int8 as at_ms, 1 + floor(random() * 3)::int4 as count
    from generate_series(1, $3::int4)
  ) as taps
  order by at_ms`

/** The tags of all teams, taps of three years, and what counts them. */
export async function loadTaps(db: Db, store: SqlTapStore, taps: number): Promise<void> {
  await store.importTags(Array.from({ length: TAGS }, (_, i) => newTag(i + 1)))
  const starts = Array.from({ length: MONTHS + 1 }, (_, i) => Date.UTC(2023, i))
  await months().ensure(db, starts.slice(0, -1))
  for (const [i, fromMs] of starts.slice(0, -1).entries()) {
    const toMs = starts[i + 1] ?? END_MS
    const count = Math.round((taps * (toMs - fromMs)) / (END_MS - FIRST_MS))
    await db.transaction(async (tx) => {
      // The same taps each time, on each engine.
      await tx.query('select setseed($1::int4 / 100.0)::text', [i])
      await tx.query(MONTH_OF_TAPS, [fromMs, toMs, count])
    }, LONG_WORK_MS)
  }
  await store.rebuild()
  await db.tidy()
}

/** As tutorials keep taps: an id, the tag, a time; the team is the tag's. */
const PLAIN_TABLES = [
  'create schema plain',
  'create table plain.tag as select tag_uid, team_id from tag',
  `create table plain.tap as
    select gen_random_uuid() as id, tag_uid, count, to_timestamp(at_ms / 1000.0) as created_at from tap`,
  'alter table plain.tag add primary key (tag_uid)',
  'alter table plain.tap add primary key (id)',
  'create index on plain.tap (tag_uid)',
  'create index on plain.tap (created_at)',
]

/** The same taps once more, in the tables of the other way. */
export async function loadPlainTaps(db: Db): Promise<void> {
  for (const sql of PLAIN_TABLES) await db.transaction((tx) => tx.exec(sql), LONG_WORK_MS)
  await db.tidy()
}

function newTag(tag: number) {
  return { uid: String(tag), teamId: teamOf(tag), name: null, tokenId: null, targetUrl: null, createdAtMs: FIRST_MS }
}
