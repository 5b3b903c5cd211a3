import { FileRefused } from '../../../domain/csv.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { ImportFile, ImportItem, Unread } from '../../../ports/import-files.ts'
import type { Imported, PriceStore } from '../../../ports/price-store.ts'
import { dailyRecords, type Tally } from './importing-days.ts'

/** What became of one file: all of it was taken, or none. */
export type FileReport = TakenFile | RefusedFile | SkippedFile

export interface TakenFile extends Imported {
  readonly status: 'taken'
  readonly name: string
  /** Without the header; those that repeat an earlier one word for word count as unchanged. */
  readonly rows: number
  /** What its owner may want to know although nothing is wrong. */
  readonly notes: readonly string[]
}

export interface RefusedFile {
  readonly status: 'refused'
  readonly name: string
  /** As far as the file can be read as rows. */
  readonly rows: number
  /** The wrong line, the header being 1; null when it is not about one line. */
  readonly line: number | null
  readonly reason: string
}

export interface SkippedFile extends Unread {
  readonly status: 'skipped'
}

export interface ImportOptions {
  /** Asked for when the first file is to be read, so that a wrong path opens nothing. */
  readonly store: () => Promise<Pick<PriceStore, 'coins' | 'importDays'>>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Aborted: the file that is being read is rolled back and the signal's reason is thrown. Files before it stay. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: Progress) => void
}

/** How far the whole import has come. */
export interface Progress {
  /** Of the file that is being read. */
  readonly name: string
  readonly readBytes: number
  readonly totalBytes: number
  readonly rows: number
}

/**
 * Imports files of daily records, one transaction each, in the given order.
 * @throws StoreUnavailable, or whatever else has nothing to do with the file; what was reported before stays
 */
export async function* importCoins(items: readonly ImportItem[], options: ImportOptions): AsyncGenerator<FileReport> {
  const totalBytes = items.reduce((sum, item) => sum + sizeOf(item), 0)
  const before = { readBytes: 0, rows: 0 }
  for (const item of items) {
    options.signal.throwIfAborted()
    const onPiece = (readBytes: number, rows: number) => {
      options.signal.throwIfAborted()
      const whole = { readBytes: before.readBytes + readBytes, rows: before.rows + rows }
      options.onProgress({ name: item.name, ...whole, totalBytes })
    }
    const report = item.status === 'found' ? await importFile(item, options, onPiece) : unread(item)
    before.readBytes += sizeOf(item)
    before.rows += report.status === 'skipped' ? 0 : report.rows
    yield report
  }
}

function sizeOf(item: ImportItem): number {
  return item.status === 'found' ? item.sizeBytes : 0
}

function unread({ status, name, reason }: Unread): FileReport {
  return status === 'skipped' ? { status, name, reason } : { status, name, reason, rows: 0, line: null }
}

async function importFile(
  file: ImportFile,
  { store: open, clock }: ImportOptions,
  onPiece: (readBytes: number, rows: number) => void,
): Promise<FileReport> {
  const { name } = file
  const tally: Tally = { rows: 0, repeats: 0, comingDays: 0, ignoredColumns: [] }
  const onRead = (readBytes: number) => onPiece(readBytes, tally.rows)
  try {
    const store = await open()
    const nowMs = clock.nowMs()
    const coins = await store.coins()
    const records = dailyRecords(file, tally, { coins, nowMs, onRead })
    const counts = await store.importDays(records, nowMs)
    const unchanged = counts.unchanged + tally.repeats
    return { status: 'taken', name, rows: tally.rows, ...counts, unchanged, notes: notesOf(tally) }
  } catch (error) {
    // The store refuses what another import, at the same time, has made wrong since the coins were read.
    if (!(error instanceof FileRefused || error instanceof ServiceError)) throw error
    const line = error instanceof FileRefused ? error.line : null
    return { status: 'refused', name, rows: tally.rows, line, reason: error.message }
  }
}

function notesOf({ ignoredColumns, comingDays }: Tally): string[] {
  const notes: string[] = []
  if (ignoredColumns.length > 0) notes.push(`columns that mean nothing here: ${ignoredColumns.join(', ')}`)
  if (comingDays > 0) notes.push(`rows of days that have not come yet: ${comingDays}`)
  return notes
}
