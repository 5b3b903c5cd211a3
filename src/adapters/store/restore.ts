import { bumpAccess } from './access/teams.ts'
import { BackupError, type BackupHead, migrationOf, tablesOf } from './backup-format.ts'
import { type BackupRows, partsOf } from './backup-reading.ts'
import { type Db, LONG_WORK_MS, type Transaction } from './db.ts'
import { migrate, migrateWithin, migrations } from './migrate.ts'
import { rebuildAll } from './taps/checking.ts'
import { makeMonths, monthsOf } from './taps/months.ts'

/** The migration that brought teams and taps. */
const TAPS_SINCE = 2

/**
 * Fills an empty database from a file of `backup`, all of it or nothing, and brings it to the newest migration.
 * @returns how many rows
 * @throws BackupError for a file that is no whole backup, and for a database that has something in it
 */
export async function restore(db: Db, file: string): Promise<number> {
  const steps = await migrations()
  const { migration } = await headOf(file)
  if (migration > steps.length) throw new BackupError('The backup is of a newer version of this program.')
  // The tables are first those of the backup, whatever became of them later.
  const reached = await db.transaction(migrationOf)
  if (reached === 0) await migrate(db, steps, { upTo: migration })
  else if (reached !== migration) throw new BackupError('Only an empty database can be restored; this one has tables.')
  const restored = async (tx: Transaction) => {
    const loaded = await load(tx, file)
    await migrateWithin(tx, steps)
    if (migration >= TAPS_SINCE) await countAnew(tx)
    return loaded
  }
  const rows = await db.transaction(restored, LONG_WORK_MS)
  await db.tidy()
  return rows
}

async function headOf(file: string): Promise<BackupHead> {
  for await (const part of partsOf(file)) if ('format' in part) return part
  throw new BackupError(`${file} is empty.`)
}

async function load(tx: Transaction, file: string): Promise<number> {
  const tables = await tablesOf(tx)
  for (const table of tables) await checkEmpty(tx, table)
  let table = ''
  let rows = 0
  for await (const part of partsOf(file)) {
    if ('table' in part) table = known(part.table, tables)
    else if ('json' in part) rows += await insert(tx, table, part)
    else if ('rows' in part && part.rows !== rows)
      throw new BackupError(`${file} does not have as many rows as it says.`)
  }
  return rows
}

async function insert(tx: Transaction, table: string, { json, count }: BackupRows): Promise<number> {
  if (table === 'tap') await makeMonths(tx, monthsOf(timesOf(json)))
  await tx.query(`insert into ${table} select * from json_populate_recordset(null::${table}, $1::json)`, [json])
  return count
}

function timesOf(json: string): readonly number[] {
  return (JSON.parse(json) as readonly { readonly at_ms: number }[]).map(({ at_ms: atMs }) => atMs)
}

/** What the backup has left out; whoever knew something of the database as it was before knows that it is another one. */
async function countAnew(tx: Transaction): Promise<void> {
  await rebuildAll(tx)
  await bumpAccess(tx)
}

async function checkEmpty(tx: Transaction, table: string): Promise<void> {
  const [row] = await tx.query<{ readonly some: boolean }>(`select exists (select from ${table}) as some`)
  if (row?.some) throw new BackupError('Only an empty database can be restored; this one holds records.')
}

/** The name goes into statements. */
function known(table: string, tables: readonly string[]): string {
  if (!tables.includes(table)) throw new BackupError('The backup has a table that is not known here.')
  return table
}
