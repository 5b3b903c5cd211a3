import { TAG_UID_MAX, type Tag } from '../../../domain/taps/tap.ts'
import type { ImportedTags } from '../../../ports/tap-store.ts'
import { bumpAccess } from '../access/teams.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import { timeOf } from '../prices/checks.ts'
import { checkTexts, isInt4 } from '../texts.ts'

const FIELDS = 'json_build_array(tag_uid::text, team_id, name, token_id, target_url, created_at_ms)'
const LIST = `select json_agg(${FIELDS} order by created_at_ms, tag_uid)::text as json`

const TAGS = `${LIST} from tag where team_id = $1 and removed_at_ms is null`
const TAG = `${LIST} from tag where tag_uid = $1::int8 and removed_at_ms is null`

const GIVEN = `
  select uid, team, name, token, target, created from json_to_recordset($1::json) as given (
    seq int4, uid int8, team int4, name text, token text, target text, created int8)`

const ADD = `
  insert into tag (tag_uid, team_id, name, token_id, target_url, created_at_ms)
  select distinct on (uid) * from (${GIVEN} order by uid, seq) as given
  on conflict do nothing
  returning 1`

const CHANGE = `
  with changed as (
    update tag set name = $3, token_id = $4, target_url = $5
    where tag_uid = $1::int8 and team_id = $2 and removed_at_ms is null
    returning *
  )
  ${LIST} from changed`

const REMOVE = `
  update tag set removed_at_ms = (extract(epoch from clock_timestamp()) * 1000)::int8
  where tag_uid = $1::int8 and team_id = $2 and removed_at_ms is null
  returning 1`

/** A team that somebody has called by the name of another's id does not stop an import. */
const TEAMS = `
  insert into team (team_id, name, name_key, created_at_ms)
  select id, name, name, created from (
    select id, (extract(epoch from clock_timestamp()) * 1000)::int8 as created,
      'team ' || id || case when exists (select from team where name_key = 'team ' || id) then ' (' || id || ')' else '' end
        as name
    from json_array_elements_text($1::json) as asked (id_text), lateral (select id_text::int4 as id) as ids
  ) as named
  order by id
  on conflict (team_id) do nothing
  returning team_id as id`

const TAKEN = `
  select json_agg(uid::text order by seq)::text as json
  from (select * from json_to_recordset($1::json) as given (seq int4, uid int8, team int4)) as given
  join tag on tag.tag_uid = given.uid and tag.team_id <> given.team`

const OWNERS = `
  select json_agg(json_build_array(tag_uid::text, team_id, removed_at_ms is not null))::text as json
  from tag where tag_uid = any (array(select json_array_elements_text($1::json)::int8))`

type Row = [
  uid: string,
  teamId: number,
  name: string | null,
  tokenId: string | null,
  targetUrl: string | null,
  createdAtMs: number,
]

/** True for a uid that the column holds: nothing else can be there. */
export function isUid(uid: string): boolean {
  return /^[1-9]\d{0,18}$/.test(uid) && (uid.length < 19 || BigInt(uid) <= TAG_UID_MAX)
}

/** See TapStore.tags. */
export async function tags(db: Asking, teamId: number): Promise<readonly Tag[]> {
  return isInt4(teamId) ? (await jsonOf<Row[]>(db, TAGS, [teamId])).map(tagOf) : []
}

/** See TapStore.tag. */
export async function tag(db: Asking, uid: string): Promise<Tag | null> {
  if (!isUid(uid)) return null
  return (await jsonOf<Row[]>(db, TAG, [uid])).map(tagOf)[0] ?? null
}

/** See TapStore.addTag. */
export async function addTag(tx: Transaction, added: Tag): Promise<Tag | 'taken'> {
  return (await tx.query(ADD, [givenOf([added])])).length === 1 ? added : 'taken'
}

/** See TapStore.changeTag. */
export async function changeTag(
  tx: Transaction,
  { teamId, uid, name, tokenId, targetUrl }: Omit<Tag, 'createdAtMs'>,
): Promise<Tag | null> {
  checkTexts([name, tokenId, targetUrl])
  if (!isUid(uid) || !isInt4(teamId)) return null
  return (await jsonOf<Row[]>(tx, CHANGE, [uid, teamId, name, tokenId, targetUrl])).map(tagOf)[0] ?? null
}

/** See TapStore.removeTag. */
export async function removeTag(tx: Transaction, teamId: number, uid: string): Promise<boolean> {
  return isUid(uid) && isInt4(teamId) && (await tx.query(REMOVE, [uid, teamId])).length === 1
}

export interface Owner {
  readonly teamId: number
  readonly isRemoved: boolean
}

/** Whose the tags are, by uid, removed ones too. */
export async function ownersOf(
  db: Asking,
  taps: readonly { readonly tag: string | null }[],
): Promise<ReadonlyMap<string, Owner>> {
  const uids = [...new Set(taps.map(({ tag }) => tag))].filter((uid) => uid !== null)
  if (uids.length === 0) return new Map()
  const rows = await jsonOf<[string, number, boolean][]>(db, OWNERS, [JSON.stringify(uids)])
  return new Map(rows.map(([uid, teamId, isRemoved]) => [uid, { teamId, isRemoved }]))
}

/** See TapStore.importTags. */
export async function importTags(tx: Transaction, given: readonly Tag[]): Promise<ImportedTags> {
  const rows = givenOf(given)
  const ids = [...new Set(given.map(({ teamId }) => teamId))]
  await bumpAccess(tx)
  const teams = await tx.query<{ readonly id: number }>(TEAMS, [JSON.stringify(ids)])
  const inserted = (await tx.query(ADD, [rows])).length
  const taken = await jsonOf<string[]>(tx, TAKEN, [rows])
  const unchanged = given.length - inserted - taken.length
  return { inserted, unchanged, taken, teams: teams.map(({ id }) => id).sort((a, b) => a - b) }
}

/** @throws ServiceError `invalid_body` for texts that cannot be kept; RangeError for ids that there cannot be */
function givenOf(given: readonly Tag[]): string {
  return JSON.stringify(
    given.map(({ uid, teamId, name, tokenId, targetUrl, createdAtMs }, seq) => {
      checkTexts([name, tokenId, targetUrl])
      if (!isUid(uid) || !isInt4(teamId)) throw new RangeError('A tag has a uid of eight bytes, and a team.')
      return { seq, uid, team: teamId, name, token: tokenId, target: targetUrl, created: timeOf(createdAtMs) }
    }),
  )
}

function tagOf([uid, teamId, name, tokenId, targetUrl, createdAtMs]: Row): Tag {
  return { uid, teamId, name, tokenId, targetUrl, createdAtMs }
}
