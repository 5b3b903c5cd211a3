import { isName, NAME_LENGTH_MAX } from '../../../domain/access/names.ts'
import { KEY_ID_BYTES, keyIdOf, SECRET_BYTES, secretOf, visibleParts } from '../../../domain/access/secret.ts'
import { type ApiKey, endOf, type Team } from '../../../domain/access/team.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { AccessService, IssuedKey, KeyWish } from '../../../ports/access.ts'
import type { AccessParts } from './service.ts'
import { orUnavailable } from './store-away.ts'

type Administration = Pick<AccessService, 'createTeam' | 'teams' | 'keys' | 'issueKey' | 'revokeKey' | 'rotateKey'>

/** @param changed called after each change */
export function administration(parts: AccessParts, changed: () => void): Administration {
  const { store, clock, digest, randomBytes } = parts
  const teamOf = async (idOrName: string): Promise<Team> => {
    const team = await orUnavailable(store.team(idOrName))
    if (team === null) throw new ServiceError('team_not_found', 'There is no team of this id or name.')
    return team
  }
  const issued = async (of: Pick<ApiKey, 'teamId' | 'name' | 'scopes' | 'expiresAtMs'>): Promise<IssuedKey> => {
    const secret = secretOf('key', randomBytes(SECRET_BYTES))
    const { teamId, name, scopes, expiresAtMs } = of
    const key: ApiKey = {
      id: keyIdOf(randomBytes(KEY_ID_BYTES)),
      teamId,
      name,
      ...visibleParts(secret),
      scopes,
      createdAtMs: clock.nowMs(),
      expiresAtMs,
      revokedAtMs: null,
    }
    await orUnavailable(store.addKey(key, digest(secret)))
    changed()
    return { key, secret }
  }
  const revoked = async (id: string, atMs: number): Promise<ApiKey> => {
    const key = await orUnavailable(store.revokeKey(id, atMs))
    changed()
    if (key === null) throw noSuchKey()
    return key
  }
  return {
    async createTeam(name) {
      if (!isName(name)) throw badName('A team')
      if (/^\d+$/.test(name)) throw flawedName('Digits alone would be taken for the id of a team.')
      const team = await orUnavailable(store.createTeam(name, null, clock.nowMs()))
      if (team === 'taken') throw new ServiceError('team_taken', 'There is a team of this name.')
      changed()
      return team
    },
    teams: () => orUnavailable(store.teams()),
    keys: async (team) => orUnavailable(store.keys((await teamOf(team)).id)),
    async issueKey(team, wish: KeyWish) {
      if (wish.name !== null && !isName(wish.name)) throw badName('A key')
      if (wish.expiresAtMs !== null && wish.expiresAtMs <= clock.nowMs()) throw pastEnd()
      const { id: teamId } = await teamOf(team)
      return issued({ teamId, ...wish })
    },
    revokeKey: (id) => revoked(id, clock.nowMs()),
    async rotateKey(id, graceMs) {
      const old = await orUnavailable(store.key(id))
      if (old === null || endOf(old) <= clock.nowMs()) throw noSuchKey()
      // In this order: should the second step fail, nobody is without a key.
      const next = await issued(old)
      await revoked(id, clock.nowMs() + graceMs)
      return next
    },
  }
}

function noSuchKey(): ServiceError {
  return new ServiceError('key_not_found', 'There is no key of this id, or it is over.')
}

function pastEnd(): ServiceError {
  const message = 'The end of a key lies in the future.'
  return new ServiceError('invalid_body', message, { flaws: [{ in: 'body', path: 'expires_at', message }] })
}

function badName(whose: string): ServiceError {
  return flawedName(
    `${whose} has a name of 1 to ${NAME_LENGTH_MAX} characters, none a control character, without spaces around it.`,
  )
}

function flawedName(message: string): ServiceError {
  return new ServiceError('invalid_body', message, { flaws: [{ in: 'body', path: 'name', message }] })
}
