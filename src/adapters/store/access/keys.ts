import type { ApiKey, Holder, Scope } from '../../../domain/access/team.ts'
import { ServiceError } from '../../../domain/errors.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import { isStorable, timeOf } from '../prices/checks.ts'
import { checkTexts, isInt4 } from '../texts.ts'
import { bumpAccess } from './teams.ts'

const FIELDS = `
  api_key.key_id, api_key.team_id, api_key.name, api_key.prefix, api_key.ending, api_key.scopes::json,
  api_key.created_at_ms, api_key.expires_at_ms, api_key.revoked_at_ms`
const LIST = `select json_agg(json_build_array(${FIELDS}) order by created_at_ms desc, key_id desc)::text as json`

const KEYS = `${LIST} from api_key where team_id = $1`
const KEY = `${LIST} from api_key where key_id = $1`

const ADD = `
  insert into api_key (key_id, team_id, digest, prefix, ending, name, scopes, created_at_ms, expires_at_ms, revoked_at_ms)
  select $1, team_id, $3, $4, $5, $6, $7, $8::int8, $9::int8, $10::int8 from team where team_id = $2
  returning 1`

const REVOKE = `
  update api_key set revoked_at_ms = least(revoked_at_ms, $2::int8) where key_id = $1`

const END = `
  update api_key set revoked_at_ms = $2::int8 where key_id = $1 and revoked_at_ms is null returning 1`

const HOLDER = `
  select json_build_array(json_build_array(${FIELDS}), team.name, team.created_at_ms)::text as json
  from api_key join team using (team_id)`
const BY_DIGEST = `${HOLDER} where digest = $1`
const BY_ID = `${HOLDER} where key_id = $1`

type Row = [
  id: string,
  teamId: number,
  name: string | null,
  prefix: string,
  ending: string,
  scopes: Scope[],
  createdAtMs: number,
  expiresAtMs: number | null,
  revokedAtMs: number | null,
]

/** See AccessStore.addKey. */
export async function addKey(tx: Transaction, added: ApiKey, digest: string): Promise<void> {
  const { id, teamId, name, prefix, ending, scopes, createdAtMs, expiresAtMs, revokedAtMs } = added
  checkTexts([id, name, prefix, ending, digest])
  await bumpAccess(tx)
  const ends = [expiresAtMs, revokedAtMs].map((ms) => (ms === null ? null : timeOf(ms)))
  const fields = [prefix, ending, name, JSON.stringify(scopes), timeOf(createdAtMs), ...ends]
  const written = isInt4(teamId) ? await tx.query(ADD, [id, teamId, digest, ...fields]) : []
  if (written.length === 0) throw new ServiceError('team_not_found', 'There is no such team.')
}

/** See AccessStore.keys. */
export async function keys(db: Asking, teamId: number): Promise<readonly ApiKey[]> {
  return isInt4(teamId) ? (await jsonOf<Row[]>(db, KEYS, [teamId])).map(apiKeyOf) : []
}

/** See AccessStore.key. */
export async function key(db: Asking, id: string): Promise<ApiKey | null> {
  if (!isStorable(id)) return null
  return (await jsonOf<Row[]>(db, KEY, [id])).map(apiKeyOf)[0] ?? null
}

/** See AccessStore.revokeKey. */
export async function revokeKey(tx: Transaction, id: string, atMs: number): Promise<ApiKey | null> {
  if (!isStorable(id)) return null
  await bumpAccess(tx)
  await tx.query(REVOKE, [id, timeOf(atMs)])
  return key(tx, id)
}

/** See AccessStore.replaceKey. */
export async function replaceKey(tx: Transaction, { id, endsAtMs, next, digest }: Replacement): Promise<boolean> {
  if (!isStorable(id)) return false
  const ended = await tx.query(END, [id, timeOf(endsAtMs)])
  if (ended.length === 0) return false
  await addKey(tx, next, digest)
  return true
}

export interface Replacement {
  readonly id: string
  readonly endsAtMs: number
  readonly next: ApiKey
  readonly digest: string
}

/** See AccessStore.holder. */
export async function holder(db: Asking, digest: string): Promise<Holder | null> {
  return isStorable(digest) ? holderOf(db, BY_DIGEST, digest) : null
}

/** Whoever has the key of this id. */
export function holderOfKey(db: Asking, id: string): Promise<Holder | null> {
  return holderOf(db, BY_ID, id)
}

async function holderOf(db: Asking, sql: string, param: string): Promise<Holder | null> {
  const [row, name = '', createdAtMs = 0] = await jsonOf<[Row?, string?, number?]>(db, sql, [param])
  if (row === undefined) return null
  const held = apiKeyOf(row)
  return { team: { id: held.teamId, name, createdAtMs }, key: held }
}

function apiKeyOf([id, teamId, name, prefix, ending, scopes, createdAtMs, expiresAtMs, revokedAtMs]: Row): ApiKey {
  return { id, teamId, name, prefix, ending, scopes, createdAtMs, expiresAtMs, revokedAtMs }
}
