import { nameKey } from '../../../domain/access/names.ts'
import type { Team } from '../../../domain/access/team.ts'
import { type Asking, jsonOf, type Transaction } from '../db.ts'
import { isStorable } from '../prices/checks.ts'
import { checkTexts, isInt4 } from '../texts.ts'

const TEAMS = 'select json_agg(json_build_array(team_id, name, created_at_ms) order by team_id)::text as json from team'
/** By its very name too: a key that was made by an older rule finds nobody. */
const TEAM = `${TEAMS} where team_id = $1 or name_key = $2 or name = $3`

/** Two instances that create a team at one moment wait for each other at the version, so that each sees the other's. */
const BUMP = 'update access_version set version = version + 1'

const CREATE = `
  insert into team (team_id, name, name_key, created_at_ms)
  select coalesce($1::int4, (select coalesce(max(team_id), 0) + 1 from team)), $2, $3, $4::int8
  on conflict do nothing
  returning team_id as id`

type Row = [id: number, name: string, createdAtMs: number]

/** To be called first in every transaction that changes a team or a key: others wait until it is over. */
export async function bumpAccess(tx: Transaction): Promise<void> {
  await tx.query(BUMP)
}

/** See AccessStore.createTeam. */
export async function createTeam(
  tx: Transaction,
  { name, id, nowMs }: { readonly name: string; readonly id: number | null; readonly nowMs: number },
): Promise<Team | 'taken'> {
  checkTexts([name])
  if (id !== null && !isInt4(id)) throw new RangeError('The id of a team is a whole number from 1 to 2147483647.')
  await bumpAccess(tx)
  const [made] = await tx.query<{ readonly id: number }>(CREATE, [id, name, nameKey(name), nowMs])
  return made === undefined ? 'taken' : { id: made.id, name, createdAtMs: nowMs }
}

/** See AccessStore.teams. */
export async function teams(db: Asking): Promise<readonly Team[]> {
  return (await jsonOf<Row[]>(db, TEAMS, [])).map(teamOf)
}

/** See AccessStore.team. */
export async function team(db: Asking, idOrName: string): Promise<Team | null> {
  if (!isStorable(idOrName)) return null
  const id = /^[1-9]\d{0,9}$/.test(idOrName) && isInt4(Number(idOrName)) ? Number(idOrName) : null
  const found = (await jsonOf<Row[]>(db, TEAM, [id, nameKey(idOrName), idOrName])).map(teamOf)
  return found.find((one) => one.id === id) ?? found[0] ?? null
}

/** See AccessStore.version. */
export async function version(db: Asking): Promise<number> {
  const [row] = await db.query<{ readonly version: number }>('select version from access_version')
  return row?.version ?? 0
}

function teamOf([id, name, createdAtMs]: Row): Team {
  return { id, name, createdAtMs }
}
