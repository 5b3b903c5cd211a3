import { writeFileSync } from 'node:fs'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { backupStore, FolderInUse, migrateStore, openStore, restoreStore } from '../../../src/app/compose-store.ts'
import { StoreUnavailable } from '../../../src/domain/errors.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { LAST_MIGRATION } from '../../support/last-migration.ts'
import { memoryLog } from '../../support/log.ts'
import { newEngineFolder, tempFolder } from '../../support/stores.ts'

const clock = systemClock()
const parts = () => ({ clock, log: memoryLog() })

let folder: Awaited<ReturnType<typeof tempFolder>>
beforeEach(async () => {
  folder = await tempFolder()
})
afterEach(() => folder.remove())

describe('the store of a configuration', () => {
  test('opens in its folder; who asks at once gets an answer when it is open, or gives up after a while', async () => {
    const still = fakeClock()
    const config = { databaseUrl: null, dataDir: `${folder.path}/a/b` }
    const { store, opened, close } = openStore(config, { ...parts(), clock: still })
    expect(store.state()).toEqual({ status: 'opening', migration: 0 })
    const gaveUp = expect(store.coins()).rejects.toThrow(StoreUnavailable)
    await still.advance(6_000)
    await gaveUp
    const answer = store.coins()
    await opened()
    expect(await answer).toEqual([])
    expect(store.state()).toEqual({ status: 'ready', migration: LAST_MIGRATION })
    await close()
    await close()
    await expect(store.coins()).rejects.toThrow(StoreUnavailable)
  }, 120_000)

  test('can be closed before it is open, and its folder is free then', async () => {
    await newEngineFolder(`${folder.path}/prices`)
    const config = { databaseUrl: null, dataDir: folder.path }
    const first = openStore(config, parts())
    await first.close()
    const second = openStore(config, parts())
    await second.close()
  }, 120_000)

  test('refuses a folder that another one has', async () => {
    await newEngineFolder(`${folder.path}/prices`)
    const config = { databaseUrl: null, dataDir: folder.path }
    const first = openStore(config, parts())
    expect(() => openStore(config, parts())).toThrow(FolderInUse)
    await expect(backupStore(config, `${folder.path}/file`, clock)).rejects.toThrow(FolderInUse)
    await first.close()
  }, 120_000)

  test('says what is wrong with a folder, and stops nothing else', async () => {
    writeFileSync(`${folder.path}/file`, '')
    const { store, opened, close } = openStore({ databaseUrl: null, dataDir: `${folder.path}/file` }, parts())
    await expect(opened()).rejects.toThrow(StoreUnavailable)
    expect(store.state()).toMatchObject({ status: 'failed', reason: expect.stringContaining(`${folder.path}/file`) })
    await close()
  })

  test('is none when it is switched off, and says so', async () => {
    const config = { databaseUrl: null, dataDir: 'none' }
    const { store, access, taps, opened, close } = openStore(config, parts())
    await opened()
    const reason = 'The store is switched off.'
    expect(store.state()).toEqual({ status: 'failed', reason })
    await expect(store.importDays((async function* () {})(), 0)).rejects.toThrow(reason)
    await expect(access.teams()).rejects.toThrow(StoreUnavailable)
    await expect(taps.record([], 0)).rejects.toThrow(reason)
    await expect(migrateStore(config, clock)).rejects.toThrow(reason)
    await close()
  })

  test('is migrated, saved and restored by commands of their own', async () => {
    const [here, there] = ['here', 'there'].map((name) => ({ databaseUrl: null, dataDir: `${folder.path}/${name}` }))
    if (here === undefined || there === undefined) throw new Error()
    for (const { dataDir } of [here, there]) await newEngineFolder(`${dataDir}/prices`)
    expect(await migrateStore(here, clock)).toBe(LAST_MIGRATION)
    expect(await backupStore(here, `${folder.path}/file`, clock)).toBe(0)
    expect(await restoreStore(there, `${folder.path}/file`, clock)).toBe(0)
    expect(await migrateStore(there, clock)).toBe(LAST_MIGRATION)
  }, 240_000)
})
