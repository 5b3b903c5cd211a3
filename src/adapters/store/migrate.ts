import { createHash } from 'node:crypto'
import { readdir, readFile } from 'node:fs/promises'
import { StoreUnavailable } from '../../domain/errors.ts'
import { type Db, LONG_WORK_MS, type Transaction } from './db.ts'

const FOLDER = new URL('./migrations/', import.meta.url)
/** Of all that instances lock in a database, ours: one of them migrates, the others wait. */
const LOCK = 7_431_001
const HISTORY = `
  create table if not exists schema_migration (
    number int4 primary key, name text not null, sha256 text not null, applied_at timestamptz not null default now())`

export interface Migration {
  /** From 1, without gaps. */
  readonly number: number
  readonly name: string
  readonly sql: string
  readonly sha256: string
}

/** The numbered files of this version, in order. */
export async function migrations(): Promise<readonly Migration[]> {
  const names = (await readdir(FOLDER)).filter((name) => /^\d{4}_[a-z_]+\.sql$/.test(name)).sort()
  return Promise.all(
    names.map(async (name, index) => {
      const sql = await readFile(new URL(name, FOLDER), 'utf8')
      return { number: index + 1, name, sql, sha256: createHash('sha256').update(sql).digest('hex') }
    }),
  )
}

export interface MigrateOptions {
  /** Is told each number that the database has reached. */
  readonly onReached?: (number: number) => void
  /** The last one to apply; by default all. */
  readonly upTo?: number
}

/**
 * Brings the tables to where this version wants them, one migration at a time, each whole or not at all.
 * @returns the number reached
 * @throws StoreUnavailable for a database of a newer or of another version too; it is left as it is
 */
export async function migrate(db: Db, steps: readonly Migration[], options: MigrateOptions = {}): Promise<number> {
  const wanted = steps.filter(({ number }) => number <= (options.upTo ?? steps.length))
  for (;;) {
    const reached = await db.transaction((tx) => step(tx, steps, wanted), LONG_WORK_MS)
    options.onReached?.(reached)
    if (reached >= wanted.length) return reached
  }
}

/** The same within a transaction that does more, all of it or nothing. */
export async function migrateWithin(tx: Transaction, steps: readonly Migration[]): Promise<void> {
  while ((await step(tx, steps, steps)) < steps.length);
}

/** Applies the first migration that is missing, if any. @returns the number reached */
async function step(tx: Transaction, steps: readonly Migration[], wanted: readonly Migration[]): Promise<number> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  await tx.exec(HISTORY)
  const applied = await tx.query<Applied>('select number, name, sha256 from schema_migration order by number')
  checkApplied(applied, steps)
  const next = wanted[applied.length]
  if (next === undefined) return applied.length
  await tx.exec(next.sql)
  const { number, name, sha256 } = next
  await tx.query('insert into schema_migration (number, name, sha256) values ($1, $2, $3)', [number, name, sha256])
  return number
}

type Applied = Pick<Migration, 'number' | 'name' | 'sha256'>

function checkApplied(applied: readonly Applied[], steps: readonly Migration[]): void {
  if (applied.length > steps.length) {
    throw new StoreUnavailable(
      `The database is newer than this version: it has migration ${applied.length}, and the last one known here is ${steps.length}. Start the newer version again, or restore a backup of before.`,
    )
  }
  const strange = applied.find(({ number, sha256 }) => steps[number - 1]?.sha256 !== sha256)
  if (strange !== undefined) {
    throw new StoreUnavailable(`Migration ${strange.name} of the database is not the one of this version.`)
  }
}
