import type { AccessStore } from '../../../ports/access-store.ts'
import type { Opening } from '../opening.ts'
import { addKey, holder, key, keys, replaceKey, revokeKey } from './keys.ts'
import { createTeam, team, teams, version } from './teams.ts'
import { addTicket, takeTicket } from './tickets.ts'

/** Teams and keys in a PostgreSQL, whichever it is. */
export function sqlAccessStore({ use }: Pick<Opening, 'use'>): AccessStore {
  return {
    createTeam: (name, id, nowMs) => use((db) => db.transaction((tx) => createTeam(tx, { name, id, nowMs }))),
    teams: () => use(teams),
    team: (idOrName) => use((db) => team(db, idOrName)),
    addKey: (added, digest) => use((db) => db.transaction((tx) => addKey(tx, added, digest))),
    keys: (teamId) => use((db) => keys(db, teamId)),
    key: (id) => use((db) => key(db, id)),
    revokeKey: (id, atMs) => use((db) => db.transaction((tx) => revokeKey(tx, id, atMs))),
    replaceKey: (id, endsAtMs, next, digest) =>
      use((db) => db.transaction((tx) => replaceKey(tx, { id, endsAtMs, next, digest }))),
    holder: (digest) => use((db) => holder(db, digest)),
    version: () => use(version),
    addTicket: (digest, keyId, expiresAtMs) =>
      use((db) => db.transaction((tx) => addTicket(tx, { digest, keyId, expiresAtMs }))),
    takeTicket: (digest, nowMs) => use((db) => db.transaction((tx) => takeTicket(tx, digest, nowMs))),
  }
}
