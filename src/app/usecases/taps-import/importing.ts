import { FileRefused } from '../../../domain/csv.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { ImportFile, ImportItem } from '../../../ports/import-files.ts'
import { type WrittenBatch, writtenBatches } from './batches.ts'
import { checkFile, type RejectedRow, type RowKind, type TeamKey } from './file-rows.ts'
import { type TapImportStore, tagRows, tapRows } from './kinds.ts'

/** How many rows of a file that were not taken are told one by one. */
export const TOLD_ROWS_MAX = 20

/** What happens while tags and taps are imported, in order. */
export type TapImportEvent = { readonly of: 'tags' | 'taps' } & ItemEvent

type ItemEvent =
  /** Rows were committed, or found to be no good. */
  | ({ readonly kind: 'rows' } & RowCounts)
  /** One of the first that were not taken. */
  | ({ readonly kind: 'rejected'; readonly name: string } & RejectedRow)
  | ({ readonly kind: 'key' } & TeamKey)
  /** A file is done. */
  | ({ readonly kind: 'file' } & TapFileReport)

/** Rows without the header. */
export interface RowCounts {
  readonly inserted: number
  readonly unchanged: number
  readonly rejected: number
}

export type TapFileReport =
  | ({
      readonly status: 'taken'
      readonly name: string
      /** How many of the rejected rows were not told one by one. */
      readonly untold: number
      /** Columns that mean nothing here, safe to show. */
      readonly ignored: readonly string[]
    } & RowCounts)
  /** Nothing of it was written, unless it changed while it was read. */
  | {
      readonly status: 'refused'
      readonly name: string
      readonly line: number | null
      readonly reason: string
      readonly rows: number
    }
  | { readonly status: 'skipped'; readonly name: string; readonly reason: string }

export interface TapImportOptions {
  /** Asked for when the first row is to be written, so that a wrong path opens nothing. */
  readonly store: () => Promise<TapImportStore>
  readonly clock: Pick<Clock, 'nowMs'>
  /** Aborted: the rows that are being written are waited for, and the signal's reason is thrown. What was written stays. */
  readonly signal: AbortSignal
  readonly onProgress: (progress: TapImportProgress) => void
}

/** How far a step has come. */
export interface TapImportProgress {
  readonly step: 'check' | 'import'
  readonly name: string
  readonly readBytes: number
  readonly totalBytes: number
  readonly rows: number
}

/** Files of tags, and of taps. */
export interface TapImportItems {
  readonly tags: readonly ImportItem[]
  readonly taps: readonly ImportItem[]
}

/**
 * Imports files of tags, then files of taps. Each file is read to its end first, and refused when that cannot be done;
 * then its rows are judged one by one and the good ones committed in batches. Importing it again changes nothing.
 * @throws StoreUnavailable, ServiceError `access_unavailable`; what was told before stays
 */
export async function* importTaps(
  { tags, taps }: TapImportItems,
  options: TapImportOptions,
): AsyncGenerator<TapImportEvent> {
  const { store, clock } = options
  for (const item of tags)
    for await (const event of importItem(item, tagRows(store), options)) yield { of: 'tags', ...event }
  for (const item of taps) {
    for await (const event of importItem(item, tapRows(store, clock.nowMs), options)) yield { of: 'taps', ...event }
  }
}

async function* importItem<Name extends string, Row extends object>(
  item: ImportItem,
  kind: RowKind<Name, Row>,
  options: TapImportOptions,
): AsyncGenerator<ItemEvent> {
  options.signal.throwIfAborted()
  if (item.status === 'found') yield* importFile(item, kind, options)
  else if (item.status === 'skipped') yield { kind: 'file', status: 'skipped', name: item.name, reason: item.reason }
  else yield refused(item.name, new FileRefused(item.reason), 0)
}

async function* importFile<Name extends string, Row extends object>(
  file: ImportFile,
  kind: RowKind<Name, Row>,
  { signal, onProgress }: TapImportOptions,
): AsyncGenerator<ItemEvent> {
  const { name, sizeBytes: totalBytes } = file
  const showing = (step: TapImportProgress['step']) => (readBytes: number, rows: number) => {
    signal.throwIfAborted()
    onProgress({ step, name, readBytes, totalBytes, rows })
  }
  const checked = await checkFile(file, kind.columns, showing('check'))
  if ('refusal' in checked) return yield refused(name, checked.refusal, checked.rows)
  const sum = { inserted: 0, unchanged: 0, rejected: 0 }
  try {
    for await (const batch of writtenBatches(file, kind, showing('import'))) yield* told(name, batch, sum)
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    const rows = Math.max(0, checked.rows - sum.inserted - sum.unchanged - sum.rejected)
    const reason = `it has changed since it was checked: ${error.message}`
    return yield refused(name, new FileRefused(reason, error.line), rows)
  }
  const untold = Math.max(0, sum.rejected - TOLD_ROWS_MAX)
  yield { kind: 'file', status: 'taken', name, ...sum, untold, ignored: checked.ignored }
}

/** Adds a batch to the sum of its file. */
function* told(
  name: string,
  { inserted, unchanged, rejected, issued }: WrittenBatch,
  sum: Record<keyof RowCounts, number>,
): Generator<ItemEvent> {
  for (const key of issued) yield { kind: 'key', ...key }
  for (const row of rejected.slice(0, Math.max(0, TOLD_ROWS_MAX - sum.rejected)))
    yield { kind: 'rejected', name, ...row }
  sum.inserted += inserted
  sum.unchanged += unchanged
  sum.rejected += rejected.length
  yield { kind: 'rows', inserted, unchanged, rejected: rejected.length }
}

function refused(name: string, { line, message: reason }: FileRefused, rows: number): ItemEvent {
  return { kind: 'file', status: 'refused', name, line, reason, rows }
}
