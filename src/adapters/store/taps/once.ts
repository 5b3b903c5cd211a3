import type { TapFate } from '../../../domain/taps/tap.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import type { Given } from './given.ts'
import { ownersOf } from './tags.ts'

/** Sorted, so that two who record the same events wait for each other in the same order. */
const RECORD = `
  with seen as (
    insert into tap_seen (team_id, event_id, tag_uid, at_ms, count, has_time)
    select team, id, tag, at, count, timed from json_to_recordset($1::json) as given (
      team int4, id text, tag int8, count int4, at int8, timed boolean)
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
  select case when count(*) < $2::int4 then coalesce(json_agg(json_build_array(team_id, event_id)), '[]'::json) end::text as json
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

/**
 * Records taps whose event was not recorded before, together with what counts them.
 * @returns the fate of each, by its number; of those that are left out the tag was not found
 */
export async function recordOnce(tx: Transaction, all: readonly Given[]): Promise<ReadonlyMap<number, TapFate>> {
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
  const accepted = await insert(tx, firsts)
  const rest = given.filter(({ i }) => !accepted.has(i))
  const judged = rest.length === 0 ? new Map<number, boolean>() : await judge(tx, rest)
  const fates = new Map<number, TapFate>()
  for (const tap of given) {
    const isSame = judged.get(tap.i)
    const first = firsts.get(keyOf(tap))?.i ?? 0
    // One that came before the first that counts had no tag, and its id was nobody's then.
    const wasFree = tap.i < first && accepted.has(first)
    if (accepted.has(tap.i)) fates.set(tap.i, 'accepted')
    else if (isSame !== undefined && !wasFree) fates.set(tap.i, isSame ? 'duplicate' : 'id_reused')
  }
  return fates
}

/** Of several with one id the first, by team and id. */
function firstsOf(given: readonly Owned[]): ReadonlyMap<string, Owned> {
  const firsts = new Map<string, Owned>()
  for (const tap of given) if (!firsts.has(keyOf(tap))) firsts.set(keyOf(tap), tap)
  return firsts
}

/** @returns the numbers of those that were not there */
async function insert(tx: Transaction, firsts: ReadonlyMap<string, Owned>): Promise<ReadonlySet<number>> {
  if (firsts.size === 0) return new Set()
  const rows = JSON.stringify(
    [...firsts.values()].map(({ team, id, tag, count, at, timed }) => ({ team, id, tag, count, at, timed })),
  )
  const [row] = await tx.query<{ readonly json: string | null }>(RECORD, [rows, firsts.size])
  if (row?.json === null) return new Set([...firsts.values()].map(({ i }) => i))
  const found = JSON.parse(row?.json ?? '[]') as [team: number, id: string][]
  return new Set(found.flatMap(([team, id]) => firsts.get(keyOf({ team, id }))?.i ?? []))
}

/** @returns for those whose id is known whether it is of the same tap */
async function judge(tx: Asking, rest: readonly Owned[]): Promise<ReadonlyMap<number, boolean>> {
  return new Map(await jsonOf<[number, boolean][]>(tx, JUDGE, [JSON.stringify(rest)]))
}

function keyOf({ team, id }: Pick<Owned, 'team' | 'id'>): string {
  return `${team} ${id}`
}
