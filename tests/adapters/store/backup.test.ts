import { readFileSync, writeFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { backup } from '../../../src/adapters/store/backup.ts'
import { BackupError } from '../../../src/adapters/store/backup-format.ts'
import type { Db } from '../../../src/adapters/store/db.ts'
import { restore } from '../../../src/adapters/store/restore.ts'
import type { ApiKey } from '../../../src/domain/access/team.ts'
import type { PriceStore, TokenRecord } from '../../../src/ports/price-store.ts'
import type { TapBatch } from '../../../src/ports/tap-store.ts'
import { noPostgres, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, type StoreForTests, tempFolder } from '../../support/stores.ts'

const NEVER_MS = Number.MAX_SAFE_INTEGER
const ALL = { fromMs: 0, toMs: NEVER_MS }
const X = { kind: 'token', id: 'solana:X' } as const
/** What would end a line, a statement or a text somewhere. */
const ODD = `a\u2028b\u2029c\r\nd"e\\f'g;{"table":"coin"}`

let folder: Awaited<ReturnType<typeof tempFolder>>
let embedded: StoreForTests
beforeAll(async () => {
  folder = await tempFolder()
  embedded = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
  await embedded.opening.first()
}, 120_000)
afterAll(async () => {
  await embedded?.close()
  folder?.remove()
})

const file = () => `${folder.path}/backup`
const save = (from: StoreForTests) => from.opening.use((db: Db) => backup(db, file()))
const load = (to: StoreForTests) => to.opening.use((db: Db) => restore(db, file()))

describe('a backup of the embedded engine', () => {
  beforeEach(() => embedded.clear())

  test('has everything that was there, whatever the texts and numbers are', async () => {
    await fill(embedded.store)
    const before = await everything(embedded.store)
    const rows = await save(embedded)
    await embedded.clear()
    expect(await load(embedded)).toBe(rows)
    expect(await everything(embedded.store)).toEqual(before)
  })

  test('has teams, keys, tags and taps; what counts them is made anew', async () => {
    await fillTaps(embedded)
    const before = await everyTap(embedded)
    const version = await embedded.taps.version(1)
    await save(embedded)
    await embedded.clear()
    await load(embedded)
    expect(await everyTap(embedded)).toEqual(before)
    expect(await embedded.taps.check()).toBe(0)
    expect(await embedded.taps.version(1)).not.toBe(version)
    expect(await embedded.taps.recent(1)).toEqual([])
    expect(await embedded.taps.record([RETRIED], T0)).toMatchObject([{ fates: ['accepted'], isReplay: true }])
    expect(await embedded.taps.record([batchOf('a', T0)], T0)).toMatchObject([{ fates: ['duplicate'] }])
    expect(await embedded.access.createTeam('next', null, 1)).toMatchObject({ id: 8 })
    expect(await embedded.access.takeTicket('ticket', 0)).toBeNull()
  })

  test('goes on growing after it was restored', async () => {
    await fill(embedded.store)
    await save(embedded)
    await embedded.clear()
    await load(embedded)
    await embedded.store.recordMinutes([minute(9, { id: 'solana:New' })], 1)
    expect((await embedded.store.tokens()).map(({ id }) => id)).toContain('solana:New')
  })

  test('is of one moment, whatever is written meanwhile', async () => {
    let written = 0
    let done = false
    const writing = (async () => {
      for (; !done; written += 1)
        await embedded.store.recordMinutes([minute(written), minute(written, { id: 'solana:Y' })], NEVER_MS)
    })()
    while (written < 5) await new Promise(setImmediate)
    await save(embedded)
    done = true
    await writing
    await embedded.clear()
    await load(embedded)
    const count = async (id: string) =>
      (await embedded.store.pieces({ kind: 'token', id }, '1m', ALL, NEVER_MS, 10_000)).length
    expect(await count('solana:X')).toBeGreaterThanOrEqual(5)
    expect(await count('solana:X')).toBe(await count('solana:Y'))
    const hours = await embedded.store.pieces(X, '1h', ALL, NEVER_MS, 10_000)
    expect(hours.reduce((sum, { records }) => sum + records, 0)).toBe(await count('solana:X'))
  })

  test('is restored into an empty store only', async () => {
    await fill(embedded.store)
    await save(embedded)
    await expect(load(embedded)).rejects.toThrow(BackupError)
  })

  test.each([
    ['that is cut off', (text: string) => gzipSync(text.split('\n').slice(0, -2).join('\n'))],
    ['whose compression is cut off', (text: string) => gzipSync(text).subarray(0, -30)],
    ['that misses a row', (text: string) => gzipSync(text.replace(/\{"coin_id".*\n/, ''))],
    ['that is none', () => gzipSync('{"format":"other"}\n')],
    ['that is empty', () => Buffer.alloc(0)],
    ['that is not compressed', (text: string) => Buffer.from(text)],
    [
      'with a table that there is not',
      (text: string) => gzipSync(text.replace('"table":"coin"', '"table":"pg_class"')),
    ],
    ['of a newer version', (text: string) => gzipSync(text.replace(/"migration":\d+/, '"migration":99'))],
  ])('%s is refused, and nothing of it stays', async (_, damage) => {
    await fill(embedded.store)
    await save(embedded)
    const text = gunzipSync(readFileSync(file())).toString()
    await embedded.clear()
    writeFileSync(file(), damage(text))
    await expect(load(embedded)).rejects.toThrow(BackupError)
    expect(await embedded.store.coins()).toEqual([])
    expect(await embedded.store.tokens()).toEqual([])
  })

  test('that cannot be written leaves the earlier one', async () => {
    writeFileSync(file(), 'earlier')
    await expect(embedded.opening.use((db) => backup(db, `${folder.path}/no/folder`))).rejects.toThrow('ENOENT')
    expect(readFileSync(file(), 'utf8')).toBe('earlier')
  })
})

describe.skipIf(skipPostgres)(`between the engines${noPostgres === null ? '' : ` (skipped: ${noPostgres})`}`, () => {
  test('a backup is the same history on both, there and back', async () => {
    const server = await startPostgres()
    const [there, blank] = [postgresStore(server.url), server.newDatabase()]
    await there.opening.first()
    await embedded.clear()
    await fill(embedded.store)
    await fillTaps(embedded)
    const before = [await everything(embedded.store), await everyTap(embedded)]
    await save(embedded)
    await load(there)
    expect([await everything(there.store), await everyTap(there)]).toEqual(before)
    expect(await there.taps.check()).toBe(0)
    await save(there)
    await embedded.clear()
    await load(embedded)
    expect([await everything(embedded.store), await everyTap(embedded)]).toEqual(before)
    await there.close()
    expect(server.psql("select count(*) from information_schema.tables where table_name = 'coin'", blank)).toBe('0')
    await server.stop()
  }, 120_000)
})

async function fill(store: PriceStore): Promise<void> {
  const close = [0.1, 5e-324, 1.7976931348623157e308]
  const days = close.map((price, day) => ({
    symbol: ODD,
    name: ODD,
    record: { ...minute(0).record, openTimeMs: day * 86_400_000, close: price },
  }))
  await store.importDays(one(days), 1)
  await store.importDays(one(days.slice(1).map((row) => ({ ...row, record: { ...row.record, volume: null } }))), 2)
  await store.recordMinutes([minute(0), minute(1), minute(70, { symbol: ODD })], NEVER_MS)
  await store.recordMinutes([minute(1, {}, 7)], NEVER_MS)
}

const T0 = Date.UTC(2026, 10, 20, 12)
const KEY: ApiKey = {
  ...{ id: 'key', teamId: 7, name: ODD, prefix: 'ttap_', ending: '1234', scopes: ['read'] },
  ...{ createdAtMs: 1, expiresAtMs: null, revokedAtMs: 5 },
}
const RETRIED: TapBatch = { ...batchOf('retried', T0), retry: { key: ODD, fingerprint: 'f' } }

async function fillTaps({ access, taps }: StoreForTests): Promise<void> {
  await access.createTeam(ODD, 7, 1)
  await access.addKey(KEY, 'digest')
  await access.addTicket('ticket', 'key', T0)
  const tag = { teamId: 1, name: ODD, tokenId: null, targetUrl: null, createdAtMs: 1 }
  await taps.importTags(['1', '9223372036854775807'].map((uid) => ({ ...tag, uid })))
  const batches = [0, T0 - 900 * 86_400_000, T0, Date.UTC(2120, 1)].map((atMs) => batchOf(ODD.slice(0, 3) + atMs, atMs))
  await taps.record([...batches, batchOf('a', T0), RETRIED], T0)
  await taps.removeTag(1, '1')
}

async function everyTap({ access, taps }: StoreForTests): Promise<unknown> {
  const bounds = [-1, 1, T0 - 800 * 86_400_000, T0, T0 + 1, 2 * Date.UTC(2120, 1)]
  return {
    teams: await access.teams(),
    holder: await access.holder('digest'),
    tags: await taps.tags(1),
    counts: await taps.counts(1, bounds),
    byTag: await taps.countsByTag(1, null, bounds),
    extent: await taps.extent(1),
  }
}

function batchOf(id: string, atMs: number): TapBatch {
  return { teamId: 1, taps: [{ id, tag: '1', count: 2, atMs }], retry: null }
}

async function everything(store: PriceStore): Promise<unknown> {
  const coin = { kind: 'coin', symbol: ODD } as const
  return {
    coins: await store.coins(),
    tokens: await store.tokens(),
    days: await store.pieces(coin, '1d', ALL, NEVER_MS, 1000),
    daysBefore: await store.pieces(coin, '1d', ALL, 1, 1000),
    minutes: await store.pieces(X, '1m', ALL, NEVER_MS, 1000),
    hours: await store.pieces(X, '1h', ALL, NEVER_MS, 1000),
  }
}

async function* one<T>(batch: readonly T[]): AsyncGenerator<readonly T[]> {
  yield batch
}

function minute(at: number, label: Partial<TokenRecord> = {}, price = 1): TokenRecord {
  const record = { openTimeMs: at * 60_000, open: 1, high: price, low: 1, close: price, volume: 0.1, marketCap: null }
  return { id: 'solana:X', symbol: 'X', name: null, ...label, record }
}
