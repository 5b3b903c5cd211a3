import { nameKey } from '../../src/domain/access/names.ts'
import type { ApiKey, Holder, Team } from '../../src/domain/access/team.ts'
import { ServiceError, StoreUnavailable } from '../../src/domain/errors.ts'
import type { AccessStore } from '../../src/ports/access-store.ts'

/** Teams and keys that are simple enough to be believed, for tests. They pass the contract of the real ones. */
export interface MemoryAccessStore extends AccessStore {
  /** From now on every method throws StoreUnavailable with this message; null ends that. */
  fail(reason: string | null): void
}

export function memoryAccessStore(): MemoryAccessStore {
  const teams = new Map<number, Team>()
  const keys = new Map<string, { key: ApiKey; digest: string }>()
  const tickets = new Map<string, { keyId: string; expiresAtMs: number }>()
  let version = 1
  let failure: string | null = null
  const check = () => {
    if (failure !== null) throw new StoreUnavailable(failure)
  }
  const named = (name: string) => [...teams.values()].find((team) => nameKey(team.name) === nameKey(name))
  const holderOf = (key: ApiKey | undefined): Holder | null => {
    const team = teams.get(key?.teamId ?? 0)
    return key === undefined || team === undefined ? null : { team, key }
  }

  return {
    fail(reason) {
      failure = reason
    },
    async createTeam(name, id, nowMs) {
      check()
      checkText(name)
      const teamId = id ?? Math.max(0, ...teams.keys()) + 1
      if (teams.has(teamId) || named(name) !== undefined) return 'taken'
      const team = { id: teamId, name, createdAtMs: nowMs }
      teams.set(teamId, team)
      version += 1
      return team
    },
    async teams() {
      check()
      return [...teams.values()].sort((a, b) => a.id - b.id)
    },
    async team(idOrName) {
      check()
      const byId = /^[1-9]\d{0,9}$/.test(idOrName) ? teams.get(Number(idOrName)) : undefined
      return byId ?? named(idOrName) ?? null
    },
    async addKey(key, digest) {
      check()
      checkText(key.name ?? '')
      if (!teams.has(key.teamId)) throw new ServiceError('team_not_found', 'There is no such team.')
      keys.set(key.id, { key, digest })
      version += 1
    },
    async keys(teamId) {
      check()
      const owned = [...keys.values()].map(({ key }) => key).filter((key) => key.teamId === teamId)
      return owned.sort((a, b) => b.createdAtMs - a.createdAtMs || (a.id < b.id ? 1 : -1))
    },
    async key(id) {
      check()
      return keys.get(id)?.key ?? null
    },
    async revokeKey(id, atMs) {
      check()
      const known = keys.get(id)
      if (known === undefined) return null
      const key = { ...known.key, revokedAtMs: Math.min(known.key.revokedAtMs ?? atMs, atMs) }
      if (key.revokedAtMs !== known.key.revokedAtMs) version += 1
      keys.set(id, { ...known, key })
      return key
    },
    async replaceKey(id, endsAtMs, next, digest) {
      check()
      const known = keys.get(id)
      if (known === undefined || known.key.revokedAtMs !== null) return false
      keys.set(id, { ...known, key: { ...known.key, revokedAtMs: endsAtMs } })
      keys.set(next.id, { key: next, digest })
      version += 1
      return true
    },
    async holder(digest) {
      check()
      return holderOf([...keys.values()].find((known) => known.digest === digest)?.key)
    },
    async version() {
      check()
      return version
    },
    async addTicket(digest, keyId, expiresAtMs) {
      check()
      tickets.set(digest, { keyId, expiresAtMs })
    },
    async takeTicket(digest, nowMs) {
      check()
      const ticket = tickets.get(digest)
      tickets.delete(digest)
      return ticket === undefined || ticket.expiresAtMs <= nowMs ? null : holderOf(keys.get(ticket.keyId)?.key)
    },
  }
}

function checkText(text: string): void {
  if (text.isWellFormed() && !text.includes('\u0000')) return
  throw new ServiceError('invalid_body', 'A name has a character that cannot be kept.')
}
