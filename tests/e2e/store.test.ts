import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { killAfter, startScript } from '../support/killing.ts'
import { LAST_MIGRATION } from '../support/last-migration.ts'
import { noPostgres, type PostgresServer, skipPostgres, startPostgres } from '../support/postgres.ts'
import { embeddedStore, newEngineFolder, postgresStore, type StoreForTests, tempFolder } from '../support/stores.ts'

const WRITER = 'tests/adapters/store/programs/writer.ts'
const OPENER = 'tests/adapters/store/programs/opener.ts'
const KILLS = 20
const X = { kind: 'token', id: 'solana:X' } as const
const HOUR_MS = 3_600_000

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeAll(async () => {
  folder = await tempFolder()
}, 120_000)
afterAll(() => folder.remove())

let copies = 0
const newFolder = () => {
  copies += 1
  return newEngineFolder(`${folder.path}/${copies}`)
}

describe('a process with the embedded engine', () => {
  test(`that is killed ${KILLS} times while it records has lost nothing that was acknowledged`, async () => {
    const place = await newFolder()
    let next = 0
    for (let kill = 0; kill < KILLS; kill += 1) {
      await using writer = startScript(WRITER, place, String(next))
      await writer.said(new RegExp(`^${next + kill + 3}$`, 'm'))
      writer.signal('SIGKILL')
      await writer.ended
      next = lastAcknowledged(writer.output()) + 1
    }
    await expectMinutes(embeddedStore(place), next)
  }, 600_000)

  test('that is killed while it makes its folder makes it at the next start', async () => {
    const place = `${folder.path}/first`
    for (const ms of [0, 500, 1500, 3000]) await killAfter(startScript(OPENER, place), ms + Math.random() * 500)
    const { opening, close } = embeddedStore(place)
    await opening.first()
    expect(opening.state()).toEqual({ status: 'ready', migration: LAST_MIGRATION })
    await close()
  }, 600_000)

  test(`that is killed ${KILLS} times while it migrates ends with whole tables`, async () => {
    const started = performance.now()
    expect(await startScript(OPENER, await newFolder()).ended).toBe(0)
    const wholeMs = performance.now() - started
    for (let kill = 0; kill < KILLS; kill += 1) {
      const place = await newFolder()
      await killAfter(startScript(OPENER, place), ((kill + 1) / KILLS) * wholeMs)
      await expectWhole(embeddedStore(place))
    }
  }, 600_000)
})

describe.skipIf(skipPostgres)(
  `a process with PostgreSQL${noPostgres === null ? '' : ` (skipped: ${noPostgres})`}`,
  () => {
    let server: PostgresServer
    beforeAll(async () => {
      server = await startPostgres()
    }, 120_000)
    afterAll(() => server?.stop())

    test(`that is killed ${KILLS} times while it migrates ends with whole tables`, async () => {
      const started = performance.now()
      expect(await startScript(OPENER, server.newDatabase()).ended).toBe(0)
      const wholeMs = performance.now() - started
      for (let kill = 0; kill < KILLS; kill += 1) {
        const place = server.newDatabase()
        await killAfter(startScript(OPENER, place), ((kill + 1) / KILLS) * wholeMs)
        await expectWhole(postgresStore(place))
      }
    }, 600_000)

    test('loses nothing that was acknowledged when every third kill is of the server', async () => {
      const place = server.newDatabase()
      let next = 0
      for (let kill = 0; kill < 9; kill += 1) {
        await using writer = startScript(WRITER, place, String(next))
        await writer.said(new RegExp(`^${next + kill + 3}$`, 'm'))
        if (kill % 3 === 2) await server.kill9()
        writer.signal('SIGKILL')
        await writer.ended
        if (kill % 3 === 2) await server.restart()
        next = lastAcknowledged(writer.output()) + 1
      }
      await expectMinutes(postgresStore(place), next)
    }, 600_000)
  },
)

/** Minute of the last line that is a whole number. */
function lastAcknowledged(output: string): number {
  return Number(output.match(/^\d+$/gm)?.at(-1))
}

/** All minutes from 0 up to `count` are there, and perhaps the one that was on its way; the hours say the same. */
async function expectMinutes({ store, opening, close }: StoreForTests, count: number): Promise<void> {
  await opening.first()
  const all = { fromMs: 0, toMs: Number.MAX_SAFE_INTEGER }
  const minutes = await store.pieces(X, '1m', all, Number.MAX_SAFE_INTEGER, 1_000_000)
  const hours = await store.pieces(X, '1h', all, Number.MAX_SAFE_INTEGER, 1_000_000)
  await close()
  const closes = minutes.map(({ close: price }) => price)
  expect(closes.slice(0, count)).toEqual(Array.from({ length: count }, (_, minute) => minute))
  expect(closes.length - count).toBeLessThanOrEqual(1)
  const records = Map.groupBy(minutes, ({ openTimeMs }) => Math.floor(openTimeMs / HOUR_MS))
  expect(hours.map((hour) => hour.records)).toEqual([...records.values()].map(({ length }) => length))
}

async function expectWhole({ store, opening, close }: StoreForTests): Promise<void> {
  await opening.first()
  expect(opening.state()).toEqual({ status: 'ready', migration: LAST_MIGRATION })
  expect(await store.coins()).toEqual([])
  expect(await store.pieces(X, '1h', { fromMs: 0, toMs: 1 }, 1, 1)).toEqual([])
  await close()
}
