import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import type { KeptQuota, QuotaKeeper } from '../../src/ports/quota-keeper.ts'
import { memoryQuotaKeeper } from '../support/memory-quota-keeper.ts'
import { noPostgres, skipPostgres, startPostgres } from '../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, tempFolder } from '../support/stores.ts'

interface Bench {
  /** Empty. */
  fresh(): Promise<QuotaKeeper>
  release(): Promise<void>
}

const T0 = Date.UTC(2026, 10, 20, 12)

suite('memory', async () => ({ fresh: async () => memoryQuotaKeeper(), release: async () => undefined }))
suite('embedded', openEmbedded)
describe.skipIf(skipPostgres)(noPostgres === null ? '' : `skipped: ${noPostgres}`, () => {
  suite('PostgreSQL', openPostgres)
})

function suite(name: string, open: () => Promise<Bench>): void {
  describe(`quota keeper: ${name}`, () => {
    let bench: Bench
    let keeper: QuotaKeeper
    beforeAll(async () => {
      bench = await open()
    }, 120_000)
    beforeEach(async () => {
      keeper = await bench.fresh()
    })
    afterAll(() => bench?.release())

    const loaded = async () => byKey(await keeper.load())

    test('has nothing before anything was saved', async () => {
      expect(await keeper.load()).toEqual([])
      await keeper.save([])
      expect(await keeper.load()).toEqual([])
    })

    test('gives back what was saved, two of one moment and times before 1970 too', async () => {
      const saved = [quota('a', T0, T0, T0 + 1, T0 + 3_600_000), quota('b', -5, 0, 7), quota('c', T0)]
      await keeper.save(saved)
      expect(await loaded()).toEqual(byKey(saved))
    })

    test('replaces what is kept of the keys that changed, an empty one by nothing; others stay', async () => {
      await keeper.save([quota('a', T0), quota('b', T0), quota('c', T0)])
      await keeper.save([quota('a', T0 + 1, T0 + 2), quota('b'), quota('never there')])
      expect(await loaded()).toEqual(byKey([quota('a', T0 + 1, T0 + 2), quota('c', T0)]))
    })

    test('takes the saves of two processes at one moment', async () => {
      const keys = Array.from({ length: 50 }, (_, n) => `key ${n}`)
      const saves = [keys, [...keys].reverse()].map((order) => keeper.save(order.map((key) => quota(key, T0))))
      await Promise.all(saves)
      expect(await loaded()).toEqual(byKey(keys.map((key) => quota(key, T0))))
    })

    test('keeps any times, however many', async () => {
      const time = fc.integer({ min: 0, max: 8_640_000_000_000_000 })
      const times = fc.array(time, { minLength: 1, maxLength: 200 }).map((all) => all.sort((a, b) => a - b))
      await fc.assert(
        fc.asyncProperty(fc.dictionary(fc.uuid(), times, { maxKeys: 5 }), async (taken) => {
          const saved = Object.entries(taken).map(([key, takenAtMs]) => quota(key, ...takenAtMs))
          await keeper.save(saved)
          const found = await loaded()
          for (const { key, takenAtMs } of saved) expect(found.get(key)).toEqual(takenAtMs)
        }),
        { numRuns: 25 },
      )
    })
  })
}

function quota(key: string, ...takenAtMs: number[]): KeptQuota {
  return { key, takenAtMs }
}

function byKey(kept: readonly KeptQuota[]): ReadonlyMap<string, readonly number[]> {
  return new Map(kept.map(({ key, takenAtMs }) => [key, takenAtMs]))
}

async function openEmbedded(): Promise<Bench> {
  const folder = await tempFolder()
  const { opening, quotas, clear, close } = embeddedStore(await newEngineFolder(`${folder.path}/prices`))
  await opening.first()
  return { fresh: () => clear().then(() => quotas), release: () => close().finally(folder.remove) }
}

async function openPostgres(): Promise<Bench> {
  const server = await startPostgres()
  const { opening, quotas, clear, close } = postgresStore(server.url)
  await opening.first()
  return { fresh: () => clear().then(() => quotas), release: () => close().finally(server.stop) }
}
