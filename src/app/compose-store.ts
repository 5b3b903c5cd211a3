import { join } from 'node:path'
import { sqlQuotaKeeper } from '../adapters/store/access/quota-keeper.ts'
import { sqlAccessStore } from '../adapters/store/access/store.ts'
import { backup } from '../adapters/store/backup.ts'
import type { Db } from '../adapters/store/db.ts'
import { openEmbedded } from '../adapters/store/embedded/engine.ts'
import { FolderInUse, folderLock } from '../adapters/store/embedded/lock.ts'
import { migrate, migrations } from '../adapters/store/migrate.ts'
import { type Opening, opening } from '../adapters/store/opening.ts'
import { openPostgres } from '../adapters/store/postgres/engine.ts'
import { sqlPriceStore } from '../adapters/store/prices/store.ts'
import { restore } from '../adapters/store/restore.ts'
import { sqlTapStore } from '../adapters/store/taps/store.ts'
import { StoreUnavailable } from '../domain/errors.ts'
import type { AccessStore } from '../ports/access-store.ts'
import type { Clock } from '../ports/clock.ts'
import type { Log } from '../ports/log.ts'
import type { PriceStore } from '../ports/price-store.ts'
import type { QuotaKeeper } from '../ports/quota-keeper.ts'
import type { TapStore } from '../ports/tap-store.ts'
import type { Config } from './config.ts'

export { FolderInUse } from '../adapters/store/embedded/lock.ts'

/** DATA_DIR that means: keep nothing. */
const NO_FOLDER = 'none'
const SWITCHED_OFF = 'The store is switched off.'
const OFF: Pick<Opening, 'state' | 'use'> = {
  state: () => ({ status: 'failed', reason: SWITCHED_OFF }),
  use: () => Promise.reject(new StoreUnavailable(SWITCHED_OFF)),
}

type StoreConfig = Pick<Config, 'databaseUrl' | 'dataDir'>

export interface StoreParts {
  readonly clock: Clock
  /** Is told of every failure: hand over a throttled one. */
  readonly log: Log
}

export interface OpenStore {
  readonly store: PriceStore
  readonly access: AccessStore
  readonly taps: TapStore
  /** Null when nothing is kept. */
  readonly quotas: QuotaKeeper | null
  /** Settles when the first attempt to open it has ended. @throws StoreUnavailable when that failed; more attempts follow */
  readonly opened: () => Promise<void>
  close(): Promise<void>
}

/**
 * What is kept (prices, teams with their keys, taps, what was taken of quotas) on PostgreSQL when there is a URL of one
 * and in a folder otherwise. Opens in the background: until then, and whenever it fails, its methods throw
 * StoreUnavailable and `store.state()` says why.
 * @throws FolderInUse when another process has the folder: such a service must not start
 */
export function openStore(config: StoreConfig, { clock, log }: StoreParts): OpenStore {
  if (isOff(config)) return { ...storesOf(OFF, clock), quotas: null, opened: async () => {}, close: async () => {} }
  const engine = engineOf(config, clock)
  engine.claim()
  const opened = opening({ open: engine.open, clock, log })
  const { taps, ...stores } = storesOf(opened, clock)
  return {
    ...stores,
    taps,
    quotas: sqlQuotaKeeper(opened),
    opened: opened.first,
    async close() {
      // What it is about to do is given up with the engine, however slow that is.
      const quiet = taps.close()
      await opened.close()
      await quiet
      engine.release()
    },
  }
}

function storesOf(opened: Pick<Opening, 'state' | 'use'>, clock: Clock) {
  return { store: sqlPriceStore(opened), access: sqlAccessStore(opened), taps: sqlTapStore(opened, clock) }
}

/** Brings the tables to where this version wants them. @returns the number of the last migration */
export function migrateStore(config: StoreConfig, clock: Clock): Promise<number> {
  return alone(config, clock, async (db) => migrate(db, await migrations()))
}

/** Writes everything in the store to a file, as it was at one moment. @returns how many rows */
export function backupStore(config: StoreConfig, file: string, clock: Clock): Promise<number> {
  return alone(config, clock, (db) => backup(db, file))
}

/** Fills an empty store from such a file, of whichever engine it is. @returns how many rows */
export function restoreStore(config: StoreConfig, file: string, clock: Clock): Promise<number> {
  return alone(config, clock, (db) => restore(db, file))
}

/** @throws StoreUnavailable; FolderInUse while a service has the folder */
async function alone<T>(config: StoreConfig, clock: Clock, work: (db: Db) => Promise<T>): Promise<T> {
  if (isOff(config)) throw new StoreUnavailable(SWITCHED_OFF)
  const engine = engineOf(config, clock)
  engine.claim()
  try {
    const db = await engine.open(() => undefined, new AbortController().signal)
    return await work(db).finally(db.close)
  } finally {
    engine.release()
  }
}

/** True when nothing is kept. */
export function isOff({ databaseUrl, dataDir }: StoreConfig): boolean {
  return databaseUrl === null && dataDir === NO_FOLDER
}

interface Engine {
  readonly open: Parameters<typeof opening>[0]['open']
  /** Takes what only one process may have. @throws FolderInUse */
  claim(): void
  release(): void
}

function engineOf({ databaseUrl: url, dataDir }: StoreConfig, clock: Clock): Engine {
  if (url !== null) return { open: async () => openPostgres({ url, clock }), claim() {}, release() {} }
  const lock = folderLock(dataDir)
  return {
    async open(onLost, signal) {
      lock.take()
      return openEmbedded({ folder: join(dataDir, 'prices'), clock, onLost, signal })
    },
    claim() {
      try {
        lock.take()
      } catch (error) {
        // A folder that cannot be used now is tried again by `open`, and stops nothing else.
        if (error instanceof FolderInUse) throw error
      }
    },
    release: lock.release,
  }
}
