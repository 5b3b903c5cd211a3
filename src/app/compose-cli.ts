import { systemClock } from '../adapters/clock/system.ts'
import { importFiles } from '../adapters/files/import-files.ts'
import { backupStore, migrateStore, type OpenStore, openStore, restoreStore } from './compose-store.ts'
import type { Config } from './config.ts'
import { type FileReport, type ImportOptions, importCoins } from './usecases/prices/importing.ts'

export type { FileReport } from './usecases/prices/importing.ts'

const clock = systemClock()

/** An import of daily prices of coins. */
export interface CoinImport {
  /** What becomes of each file that the paths stand for, as it comes; see importCoins. */
  reports(paths: readonly string[], options: Pick<ImportOptions, 'signal' | 'onProgress'>): AsyncGenerator<FileReport>
  close(): Promise<void>
}

export function coinImport(config: Config): CoinImport {
  const { find } = importFiles()
  let open: OpenStore | null = null
  const store = async () => {
    open ??= openStore(config, { clock, log: SILENT })
    await open.opened()
    return open.store
  }
  return {
    async *reports(paths, options) {
      const found = await Promise.all(paths.map(find))
      yield* importCoins(found.flat(), { ...options, store, clock })
    },
    async close() {
      await open?.close()
    },
  }
}

/** What goes wrong is thrown, and told by the command. */
const SILENT = { debug() {}, info() {}, warn() {}, error() {} }

/** Brings the tables to where this version wants them. @returns the number of the last migration */
export function migrateTables(config: Config): Promise<number> {
  return migrateStore(config, clock)
}

/** @returns how many rows were written to the file */
export function backupTo(config: Config, file: string): Promise<number> {
  return backupStore(config, file, clock)
}

/** @returns how many rows were read from the file */
export function restoreFrom(config: Config, file: string): Promise<number> {
  return restoreStore(config, file, clock)
}
