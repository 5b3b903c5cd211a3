import { civil } from '../../../domain/calendar.ts'
import type { Asking, Db, Transaction } from '../db.ts'

/** Earlier and later taps have one partition each: no import can make thousands. */
const FIRST_YEAR = 2020
const END_YEAR = 2100
/** Of all that instances lock in a database, ours: one of them makes a partition. */
const LOCK = 7_431_004

/** The months that have a partition, as far as this process knows. */
export interface Months {
  /** Makes those that are missing for these times. */
  ensure(db: Db, timesMs: readonly number[]): Promise<void>
  /** The database is not the one that it was. */
  forget(): void
}

export function months(): Months {
  const known = new Set<string>()
  return {
    async ensure(db, timesMs) {
      const missing = monthsOf(timesMs).filter(({ name }) => !known.has(name))
      if (missing.length === 0) return
      await db.transaction((tx) => makeMonths(tx, missing))
      for (const { name } of missing) known.add(name)
    },
    forget: () => known.clear(),
  }
}

/** A partition of `tap`. */
export interface Month {
  readonly name: string
  readonly fromMs: number
  readonly toMs: number
}

/** Those that the times need, beside the two that are always there; each once, in order. */
export function monthsOf(timesMs: readonly number[]): readonly Month[] {
  const starts = new Set<number>()
  let last: Month | null = null
  for (const timeMs of timesMs) {
    if (last !== null && timeMs >= last.fromMs && timeMs < last.toMs) continue
    last = monthOf(timeMs)
    starts.add(last.fromMs)
  }
  const all = [...starts].sort((a, b) => a - b).map(monthOf)
  return all.filter(({ fromMs, toMs }) => fromMs >= Date.UTC(FIRST_YEAR) && toMs <= Date.UTC(END_YEAR))
}

function monthOf(timeMs: number): Month {
  const { year, month } = civil(timeMs)
  const name = `tap_${String(year).padStart(4, '0')}_${String(month + 1).padStart(2, '0')}`
  return { name, fromMs: Date.UTC(year, month), toMs: Date.UTC(year, month + 1) }
}

/** Made beside and then attached: making it in its place would wait for everyone who reads or writes taps, and stop them. */
export async function makeMonths(tx: Transaction, wanted: readonly Month[]): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  for (const { name, fromMs, toMs } of wanted) {
    const [found] = await tx.query<{ readonly name: string | null }>('select to_regclass($1)::text as name', [name])
    if (found?.name !== null) continue
    await tx.exec(`create table ${name} (like tap)`)
    await tx.exec(`alter table tap attach partition ${name} for values from (${fromMs}) to (${toMs})`)
  }
}

const PARTITIONS = `
  select relname as name from pg_class join pg_inherits on inhrelid = oid where inhparent = 'tap'::regclass`

/** Begins of the months that have a partition, and the end of each, ascending. */
export async function monthStarts(db: Asking): Promise<readonly number[]> {
  const rows = await db.query<{ readonly name: string }>(PARTITIONS)
  const months = rows.flatMap(({ name }) => {
    const parts = /^tap_(\d{4})_(\d{2})$/.exec(name)
    return parts === null ? [] : [monthOf(Date.UTC(Number(parts[1]), Number(parts[2]) - 1))]
  })
  return [...new Set(months.flatMap(({ fromMs, toMs }) => [fromMs, toMs]))].sort((a, b) => a - b)
}
