import type { TapFate } from '../../../domain/taps/tap.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import type { Given } from './given.ts'
import { ownersOf } from './tags.ts'

/**
 * All or, when a tag is not its team's, nothing: then `owned` is false. Sorted, so that two who record the same events wait
 * for each other in the same order. Parameters: the taps, how many, each team with each of its tags once, how many such.
 */
const RECORD = `
  with owned as materialized (
    select count(*) = $4::int4 as is_all
    from json_to_recordset($3::json) as pairs (team int4, tag int8), lateral (
      select from tag where tag_uid = pairs.tag and team_id = pairs.team and removed_at_ms is null offset 0) as own
  ), seen as (
    insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    select team, id, tag, at, count, timed from json_to_recordset($1::json) as given (
      team int4, id text, tag int8, count int4, at int8, timed boolean)
    where (select is_all from owned)
    order by team, id collate "C"
    on conflict do nothing
    returning team_id, event_id, tag_uid, at_ms, count
  ), taps as (
    insert into tap (tag_uid, at_ms, team_id, count) select tag_uid, at_ms, team_id, count from seen
  ), delta as (
    insert into tap_delta (total, team_id, tags, minutes, counts)
    select sum(count)::int8, team_id, array_agg(tag_uid), array_agg(minute_ms), array_agg(count)
    from (
      select team_id, tag_uid, minute_ms, sum(count)::int8 as count
      from seen, lateral (select at_ms - (at_ms % 60000 + 60000) % 60000 as minute_ms) as minutes
      group by team_id, tag_uid, minute_ms
    ) as cells
    group by team_id
  )
  select (select is_all from owned) as owned,
    case when count(*) < $2::int4 then coalesce(json_agg(json_build_array(team_id, event_id)), '[]'::json) end::text as json
  from seen`

/** Of those that were not inserted. A later statement: it sees what somebody else has committed meanwhile. */
const JUDGE = `
  select json_agg(json_build_array(i, seen.tag_uid = tag and seen.count = given.count
    and (seen.at_ms = at or not seen.has_time or not timed)))::text as json
  from json_to_recordset($1::json) as given (
    i int4, team int4, id text, tag int8, count int4, at int8, timed boolean)
  join tap_seen as seen on seen.team_id = team and seen.event_id = id collate "C"`

/** A tap whose team is known. */
type Owned = Given & { readonly team: number }

/** Taps whose tags are their teams', of several with one id the first, by team and id. */
type Firsts = ReadonlyMap<number, ReadonlyMap<string, Owned>>

/**
 * Records taps whose event was not recorded before, together with what counts them.
 * @returns the fate of each, by its number; of those that are left out the tag was not found
 */
export async function recordOnce(tx: Transaction, all: readonly Given[]): Promise<ReadonlyMap<number, TapFate>> {
  if (all.every(isOwned)) {
    // Nearly always every tag is its team's: one statement finds out, and records.
    const firsts = firstsOf(all)
    const accepted = await insert(tx, firsts, pairsOf(all))
    if (accepted !== null) return fatesOf(tx, all, { firsts, accepted })
  }
  const owners = await ownersOf(tx, all)
  const given = all.flatMap((tap): Owned[] => {
    const team = tap.team ?? owners.get(tap.tag ?? '')?.teamId
    return team === undefined ? [] : [{ ...tap, team }]
  })
  const isTagged = ({ tag, team }: Owned) => {
    const owner = owners.get(tag ?? '')
    return owner?.teamId === team && !owner.isRemoved
  }
  const firsts = firstsOf(given.filter(isTagged))
  return fatesOf(tx, given, { firsts, accepted: (await insert(tx, firsts, [])) ?? new Set() })
}

function isOwned(tap: Given): tap is Owned {
  return tap.team !== null && tap.tag !== null
}

interface Recorded {
  readonly firsts: Firsts
  /** The numbers of those that were not there. */
  readonly accepted: ReadonlySet<number>
}

async function fatesOf(
  tx: Asking,
  given: readonly Owned[],
  { firsts, accepted }: Recorded,
): Promise<ReadonlyMap<number, TapFate>> {
  const fates = new Map<number, TapFate>()
  for (const i of accepted) fates.set(i, 'accepted')
  if (accepted.size === given.length) return fates
  const judged = await judge(
    tx,
    given.filter(({ i }) => !accepted.has(i)),
  )
  for (const tap of given) {
    const isSame = judged.get(tap.i)
    const first = firsts.get(tap.team)?.get(tap.id)?.i ?? 0
    // One that came before the first that counts had no tag, and its id was nobody's then.
    const wasFree = tap.i < first && accepted.has(first)
    if (isSame !== undefined && !wasFree) fates.set(tap.i, isSame ? 'duplicate' : 'id_reused')
  }
  return fates
}

function firstsOf(given: readonly Owned[]): Firsts {
  const firsts = new Map<number, Map<string, Owned>>()
  for (const tap of given) {
    const ofTeam = firsts.get(tap.team) ?? new Map<string, Owned>()
    firsts.set(tap.team, ofTeam)
    if (!ofTeam.has(tap.id)) ofTeam.set(tap.id, tap)
  }
  return firsts
}

/** A team and one of its tags. */
type Pair = Pick<Owned, 'team' | 'tag'>

function pairsOf(given: readonly Owned[]): readonly Pair[] {
  const teams = Map.groupBy(given, ({ team }) => team)
  return [...teams].flatMap(([team, taps]) => [...new Set(taps.map(({ tag }) => tag))].map((tag) => ({ team, tag })))
}

/**
 * @param pairs that must be right for anything to be recorded
 * @returns the numbers of those that were not there; null when a pair is not right
 */
async function insert(tx: Transaction, firsts: Firsts, pairs: readonly Pair[]): Promise<ReadonlySet<number> | null> {
  const taps = [...firsts.values()].flatMap((ofTeam) => [...ofTeam.values()])
  if (taps.length === 0) return new Set()
  const rows = taps.map(({ team, id, tag, count, at, timed }) => ({ team, id, tag, count, at, timed }))
  const params = [JSON.stringify(rows), taps.length, JSON.stringify(pairs), pairs.length]
  const [row] = await tx.query<{ readonly owned: boolean; readonly json: string | null }>(RECORD, params)
  if (row?.owned !== true) return null
  if (row.json === null) return new Set(taps.map(({ i }) => i))
  const found = JSON.parse(row.json) as [team: number, id: string][]
  return new Set(found.flatMap(([team, id]) => firsts.get(team)?.get(id)?.i ?? []))
}

/** @returns for those whose id is known whether it is of the same tap */
async function judge(tx: Asking, rest: readonly Owned[]): Promise<ReadonlyMap<number, boolean>> {
  return new Map(await jsonOf<[number, boolean][]>(tx, JUDGE, [JSON.stringify(rest)]))
}
