import type { TapFate } from '../../../domain/taps/tap.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import type { Given } from './given.ts'
import { ownersOf } from './tags.ts'

/**
 * All or, when a tag is not its team's, nothing: then `owned` is false. Sorted, so that two who record the same events wait
 * for each other in the same order. Parameters: the taps, how many, each team with each of its tags once, how many such at least.
 */
const RECORD = `
  with pairs as materialized (
    select * from json_to_recordset($3::json) as pairs (team int4, tag int8)
  ), owned as materialized (
    select count(*) >= $4::int4 as is_all
    from pairs, lateral (
      select from tag where tag_uid = pairs.tag and team_id = pairs.team and removed_at_ms is null offset 0) as own
  ), seen as (
    insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    select giver, id, tag, at, count, timed from json_to_recordset($1::json) as given (
      giver int4, id text, tag int8, count int4, at int8, timed boolean)
    where (select is_all from owned)
    order by giver, id collate "C"
    on conflict do nothing
    returning team_id as giver, event_id, tag_uid, at_ms, count
  ), counted as (
    select team as team_id, tag_uid, at_ms, count from seen join pairs on tag = tag_uid
  ), taps as (
    insert into tap (tag_uid, at_ms, team_id, count) select tag_uid, at_ms, team_id, count from counted
  ), delta as (
    insert into tap_delta (total, team_id, tags, minutes, counts)
    select sum(count)::int8, team_id, array_agg(tag_uid), array_agg(minute_ms), array_agg(count)
    from (
      select team_id, tag_uid, minute_ms, sum(count)::int8 as count
      from counted, lateral (select at_ms - (at_ms % 60000 + 60000) % 60000 as minute_ms) as minutes
      group by team_id, tag_uid, minute_ms
    ) as cells
    group by team_id
  )
  select (select is_all from owned) as owned,
    case when count(*) < $2::int4 then coalesce(json_agg(json_build_array(giver, event_id)), '[]'::json) end::text as json
  from seen`

/** Of those that were not inserted. A later statement: it sees what somebody else has committed meanwhile. */
const JUDGE = `
  select json_agg(json_build_array(i, seen.tag_uid = tag and seen.count = given.count
    and (seen.at_ms = at or not seen.has_time or not timed)))::text as json
  from json_to_recordset($1::json) as given (
    i int4, giver int4, id text, tag int8, count int4, at int8, timed boolean)
  join tap_seen as seen on seen.team_id = giver and seen.event_id = id collate "C"`

/** No team has this number. Ids of imported taps are unique whatever teams they are of, so they are kept under it. */
const IMPORT = 0

/** A tap whose team is known, and who gave it its id: that team, or IMPORT. */
type Owned = Given & { readonly team: number; readonly giver: number }

/** Taps whose tags are their teams', of several with one id the first, by giver and id. */
type Firsts = ReadonlyMap<number, ReadonlyMap<string, Owned>>

/**
 * Records taps whose event was not recorded before, together with what counts them.
 * @returns the fate of each, by its number; of those that are left out the tag was not found
 */
export async function recordOnce(tx: Transaction, all: readonly Given[]): Promise<ReadonlyMap<number, TapFate>> {
  const owned = all.flatMap((tap) => ownedBy(tap, tap.tag === null ? null : tap.team))
  if (owned.length === all.length) {
    // Nearly always every tag is its team's: one statement finds out, and records.
    const firsts = firstsOf(owned)
    const accepted = await insert(tx, firsts, { pairs: pairsOf(owned), isSure: false })
    if (accepted !== null) return fatesOf(tx, owned, { firsts, accepted })
  }
  const owners = await ownersOf(tx, all)
  const given = all.flatMap((tap) => ownedBy(tap, tap.team ?? owners.get(tap.tag ?? '')?.teamId ?? null))
  const isTagged = ({ tag, team }: Owned) => {
    const owner = owners.get(tag ?? '')
    return owner?.teamId === team && !owner.isRemoved
  }
  const tagged = given.filter(isTagged)
  const firsts = firstsOf(tagged)
  const accepted = await insert(tx, firsts, { pairs: pairsOf(tagged), isSure: true })
  return fatesOf(tx, given, { firsts, accepted: accepted ?? new Set() })
}

function ownedBy(tap: Given, team: number | null): readonly Owned[] {
  return team === null ? [] : [{ ...tap, team, giver: tap.team ?? IMPORT }]
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
    const first = firsts.get(tap.giver)?.get(tap.id)?.i ?? 0
    // One that came before the first that counts had no tag, and its id was nobody's then.
    const wasFree = tap.i < first && accepted.has(first)
    if (isSame !== undefined && !wasFree) fates.set(tap.i, isSame ? 'duplicate' : 'id_reused')
  }
  return fates
}

function firstsOf(given: readonly Owned[]): Firsts {
  const firsts = new Map<number, Map<string, Owned>>()
  for (const tap of given) {
    const ofGiver = firsts.get(tap.giver) ?? new Map<string, Owned>()
    firsts.set(tap.giver, ofGiver)
    if (!ofGiver.has(tap.id)) ofGiver.set(tap.id, tap)
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
 * @param pairs of these taps; unless that is sure, all must be right for anything to be recorded
 * @returns the numbers of those that were not there; null when a pair is not right
 */
async function insert(
  tx: Transaction,
  firsts: Firsts,
  { pairs, isSure }: { readonly pairs: readonly Pair[]; readonly isSure: boolean },
): Promise<ReadonlySet<number> | null> {
  const taps = [...firsts.values()].flatMap((ofGiver) => [...ofGiver.values()])
  if (taps.length === 0) return new Set()
  const rows = taps.map(({ giver, id, tag, count, at, timed }) => ({ giver, id, tag, count, at, timed }))
  const params = [JSON.stringify(rows), taps.length, JSON.stringify(pairs), isSure ? 0 : pairs.length]
  const [row] = await tx.query<{ readonly owned: boolean; readonly json: string | null }>(RECORD, params)
  if (row?.owned !== true) return null
  if (row.json === null) return new Set(taps.map(({ i }) => i))
  const found = JSON.parse(row.json) as [giver: number, id: string][]
  return new Set(found.flatMap(([giver, id]) => firsts.get(giver)?.get(id)?.i ?? []))
}

/** @returns for those whose id is known whether it is of the same tap */
async function judge(tx: Asking, rest: readonly Owned[]): Promise<ReadonlyMap<number, boolean>> {
  return new Map(await jsonOf<[number, boolean][]>(tx, JUDGE, [JSON.stringify(rest)]))
}
