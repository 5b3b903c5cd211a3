import { onAccess, STORAGE, tableText, timeText } from './access.ts'
import { type Command, DONE, type Options, type Surroundings, UsageError } from './command.ts'

type Access = typeof import('../compose-cli-access.ts')
type ApiKey = Awaited<ReturnType<import('../compose-cli-access.ts').AccessService['revokeKey']>>
type IssuedKey = Awaited<ReturnType<import('../compose-cli-access.ts').AccessService['issueKey']>>

const GRACE_SECONDS = 3600
const GRACE_SECONDS_MAX = 30 * 86_400

export const createKey: Command = {
  name: 'keys create',
  usage: '<team> [--name N] [--scopes read,taps:write] [--expires DATE]',
  about: 'creates a key for a team and prints it, this once',
  details: `Prints the key alone on a line; what else there is to say goes to standard error. Only a digest of it is kept, so
nobody can print it again. <team> is an id or a name.

  --name N         what its owners call it
  --scopes LIST    what it may do; all when absent
                     read        counts, tags, and prices where those are not open to all
                     taps:write  taps and tags
  --expires DATE   refused from then on: 2027-01-01 (the begin of that day, UTC) or 2027-01-01T12:00Z

${STORAGE}`,
  options: ['name', 'scopes', 'expires'],
  least: 1,
  most: 1,
  async run([team = ''], surroundings, options) {
    const wish = wishOf(options, await import('../compose-cli-access.ts'))
    return tellKey(await onAccess(surroundings, (access) => access.issueKey(team, wish)), surroundings)
  },
}

export const listKeys: Command = {
  name: 'keys list',
  usage: '<team>',
  about: 'prints the keys of a team: id, begin and end, scopes, state, name',
  least: 1,
  most: 1,
  async run([team = ''], surroundings) {
    const keys = await onAccess(surroundings, (access) => access.keys(team))
    surroundings.print(tableText(keys.map((key) => rowOf(key, Date.now()))))
    return DONE
  },
}

export const revokeKey: Command = {
  name: 'keys revoke',
  usage: '<id>',
  about: 'revokes a key, by its id (not the key itself)',
  details: `From now on the key is refused: by running instances on the same PostgreSQL within two seconds.\n\n${STORAGE}`,
  least: 1,
  most: 1,
  async run([id = ''], surroundings) {
    const key = await onAccess(surroundings, (access) => access.revokeKey(id))
    surroundings.print(`${key.id}  ${stateOf(key, Date.now())}\n`)
    return DONE
  },
}

export const rotateKey: Command = {
  name: 'keys rotate',
  usage: '<id> [--grace SECONDS]',
  about: 'puts a new key in the place of another and prints it, this once',
  details: `The new key has the team, name, scopes and end of the old one, which is refused when its time of grace is over.

  --grace SECONDS  for how long the old key is still honoured; ${GRACE_SECONDS} when absent, at most ${GRACE_SECONDS_MAX}

${STORAGE}`,
  options: ['grace'],
  least: 1,
  most: 1,
  async run([id = ''], surroundings, { grace = String(GRACE_SECONDS) }) {
    if (!/^\d{1,7}$/.test(grace) || Number(grace) > GRACE_SECONDS_MAX) {
      throw new UsageError(`--grace is a whole number of seconds, at most ${GRACE_SECONDS_MAX}.`)
    }
    return tellKey(await onAccess(surroundings, (access) => access.rotateKey(id, Number(grace) * 1000)), surroundings)
  },
}

/** @throws UsageError */
function wishOf({ name, scopes, expires }: Options, { readScopes, readMoment, ALL_SCOPES }: Access) {
  const granted = scopes === undefined ? ALL_SCOPES : readScopes(scopes)
  if (granted === null) throw new UsageError(`--scopes is a list of ${ALL_SCOPES.join(', ')}, separated by commas.`)
  const expiresAtMs = expires === undefined ? null : readMoment(expires)
  if (typeof expiresAtMs === 'string') throw new UsageError(`--expires: ${expiresAtMs}`)
  return { name: name ?? null, scopes: granted, expiresAtMs }
}

function tellKey({ key, secret }: IssuedKey, { print, tell }: Surroundings): number {
  tell(`key ${key.id} of team ${key.teamId}, ${key.scopes.join(', ')}. It is shown this once:\n`)
  print(`${secret}\n`)
  return DONE
}

function rowOf(key: ApiKey, nowMs: number): string[] {
  return [key.id, `${key.prefix}…${key.ending}`, key.scopes.join(','), stateOf(key, nowMs), key.name ?? '']
}

function stateOf({ expiresAtMs, revokedAtMs }: ApiKey, nowMs: number): string {
  if (revokedAtMs !== null) return `${revokedAtMs <= nowMs ? 'revoked' : 'ends'} ${timeText(revokedAtMs)}`
  if (expiresAtMs !== null) return `${expiresAtMs <= nowMs ? 'expired' : 'expires'} ${timeText(expiresAtMs)}`
  return 'valid'
}
