import { systemClock } from '../adapters/clock/system.ts'
import { importFiles } from '../adapters/files/import-files.ts'
import { composeAccess } from './compose-access.ts'
import { backupStore, migrateStore, type OpenStore, openStore, restoreStore } from './compose-store.ts'
import type { Config } from './config.ts'
import { type FileReport, type ImportOptions, importCoins } from './usecases/prices/importing.ts'
import { importTaps, type TapImportEvent, type TapImportOptions } from './usecases/taps-import/importing.ts'

export type { FileReport } from './usecases/prices/importing.ts'
export type { TapImportEvent, TapImportProgress } from './usecases/taps-import/importing.ts'

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

/** An import of tags and taps. */
export interface TapImport {
  /** What happens, as it happens; see importTaps. */
  events(
    paths: { readonly tags: readonly string[]; readonly taps: readonly string[] },
    options: Pick<TapImportOptions, 'signal' | 'onProgress'>,
  ): AsyncGenerator<TapImportEvent>
  close(): Promise<void>
}

export function tapImport(config: Config): TapImport {
  const { find } = importFiles()
  const found = async (paths: readonly string[]) => (await Promise.all(paths.map(find))).flat()
  let open: OpenStore | null = null
  let access: ReturnType<typeof composeAccess> | null = null
  const store = async () => {
    open ??= openStore(config, { clock, log: SILENT })
    access ??= composeAccess({ store: open.access, clock, log: SILENT })
    await open.opened()
    return { taps: open.taps, access }
  }
  return {
    async *events({ tags, taps }, options) {
      yield* importTaps({ tags: await found(tags), taps: await found(taps) }, { ...options, store, clock })
    },
    async close() {
      access?.close()
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
