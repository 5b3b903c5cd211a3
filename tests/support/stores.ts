import { cpSync, existsSync, renameSync, rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { sqlQuotaKeeper } from '../../src/adapters/store/access/quota-keeper.ts'
import { sqlAccessStore } from '../../src/adapters/store/access/store.ts'
import type { Db } from '../../src/adapters/store/db.ts'
import { openEmbedded } from '../../src/adapters/store/embedded/engine.ts'
import { createFolder } from '../../src/adapters/store/embedded/folder.ts'
import { type Opening, opening } from '../../src/adapters/store/opening.ts'
import { openPostgres } from '../../src/adapters/store/postgres/engine.ts'
import { sqlPriceStore } from '../../src/adapters/store/prices/store.ts'
import { type SqlTapStore, sqlTapStore } from '../../src/adapters/store/taps/store.ts'
import type { AccessStore } from '../../src/ports/access-store.ts'
import type { PriceStore } from '../../src/ports/price-store.ts'
import type { QuotaKeeper } from '../../src/ports/quota-keeper.ts'
import { packageJson } from '../house/package.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { type LogLine, memoryLog } from './log.ts'

const clock = systemClock()

/** A store over a database that a test may look into. */
export interface StoreForTests {
  readonly store: PriceStore
  readonly access: AccessStore
  readonly quotas: QuotaKeeper
  readonly taps: SqlTapStore
  /** By which what was recorded is moved to where it is counted: nothing is as long as it stands still. */
  readonly foldClock: FakeClock
  readonly opening: Opening
  /** What it told the log. */
  readonly lines: readonly LogLine[]
  /** Runs something on the database itself. */
  readonly db: Db['transaction']
  /** Empties every table. */
  clear(): Promise<void>
  close(): Promise<void>
}

/** A folder for tests that goes with `remove`. */
export async function tempFolder(): Promise<{ readonly path: string; remove(): void }> {
  const path = await mkdtemp(join(tmpdir(), 'tickertap-store-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}

/**
 * A new folder of the engine without tables, at a path that is not there yet. Making one costs seconds of work, so it is
 * made once for a machine and version, and copied.
 */
export async function newEngineFolder(path: string): Promise<string> {
  const version = packageJson().dependencies['@electric-sql/pglite']
  const made = join(tmpdir(), `tickertap-engine-${version}-${process.getuid?.() ?? 0}`)
  if (!existsSync(made)) await makeOnce(made)
  cpSync(made, path, { recursive: true })
  return path
}

/** Another test may be making it too; whoever is first has made it. */
async function makeOnce(made: string): Promise<void> {
  const ours = `${made}.${process.pid}`
  await createFolder(ours)
  try {
    renameSync(ours, made)
  } catch {
    rmSync(ours, { recursive: true, force: true })
  }
}

/** @param folder as the engine left it, or one that is not there yet */
export function embeddedStore(folder: string): StoreForTests {
  return storeOf((onLost, signal) => openEmbedded({ folder, clock, onLost, signal }))
}

export function postgresStore(url: string): StoreForTests {
  return storeOf(async () => openPostgres({ url, clock }))
}

function storeOf(open: Parameters<typeof opening>[0]['open']): StoreForTests {
  const log = memoryLog()
  const opened = opening({ open, clock, log })
  const foldClock = fakeClock()
  const taps = sqlTapStore(opened, foldClock)
  const db: Db['transaction'] = (work, ms) => opened.use((database) => database.transaction(work, ms))
  return {
    store: sqlPriceStore(opened),
    access: sqlAccessStore(opened),
    quotas: sqlQuotaKeeper(opened),
    taps,
    foldClock,
    opening: opened,
    lines: log.lines,
    db,
    clear: () => db((tx) => tx.exec(EMPTY)),
    close: () => taps.close().finally(opened.close),
  }
}

const TABLES = [
  ...['coin', 'token', 'coin_day', 'token_minute', 'coin_day_was', 'token_minute_was', 'token_hour', 'coin_day_staged'],
  ...['team', 'api_key', 'stream_ticket', 'tag', 'tap_seen', 'tap', 'tap_delta', 'tap_d', 'tap_h', 'tap_total'],
  ...['tap_answer', 'quota_kept'],
]
const EMPTY = `truncate ${TABLES.join(', ')}`
