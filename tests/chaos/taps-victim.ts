import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type PostgresServer, startPostgres } from '../support/postgres.ts'
import { freePort } from '../support/redis-server.ts'
import { type ServiceProcess, startService } from '../support/service.ts'
import { embeddedStore, postgresStore, type StoreForTests } from '../support/stores.ts'

export const ADMIN_TOKEN = 'the-token-of-the-operator-of-this-run'
/** Long enough for a request to meet a database that is not there. */
const DATABASE_AWAY_MS = 300
/** Every third harm is the database's, where it has a process of its own. */
const DATABASE_EVERY = 3

/** A service in a process of its own, with its storage, which is killed again and again. */
export interface Victim {
  readonly url: string
  /** kill -9, and a start on the same port and storage. @returns whose end it was */
  harm(): Promise<'service' | 'database'>
  /** Ends the service as an operator does, and opens what it has left. */
  leftBehind(): Promise<StoreForTests>
  stop(): Promise<void>
}

export async function startVictim(hasServer: boolean): Promise<Victim> {
  const folder = mkdtempSync(join(tmpdir(), 'tickertap-chaos-'))
  const postgres = hasServer ? await startPostgres() : null
  const database = postgres?.newDatabase() ?? null
  const port = await freePort()
  const env = settings({ port, folder, database })
  let service = await startService(env)
  let harms = 0
  return {
    url: `http://127.0.0.1:${port}`,
    async harm() {
      harms += 1
      if (postgres !== null && harms % DATABASE_EVERY === 0) {
        await killDatabase(postgres)
        return 'database'
      }
      service.signal('SIGKILL')
      await service.ended
      service = await startService(env)
      return 'service'
    },
    async leftBehind() {
      await end(service)
      const store = database === null ? embeddedStore(join(folder, 'prices')) : postgresStore(database)
      await store.opening.first()
      return store
    },
    async stop() {
      await service[Symbol.asyncDispose]()
      await postgres?.stop()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}

interface Place {
  readonly port: number
  readonly folder: string
  readonly database: string | null
}

/** Without a source that answers: nothing but taps happens. */
function settings({ port, folder, database }: Place): Record<string, string> {
  return {
    PORT: `${port}`,
    ADMIN_TOKEN,
    SOURCES: 'dexscreener',
    DEXSCREENER_URL: 'http://127.0.0.1:9',
    DATA_DIR: folder,
    ...(database === null ? {} : { DATABASE_URL: database }),
  }
}

async function killDatabase(postgres: PostgresServer): Promise<void> {
  await postgres.kill9()
  await pause(DATABASE_AWAY_MS)
  await postgres.restart()
}

async function end(service: ServiceProcess): Promise<void> {
  service.signal('SIGTERM')
  const status = await service.ended
  if (status !== 0) throw new Error(`The service ended with ${status}:\n${service.output().slice(-2000)}`)
}
