import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { ApiKey } from '../../src/domain/access/team.ts'
import type { AccessStore } from '../../src/ports/access-store.ts'
import { memoryAccessStore } from '../support/memory-access-store.ts'
import { noPostgres, skipPostgres, startPostgres } from '../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, tempFolder } from '../support/stores.ts'

interface Bench {
  /** Empty. */
  fresh(): Promise<AccessStore>
  release(): Promise<void>
}

const T0 = Date.UTC(2026, 10, 20, 12)
const BAD = ['a\u0000b', '\uD800']

suite('memory', openMemory)
suite('embedded', openEmbedded)
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', openPostgres)
})

function suite(name: string, open: () => Promise<Bench>): void {
  describe(`access store: ${name}`, () => {
    let bench: Bench
    let store: AccessStore
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    beforeEach(async () => {
      store = await bench.fresh()
    })
    afterAll(() => bench?.release())

    test('has no team and no key before the first', async () => {
      expect(await store.teams()).toEqual([])
      expect(await store.keys(1)).toEqual([])
      for (const odd of ['', '1', '0', '99999999999', 'x', ...BAD]) {
        expect(await store.team(odd)).toBeNull()
        expect(await store.key(odd)).toBeNull()
        expect(await store.holder(odd)).toBeNull()
        expect(await store.revokeKey(odd, T0)).toBeNull()
        expect(await store.takeTicket(odd, T0)).toBeNull()
      }
    })

    test('gives teams the next free id, or the one that was asked for', async () => {
      expect(await store.createTeam('Åland "x"; --', null, T0)).toEqual({
        id: 1,
        name: 'Åland "x"; --',
        createdAtMs: T0,
      })
      expect(await store.createTeam('seven', 7, T0 + 1)).toEqual({ id: 7, name: 'seven', createdAtMs: T0 + 1 })
      expect(await store.createTeam('next', null, T0)).toMatchObject({ id: 8 })
      expect((await store.teams()).map(({ id }) => id)).toEqual([1, 7, 8])
    })

    test('has each name once, whatever it is written with, and shows it as it was written', async () => {
      const team = await store.createTeam('ﬁne Ｂonkers', null, T0)
      expect(team).toMatchObject({ name: 'ﬁne Ｂonkers' })
      for (const name of ['fine bonkers', 'FINE BONKERS', 'ﬁne Ｂonkers', 'fi\u200bne bonkers']) {
        expect(await store.createTeam(name, null, T0)).toBe('taken')
        expect(await store.team(name)).toEqual(team)
      }
    })

    test('has each name and each id once, whatever the case', async () => {
      await store.createTeam('Alpha', 3, T0)
      expect(await store.createTeam('ALPHA', null, T0)).toBe('taken')
      expect(await store.createTeam('beta', 3, T0)).toBe('taken')
      expect(await store.teams()).toHaveLength(1)
    })

    test('finds a team by its id, and by its name where that is no id', async () => {
      await store.createTeam('2', 1, T0)
      await store.createTeam('Beta', 2, T0)
      await store.createTeam('5', 3, T0)
      expect(await store.team('2')).toMatchObject({ id: 2 })
      expect(await store.team('5')).toMatchObject({ id: 3 })
      expect(await store.team('bETA')).toMatchObject({ id: 2 })
      expect(await store.team('02')).toBeNull()
    })

    test.each(BAD)('refuses a text that cannot be kept: %j', async (text) => {
      await store.createTeam('Alpha', 1, T0)
      await expect(store.createTeam(text, null, T0)).rejects.toMatchObject({ code: 'invalid_body' })
      await expect(store.addKey(keyOf('k', { name: text }), 'd')).rejects.toMatchObject({ code: 'invalid_body' })
      expect(await store.keys(1)).toEqual([])
    })

    test('keeps keys of a team, newest first, and nobody else has them', async () => {
      await store.createTeam('Alpha', 1, T0)
      await store.createTeam('Beta', 2, T0)
      const [a, b] = [
        keyOf('a', { name: 'x', expiresAtMs: T0 + 9 }),
        keyOf('b', { createdAtMs: T0 + 1, scopes: ['read'] }),
      ]
      await store.addKey(a, 'digest a')
      await store.addKey(b, 'digest b')
      expect(await store.keys(1)).toEqual([b, a])
      expect(await store.keys(2)).toEqual([])
      expect(await store.key('a')).toEqual(a)
      expect(await store.holder('digest a')).toEqual({ team: { id: 1, name: 'Alpha', createdAtMs: T0 }, key: a })
      expect(await store.holder('digest A')).toBeNull()
      await expect(store.addKey(keyOf('c', { teamId: 9 }), 'c')).rejects.toMatchObject({ code: 'team_not_found' })
    })

    test('revokes a key, never later than before', async () => {
      await store.createTeam('Alpha', 1, T0)
      await store.addKey(keyOf('a'), 'd')
      expect(await store.revokeKey('a', T0 + 50)).toMatchObject({ revokedAtMs: T0 + 50 })
      expect(await store.revokeKey('a', T0 + 90)).toMatchObject({ revokedAtMs: T0 + 50 })
      expect(await store.revokeKey('a', T0 + 20)).toMatchObject({ revokedAtMs: T0 + 20 })
      expect(await store.holder('d')).toMatchObject({ key: { revokedAtMs: T0 + 20 } })
    })

    test('gives a key one successor, however many ask at once, and a revoked one none', async () => {
      await store.createTeam('Alpha', 1, T0)
      await store.addKey(keyOf('a'), 'd')
      const tries = ['b', 'c', 'e'].map((id) => store.replaceKey('a', T0 + 50, keyOf(id), `digest of ${id}`))
      expect((await Promise.all(tries)).filter((isDone) => isDone)).toHaveLength(1)
      expect(await store.keys(1)).toHaveLength(2)
      expect(await store.key('a')).toMatchObject({ revokedAtMs: T0 + 50 })
      expect(await store.replaceKey('nobody', T0 + 50, keyOf('f'), 'f')).toBe(false)
    })

    test('has another version after every change', async () => {
      const seen = [await store.version()]
      await store.createTeam('Alpha', 1, T0)
      seen.push(await store.version())
      await store.addKey(keyOf('a'), 'd')
      seen.push(await store.version())
      await store.revokeKey('a', T0)
      seen.push(await store.version())
      expect(new Set(seen).size).toBe(4)
      expect(await store.version()).toBe(seen.at(-1))
    })

    test('gives a ticket to one taker, in time', async () => {
      await store.createTeam('Alpha', 1, T0)
      await store.addKey(keyOf('a'), 'd')
      for (const digest of ['one', 'two']) await store.addTicket(digest, 'a', T0 + 100)
      const takers = await Promise.all([1, 2, 3, 4].map(() => store.takeTicket('one', T0 + 99)))
      expect(takers.filter((holder) => holder !== null)).toMatchObject([{ key: { id: 'a' }, team: { name: 'Alpha' } }])
      expect(await store.takeTicket('two', T0 + 100)).toBeNull()
      expect(await store.takeTicket('two', T0)).toBeNull()
      await store.addTicket('three', 'nobody', T0 + 100)
      expect(await store.takeTicket('three', T0)).toBeNull()
    })

    test('makes teams at one moment with different ids', async () => {
      const made = await Promise.all(['a', 'b', 'c', 'd', 'A'].map((name) => store.createTeam(name, null, T0)))
      const teams = made.filter((team) => team !== 'taken')
      expect(teams).toHaveLength(4)
      expect(new Set(teams.map(({ id }) => id)).size).toBe(4)
    })
  })
}

function keyOf(id: string, fields: Partial<ApiKey> = {}): ApiKey {
  return {
    id,
    teamId: 1,
    name: null,
    prefix: `ttap_${id}`,
    ending: '1234',
    scopes: ['read', 'taps:write'],
    createdAtMs: T0,
    expiresAtMs: null,
    revokedAtMs: null,
    ...fields,
  }
}

async function openMemory(): Promise<Bench> {
  return { fresh: async () => memoryAccessStore(), release: async () => undefined }
}

async function openEmbedded(): Promise<Bench> {
  const folder = await tempFolder()
  const { opening, access, clear, close } = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
  await opening.first()
  return { fresh: () => clear().then(() => access), release: () => close().finally(folder.remove) }
}

async function openPostgres(): Promise<Bench> {
  const server = await startPostgres()
  const { opening, access, clear, close } = postgresStore(server.url)
  await opening.first()
  return { fresh: () => clear().then(() => access), release: () => close().finally(server.stop) }
}
