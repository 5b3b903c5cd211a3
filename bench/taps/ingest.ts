import { randomUUID } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { LONG_WORK_MS } from '../../src/adapters/store/db.ts'
import type { Settings } from '../harness/settings.ts'
import { median, medianRatio } from '../harness/statistics.ts'
import { judge, TARGETS } from '../harness/targets.ts'
import { randomly } from '../history/data.ts'
import { END_MS, HEAVIEST, TAGS, TEAMS, teamOf } from './data.ts'
import type { Bench, Part } from './report.ts'

const BATCH = 100
const HOUR_MS = 3_600_000
/** Longer than taps wait before they are moved to where they are counted: from then on moving is part of the work. */
const BEFORE_MS = 3_000
/** After the years that were loaded. */
const HOT_HOUR_MS = END_MS + 31 * 24 * HOUR_MS
const WRITERS = 8

/**
 * The rows of taps alone, in a table with the same index as ours: what is sent twice is counted twice there, so it is only
 * told. And once more with the ids of events, each taken once, which is what ours is judged against.
 */
const TABLES = `
  create schema scratch;
  create table scratch.tap (tag_uid int8 not null, at_ms int8 not null, team_id int4 not null, count int4 not null);
  create index on scratch.tap (team_id, tag_uid, at_ms) include (count);
  create table scratch.seen_tap (like scratch.tap);
  create index on scratch.seen_tap (team_id, tag_uid, at_ms) include (count);
  create table scratch.seen (like tap_seen including indexes)`
const GIVEN = `
  from json_to_recordset($1::json) as given (team int4, id text, tag int8, count int4, at int8)`
const APPEND = `insert into scratch.tap (tag_uid, at_ms, team_id, count) select tag, at, team, count ${GIVEN}`
const APPEND_ONCE = `
  with seen as (
    insert into scratch.seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    select team, id, tag, at, count, true ${GIVEN} order by team, id collate "C"
    on conflict do nothing
    returning team_id, tag_uid, at_ms, count
  )
  insert into scratch.seen_tap (tag_uid, at_ms, team_id, count) select tag_uid, at_ms, team_id, count from seen`

interface NewTap {
  readonly id: string
  readonly tag: string
  readonly count: number
  readonly atMs: number
}

type Write = (teamId: number, taps: readonly NewTap[]) => Promise<unknown>

/** Transactions of a hundred taps, by one writer and, where there can be several, by eight at once. */
export async function ingest(bench: Bench, settings: Settings): Promise<Part> {
  await bench.db.transaction((tx) => tx.exec(TABLES))
  const parts: Part[] = []
  for (const writers of bench.name === 'embedded' ? [1] : [1, WRITERS]) {
    parts.push(await ingestBy(writers, bench, settings))
  }
  await checkSums(bench)
  return { rows: parts.flatMap(({ rows }) => rows), judged: parts.flatMap(({ judged }) => judged) }
}

async function ingestBy(writers: number, bench: Bench, { rounds, seconds, progress }: Settings): Promise<Part> {
  const { name } = bench
  const rates: { readonly ours: number[]; readonly rows: number[]; readonly once: number[] } = {
    ours: [],
    rows: [],
    once: [],
  }
  for (let round = 1; round <= rounds; round += 1) {
    progress(`${name}: ${writers} writing, round ${round} of ${rounds}`)
    rates.ours.push(await rateOf(ours(bench), { writers, beforeMs: BEFORE_MS, lengthMs: seconds * 1000 }))
    await moved(bench)
    rates.rows.push(await rateOf(appending(bench, APPEND), { writers, beforeMs: 200, lengthMs: seconds * 1000 }))
    rates.once.push(await rateOf(appending(bench, APPEND_ONCE), { writers, beforeMs: 200, lengthMs: seconds * 1000 }))
  }
  const row = (what: string, other: readonly number[]) =>
    [
      `${name}: ${writers} writing, against ${what}, taps/s`,
      median(rates.ours),
      '',
      median(other),
      medianRatio(rates.ours, other),
    ] as const
  const single = name === 'embedded' ? TARGETS.tapIngestEmbedded : TARGETS.tapIngest
  return {
    rows: [row('rows alone', rates.rows), row('rows and ids', rates.once)],
    judged: [
      writers === 1
        ? judge({ ...single, what: `${single.what}, ${name}` }, medianRatio(rates.once, rates.ours))
        : judge(TARGETS.tapWriters, medianRatio(rates.ours, rates.once)),
    ],
  }
}

function ours({ store }: Bench): Write {
  return (teamId, taps) => store.record([{ teamId, taps, retry: null }], Date.now())
}

/** What another program would do at least, in the same kind of transaction. */
function appending({ db }: Bench, sql: string): Write {
  return (team, taps) => {
    const rows = JSON.stringify(taps.map(({ id, tag, count, atMs }) => ({ team, id, tag, count, at: atMs })))
    return db.transaction((tx) => tx.query(sql, [rows]))
  }
}

/** Taps a second, after a time that does not count. */
async function rateOf(
  write: Write,
  { writers, beforeMs, lengthMs }: { readonly writers: number; readonly beforeMs: number; readonly lengthMs: number },
): Promise<number> {
  const beganMs = performance.now()
  let written = 0
  const writer = async (number: number) => {
    const random = randomly(number + 1)
    while (performance.now() - beganMs < beforeMs + lengthMs) {
      const team = number % 2 === 0 ? HEAVIEST : 1 + Math.floor(random() * TEAMS)
      const isCounted = performance.now() - beganMs >= beforeMs
      await write(team, newTaps(team, random))
      if (isCounted) written += BATCH
    }
  }
  await Promise.all(Array.from({ length: writers }, (_, number) => writer(number)))
  return (written * 1000) / (performance.now() - beganMs - beforeMs)
}

/** All within one hour, which everybody writes to. */
function newTaps(team: number, random: () => number): readonly NewTap[] {
  return Array.from({ length: BATCH }, () => {
    const tag = team + TEAMS * Math.floor((random() * TAGS) / TEAMS)
    if (teamOf(tag) !== team) throw new RangeError('A tag of another team.')
    return { id: randomUUID(), tag: String(tag), count: 1, atMs: HOT_HOUR_MS + Math.floor(random() * HOUR_MS) }
  })
}

/** Settles when everything that was recorded is where it is counted. */
async function moved(bench: Bench): Promise<void> {
  const [row] = await bench.db.query<{ readonly is_left: boolean }>('select exists (select from tap_delta) as is_left')
  if (row?.is_left !== true) return
  await pause(200)
  await moved(bench)
}

/** @throws Error when what is counted is not what was written */
async function checkSums({ db, store }: Bench): Promise<void> {
  const sql = 'select coalesce(sum(count), 0)::int8 as sum from tap where at_ms >= $1::int8'
  const [row] = await db.transaction((tx) => tx.query<{ readonly sum: number }>(sql, [END_MS]), LONG_WORK_MS)
  let counted = 0
  for (let team = 1; team <= TEAMS; team += 1) counted += (await store.counts(team, [END_MS, Infinity]))[0] ?? 0
  if (counted !== row?.sum) throw new Error(`${counted} taps were counted, and ${row?.sum} written.`)
}
