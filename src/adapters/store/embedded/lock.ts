import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { DatabaseSync } from 'node:sqlite'
import { StoreUnavailable } from '../../../domain/errors.ts'

/** The locks of this process. Without it a lock that nobody refers to would end when the memory is next tidied up. */
const HELD = new Set<DatabaseSync>()

/** Another process has the folder open. The message names both. */
export class FolderInUse extends Error {
  override readonly name = 'FolderInUse'
}

/** A folder that no other process can have at the same time. */
export interface FolderLock {
  /**
   * Takes it, creating it when it is not there; again is harmless.
   * @throws FolderInUse; StoreUnavailable when the folder cannot be made or written
   */
  take(): void
  /** Releasing twice is harmless. */
  release(): void
}

/**
 * The lock is one of the operating system on a file in the folder, which two processes cannot have and which ends with
 * its process, however that ends. SQLite is used for this alone: it is what Node, Deno and Bun have in common that
 * locks a file.
 */
export function folderLock(folder: string): FolderLock {
  let file: DatabaseSync | null = null
  return {
    take() {
      try {
        file ??= lockedFile(folder)
      } catch (cause) {
        if (isBusy(cause)) throw new FolderInUse(sentence(folder))
        const code = (cause as NodeJS.ErrnoException).code ?? 'unknown fault'
        throw new StoreUnavailable(`The data folder ${folder} cannot be used (${code}).`)
      }
    },
    release() {
      if (file === null) return
      HELD.delete(file)
      file.close()
      file = null
    },
  }
}

function lockedFile(folder: string): DatabaseSync {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const file = new DatabaseSync(join(folder, 'lock'))
  try {
    file.exec('pragma busy_timeout = 0; begin exclusive')
  } catch (error) {
    file.close()
    throw error
  }
  HELD.add(file)
  sign(folder)
  return file
}

/** For people: the lock does not depend on it. */
function sign(folder: string): void {
  try {
    writeFileSync(signFile(folder), `${process.pid}\n`)
  } catch {
    // A full disk is no reason to refuse what can still be read.
  }
}

function sentence(folder: string): string {
  return `The data folder ${folder} is in use by another process (${holder(folder)}). Each instance needs a DATA_DIR of its own; instances that share their history need DATABASE_URL.`
}

/** Who signed last. */
function holder(folder: string): string {
  try {
    return `pid ${Number.parseInt(readFileSync(signFile(folder), 'utf8'), 10)}`
  } catch {
    return 'its pid is unknown'
  }
}

function signFile(folder: string): string {
  return join(folder, 'pid')
}

/** Deno gives no error code. */
function isBusy(error: unknown): boolean {
  return error instanceof Error && error.message.includes('locked')
}
