import { isName, NAME_LENGTH_MAX, nameKey } from '../../../domain/access/names.ts'
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
  const made = ({ teamId, name, scopes, expiresAtMs }: KeyKind): IssuedKey => {
    const secret = secretOf('key', randomBytes(SECRET_BYTES))
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
    return { key, secret }
  }
  const revoked = async (id: string): Promise<ApiKey> => {
    const key = await orUnavailable(store.revokeKey(id, clock.nowMs()))
    changed()
    if (key === null) throw noSuchKey()
    return key
  }
  return {
    async createTeam(name) {
      if (!isName(name)) throw badName('A team')
      if (/^\d+$/.test(nameKey(name))) throw flawedName('Digits alone would be taken for the id of a team.')
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
      const { key, secret } = made({ teamId, ...wish })
      await orUnavailable(store.addKey(key, digest(secret)))
      changed()
      return { key, secret }
    },
    revokeKey: revoked,
    async rotateKey(id, graceMs) {
      const old = await orUnavailable(store.key(id))
      if (old === null || endOf(old) <= clock.nowMs()) throw noSuchKey()
      const { key, secret } = made(old)
      const endsAtMs = clock.nowMs() + graceMs
      if (!(await orUnavailable(store.replaceKey(id, endsAtMs, key, digest(secret))))) throw noSuchKey()
      changed()
      return { key, secret }
    },
  }
}

type KeyKind = Pick<ApiKey, 'teamId' | 'name' | 'scopes' | 'expiresAtMs'>

function noSuchKey(): ServiceError {
  return new ServiceError('key_not_found', 'There is no key of this id, or it is over, or has a successor.')
}

function pastEnd(): ServiceError {
  const message = 'The end of a key lies in the future.'
  return new ServiceError('invalid_body', message, { flaws: [{ in: 'body', path: 'expires_at', message }] })
}

function badName(whose: string): ServiceError {
  return flawedName(
    `${whose} has a name of 1 to ${NAME_LENGTH_MAX} characters, some to be seen, none a control character, without spaces around it.`,
  )
}

function flawedName(message: string): ServiceError {
  return new ServiceError('invalid_body', message, { flaws: [{ in: 'body', path: 'name', message }] })
}
