import type { Asking } from './db.ts'

/**
 * A backup is a compressed text of lines, each a JSON object: a head, then for each table its name and its rows, then an
 * end. Rows are as PostgreSQL itself writes them, doubles and numerics in all their digits.
 */
export const BACKUP_FORMAT = 'tickertap-backup/1'

/** The first line; `migration` says which tables the file is of. */
export interface BackupHead {
  readonly format: typeof BACKUP_FORMAT
  readonly migration: number
}
/** Comes before the rows of a table. */
export interface TableHead {
  readonly table: string
}
/** The last line: without it the file is not whole. */
export interface BackupEnd {
  readonly rows: number
}

/**
 * Known otherwise, good for a day at most, or made anew from what a backup has: what counts taps, and the numbers by which
 * one life of the tables is told from another.
 */
const LEFT_OUT = [
  ...['schema_migration', 'coin_day_staged', 'stream_ticket', 'access_version', 'quota_kept'],
  ...['tap_delta', 'tap_d', 'tap_h', 'tap_total', 'tap_epoch'],
]

/** Tables that a backup has, by name. A table of partitions has their rows. */
export async function tablesOf(db: Asking): Promise<readonly string[]> {
  const rows = await db.query<{ readonly name: string }>(
    `select relname::text as name from pg_class
     where relnamespace = current_schema()::regnamespace and relkind in ('r', 'p') and not relispartition
     order by relname`,
  )
  return rows.map(({ name }) => name).filter((name) => !LEFT_OUT.includes(name))
}

/** The last migration of a database; 0 for an empty one. */
export async function migrationOf(db: Asking): Promise<number> {
  const [table] = await db.query<{ readonly name: string | null }>(
    `select to_regclass('schema_migration')::text as name`,
  )
  if (table?.name === null) return 0
  const [row] = await db.query<{ readonly last: number }>(
    'select coalesce(max(number), 0) as last from schema_migration',
  )
  return row?.last ?? 0
}

/** A file that is no backup, or not one for this database. */
export class BackupError extends Error {
  override readonly name = 'BackupError'
}
