import { createWriteStream } from 'node:fs'
import { rename, rm } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import {
  BACKUP_FORMAT,
  type BackupEnd,
  type BackupHead,
  migrationOf,
  type TableHead,
  tablesOf,
} from './backup-format.ts'
import { type Db, LONG_WORK_MS, type Transaction } from './db.ts'

const ROWS_AT_ONCE = 2_000

/**
 * Writes every table, as all were at one moment, to a compressed file (backup-format.ts) that fits both engines. An
 * earlier file of that name is replaced when the new one is whole and on the disk.
 * @returns how many rows
 */
export async function backup(db: Db, file: string): Promise<number> {
  const draft = `${file}.part`
  try {
    const rows = await db.transaction((tx) => writeTo(draft, tx), LONG_WORK_MS)
    await rename(draft, file)
    return rows
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function writeTo(draft: string, tx: Transaction): Promise<number> {
  const written = { rows: 0 }
  const target = createWriteStream(draft, { flush: true, mode: 0o600 })
  await pipeline(Readable.from(textOf(tx, written)), createGzip(), target)
  return written.rows
}

/** @param written counts the rows */
async function* textOf(tx: Transaction, written: { rows: number }): AsyncGenerator<string> {
  await tx.exec('set transaction isolation level repeatable read, read only')
  yield line({ format: BACKUP_FORMAT, migration: await migrationOf(tx) } satisfies BackupHead)
  for (const table of await tablesOf(tx)) {
    yield line({ table } satisfies TableHead)
    await tx.exec(`declare backup_rows no scroll cursor for select row_to_json(t)::text as row from ${table} as t`)
    for (let rows = await nextRows(tx); rows.length > 0; rows = await nextRows(tx)) {
      written.rows += rows.length
      yield rows.map(({ row }) => `${row}\n`).join('')
    }
    await tx.exec('close backup_rows')
  }
  yield line({ rows: written.rows } satisfies BackupEnd)
}

function nextRows(tx: Transaction): Promise<{ readonly row: string }[]> {
  return tx.query(`fetch ${ROWS_AT_ONCE} from backup_rows`)
}

function line(value: object): string {
  return `${JSON.stringify(value)}\n`
}
