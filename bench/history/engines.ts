import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import postgres from 'postgres'
import { systemClock } from '../../src/adapters/clock/system.ts'
import type { Db } from '../../src/adapters/store/db.ts'
import { openEmbedded } from '../../src/adapters/store/embedded/engine.ts'
import { migrate, migrations } from '../../src/adapters/store/migrate.ts'
import { openPostgres } from '../../src/adapters/store/postgres/engine.ts'
import { sqlPriceStore } from '../../src/adapters/store/prices/store.ts'
import type { PriceStore } from '../../src/ports/price-store.ts'

/** A store with empty tables, and the database under it. */
export interface Engine {
  readonly name: string
  readonly db: Db
  readonly store: PriceStore
  /** Leaves nothing behind. */
  close(): Promise<void>
}

const clock = systemClock()

/** The embedded engine in a folder of its own. */
export async function embeddedEngine(): Promise<Engine> {
  const folder = await mkdtemp(join(tmpdir(), 'tickertap-bench-'))
  const { signal } = new AbortController()
  const db = await openEmbedded({ folder: join(folder, 'prices'), clock, onLost() {}, signal })
  return engineOf('embedded', db, () => rm(folder, { recursive: true, force: true }))
}

/** @param url of a server on which databases may be made: one is made here, and dropped at the end */
export async function postgresEngine(url: string): Promise<Engine> {
  const admin = postgres(url, { max: 1, onnotice() {} })
  const name = `tickertap_bench_${process.pid}`
  await admin.unsafe(`create database ${name}`)
  const own = new URL(url)
  own.pathname = `/${name}`
  return engineOf('PostgreSQL', openPostgres({ url: own.href, clock }), async () => {
    await admin.unsafe(`drop database ${name} with (force)`)
    await admin.end()
  })
}

async function engineOf(name: string, db: Db, clear: () => Promise<void>): Promise<Engine> {
  const migration = await migrate(db, await migrations())
  return {
    name,
    db,
    store: sqlPriceStore({ state: () => ({ status: 'ready', migration }), use: (run) => run(db) }),
    async close() {
      await db.close()
      await clear()
    },
  }
}
