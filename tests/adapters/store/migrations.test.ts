import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import type { Db } from '../../../src/adapters/store/db.ts'
import { openEmbedded } from '../../../src/adapters/store/embedded/engine.ts'
import { type Migration, migrate, migrations } from '../../../src/adapters/store/migrate.ts'
import { openPostgres } from '../../../src/adapters/store/postgres/engine.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { noPostgres, skipPostgres, startPostgres } from '../../support/postgres.ts'
import { newEngineFolder, tempFolder } from '../../support/stores.ts'

const clock = systemClock()
const ONE = migration(1, 'create table a (n int4)')
const TWO = migration(2, 'create table b (n int4); insert into b select 1')
const BROKEN = migration(2, 'create table b (n int4); insert into nowhere values (1)')

suite('embedded', async () => {
  const folder = await tempFolder()
  const { signal } = new AbortController()
  const db = await openEmbedded({ folder: await newEngineFolder(`${folder.path}/prices`), clock, signal, onLost() {} })
  return { db, release: () => db.close().finally(folder.remove) }
})
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', async () => {
    const server = await startPostgres()
    const db = openPostgres({ url: server.url, clock })
    return { db, release: () => db.close().finally(server.stop) }
  })
})

test('the files are numbered without a gap', async () => {
  const names = (await migrations()).map(({ name }) => name)
  expect(names.map((name) => Number(name.slice(0, 4)))).toEqual(names.map((_, index) => index + 1))
})

function suite(engine: string, open: () => Promise<{ readonly db: Db; release(): Promise<void> }>): void {
  describe(`migrations: ${engine}`, () => {
    let bench: Awaited<ReturnType<typeof open>>
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    afterAll(() => bench?.release())
    const begin = () => bench.db.transaction((tx) => tx.exec('drop table if exists schema_migration, a, b'))
    const tables = async () => {
      const sql = `select table_name as name from information_schema.tables where table_name in ('a', 'b') order by 1`
      return (await bench.db.query<{ name: string }>(sql)).map(({ name }) => name)
    }

    test('are applied once each, in order, and reported', async () => {
      await begin()
      const reached: number[] = []
      expect(await migrate(bench.db, [ONE, TWO], { onReached: (number) => reached.push(number) })).toBe(2)
      expect(reached).toEqual([1, 2])
      expect(await migrate(bench.db, [ONE, TWO])).toBe(2)
      expect(await tables()).toEqual(['a', 'b'])
    })

    test('are applied once when several instances start at one moment', async () => {
      await begin()
      const all = await Promise.all([1, 2, 3, 4].map(() => migrate(bench.db, [ONE, TWO])))
      expect(all).toEqual([2, 2, 2, 2])
      expect(await bench.db.query('select n from b')).toEqual([{ n: 1 }])
    })

    test('that fail leave the database at the one before', async () => {
      await begin()
      await expect(migrate(bench.db, [ONE, BROKEN])).rejects.toThrow('SQLSTATE 42P01')
      expect(await tables()).toEqual(['a'])
      expect(await migrate(bench.db, [ONE, TWO])).toBe(2)
    })

    test('of a newer version are told so, and nothing is touched', async () => {
      await begin()
      await migrate(bench.db, [ONE, TWO])
      const older = migrate(bench.db, [ONE])
      await expect(older).rejects.toThrow(StoreUnavailable)
      await expect(older).rejects.toThrow(/newer than this version: it has migration 2.* known here is 1/)
      expect(await tables()).toEqual(['a', 'b'])
    })

    test('of this version leave what earlier ones have written', async () => {
      await begin()
      const steps = await migrations()
      await migrate(bench.db, steps, { upTo: 1 })
      await bench.db.transaction((tx) => tx.exec("insert into token (token_id, id) values (7, 'solana:X')"))
      expect(await migrate(bench.db, steps)).toBe(steps.length)
      expect(await bench.db.query('select token_id, id from token')).toEqual([{ token_id: 7, id: 'solana:X' }])
      expect(await bench.db.query('select count(*)::int4 as count from access_version')).toEqual([{ count: 1 }])
    })

    test('of another version are told so', async () => {
      await begin()
      await migrate(bench.db, [ONE])
      await expect(migrate(bench.db, [{ ...ONE, sha256: 'other' }, TWO])).rejects.toThrow('0001_test.sql')
      expect(await tables()).toEqual(['a'])
    })
  })
}

function migration(number: number, sql: string): Migration {
  return { number, name: `000${number}_test.sql`, sql, sha256: `of ${sql}` }
}
