import type { Tap, TapFate } from '../../../domain/taps/tap.ts'
import type { BatchFate, TapBatch } from '../../../ports/tap-store.ts'
import { type Asking, type Db, jsonOf, LONG_WORK_MS, Refused, type Transaction } from '../db.ts'
import { claim, keep, type NumberedBatch } from './answers.ts'
import { checkTaps, type Given, givenOf } from './given.ts'
import type { Months } from './months.ts'

const GIVEN = `json_to_recordset($1::json) as given (
  i int4, team int4, id text, tag int8, count int4, at int8, timed boolean)`

/** Sorted, so that two who record the same events wait for each other in the same order. */
const RECORD = `
  with given as (
    select i, tag.team_id, id, tag_uid, count, at, timed
    from ${GIVEN} join tag on tag.tag_uid = given.tag
    where tag.removed_at_ms is null and (given.team is null or tag.team_id = given.team)
  ), first as (
    select distinct on (team_id, id collate "C") * from given order by team_id, id collate "C", i
  ), seen as (
    insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    select team_id, id, tag_uid, at, count, timed from first order by team_id, id collate "C"
    on conflict do nothing
    returning team_id, event_id, tag_uid, at_ms, count
  ), taps as (
    insert into tap (tag_uid, at_ms, team_id, count) select tag_uid, at_ms, team_id, count from seen
  ), delta as (
    insert into tap_delta (tag_uid, minute_ms, count, team_id)
    select tag_uid, minute_ms, sum(count)::int8, team_id
    from seen, lateral (select at_ms - (at_ms % 60000 + 60000) % 60000 as minute_ms) as minutes
    group by team_id, tag_uid, minute_ms
  )
  select json_agg(i)::text as json
  from seen join first on first.team_id = seen.team_id and first.id collate "C" = seen.event_id`

/** Of those that were not inserted. A later statement: it sees what somebody else has committed meanwhile. */
const JUDGE = `
  select json_agg(json_build_array(i, case
    when seen.tag_uid is null then 'tag_not_found'
    when seen.tag_uid = given.tag and seen.count = given.count
      and (seen.at_ms = given.at or not seen.has_time or not given.timed) then 'duplicate'
    else 'id_reused' end))::text as json
  from ${GIVEN}
  left join tag on tag.tag_uid = given.tag
  left join tap_seen as seen on seen.team_id = coalesce(given.team, tag.team_id) and seen.event_id = given.id`

export interface Recording {
  readonly batches: readonly TapBatch[]
  readonly nowMs: number
  readonly months: Months
}

/** See TapStore.record. */
export async function record(db: Db, { batches, nowMs, months }: Recording): Promise<readonly BatchFate[]> {
  for (const { taps, retry } of batches) checkTaps(taps, retry)
  const given = givenOf(batches, nowMs)
  const numbered = batches.map((batch, at) => ({ ...batch, at }))
  return inMonths(db, { given, months }, () =>
    db.transaction(async (tx) => {
      const told = new Map<number, BatchFate>()
      for (const round of roundsOf(numbered)) {
        for (const [at, fate] of await recordRound(tx, { round, given, nowMs })) told.set(at, fate)
      }
      return batches.map((_, at) => told.get(at) ?? 'key_reused')
    }),
  )
}

interface Round {
  readonly round: readonly NumberedBatch[]
  /** The taps of these and other batches. */
  readonly given: readonly Given[]
  readonly nowMs: number
}

/** Batches with different retry keys. @returns what became of each, by its number */
async function recordRound(tx: Transaction, { round, given, nowMs }: Round): Promise<ReadonlyMap<number, BatchFate>> {
  const answers = await claim(tx, round, nowMs)
  const fresh = round.filter(({ at }) => !answers.has(at))
  const taps = Map.groupBy(given, ({ batch }) => batch)
  const fates = await recordGiven(
    tx,
    fresh.flatMap(({ at }) => taps.get(at) ?? []),
  )
  const made = new Map<number, BatchFate>(
    fresh.map(({ at }) => [at, { fates: fatesOf(taps.get(at) ?? [], fates), isReplay: false }]),
  )
  await keep(tx, fresh, made)
  return new Map([...answers, ...made])
}

/** Nearly always one round: a second batch with the same retry key is judged when the first one is done. */
function roundsOf(batches: readonly NumberedBatch[]): readonly (readonly NumberedBatch[])[] {
  const seen = new Map<string, number>()
  const rounds: NumberedBatch[][] = []
  for (const batch of batches) {
    const key = `${batch.teamId} ${batch.retry?.key}`
    const at = batch.retry === null ? 0 : (seen.get(key) ?? 0)
    if (batch.retry !== null) seen.set(key, at + 1)
    const round = rounds[at] ?? []
    round.push(batch)
    rounds[at] = round
  }
  return rounds
}

/** See TapStore.importTaps. */
export async function importTaps(db: Db, taps: readonly Tap[], months: Months): Promise<readonly TapFate[]> {
  checkTaps(taps, null)
  const given = givenOf([{ teamId: null, taps }], 0)
  return inMonths(db, { given, months }, () =>
    db.transaction(async (tx) => fatesOf(given, await recordGiven(tx, given)), LONG_WORK_MS),
  )
}

/** SQLSTATE of a row that no partition takes: the database was restored or exchanged behind our back. */
const NO_PARTITION = '23514'

async function inMonths<T>(
  db: Db,
  { given, months }: { readonly given: readonly Given[]; readonly months: Months },
  run: () => Promise<T>,
): Promise<T> {
  const times = given.map(({ at }) => at)
  await months.ensure(db, times)
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Refused) || error.state !== NO_PARTITION) throw error
    months.forget()
    await months.ensure(db, times)
    return run()
  }
}

/** @returns the fate of each, by its number */
async function recordGiven(tx: Transaction, given: readonly Given[]): Promise<ReadonlyMap<number, TapFate>> {
  if (given.length === 0) return new Map()
  const accepted = new Set(await jsonOf<number[]>(tx, RECORD, [JSON.stringify(given)]))
  const rest = given.filter(({ i }) => !accepted.has(i))
  const judged = rest.length === 0 ? new Map<number, TapFate>() : await judge(tx, rest)
  const winners = given.filter(({ i, team }) => team !== null && accepted.has(i))
  const firsts = new Map(winners.map(({ i, team, id }) => [`${team} ${id}`, i]))
  return new Map(
    given.map(({ i, team, id }) => {
      if (accepted.has(i)) return [i, 'accepted']
      // One that came first and did not win had no tag.
      const isBefore = i < (firsts.get(`${team} ${id}`) ?? 0)
      return [i, isBefore ? 'tag_not_found' : (judged.get(i) ?? 'tag_not_found')]
    }),
  )
}

async function judge(tx: Asking, rest: readonly Given[]): Promise<ReadonlyMap<number, TapFate>> {
  return new Map(await jsonOf<[number, TapFate][]>(tx, JUDGE, [JSON.stringify(rest)]))
}

function fatesOf(given: readonly Given[], fates: ReadonlyMap<number, TapFate>): readonly TapFate[] {
  return given.map(({ i }) => fates.get(i) ?? 'tag_not_found')
}
