import type { ImportFile } from '../../../ports/import-files.ts'
import { type GoodRow, type RejectedRow, type RowKind, readFile, type Written } from './file-rows.ts'

/** A batch that is committed, and the rows before its end that were no good. */
export interface WrittenBatch extends Pick<Written, 'inserted' | 'unchanged' | 'issued'> {
  /** By line. */
  readonly rejected: readonly RejectedRow[]
}

interface Batch<Row> {
  readonly good: readonly GoodRow<Row>[]
  readonly bad: readonly RejectedRow[]
}

/** Told how much was read, and how many rows were judged; what it throws ends the work. */
type OnRead = (readBytes: number, rows: number) => void

/**
 * Writes a file, one batch after another; the next one is read while one is written, and no further when that fails.
 * However this ends, nothing is being written any more.
 */
export async function* writtenBatches<Name extends string, Row extends object>(
  file: ImportFile,
  kind: RowKind<Name, Row>,
  onRead: OnRead,
): AsyncGenerator<WrittenBatch> {
  let writing: Promise<WrittenBatch> | null = null
  let failure: { readonly error: unknown } | null = null
  const unlessFailed: OnRead = (readBytes, rows) => {
    if (failure !== null) throw failure.error
    onRead(readBytes, rows)
  }
  try {
    for await (const batch of readBatches(file, kind, unlessFailed)) {
      const done: WrittenBatch | null = await writing
      writing = write(kind, batch)
      writing.catch((error: unknown) => {
        failure = { error }
      })
      if (done !== null) yield done
    }
    if (writing !== null) yield await writing
  } finally {
    await writing?.catch(() => {})
  }
}

async function* readBatches<Name extends string, Row extends object>(
  file: ImportFile,
  kind: RowKind<Name, Row>,
  onRead: OnRead,
): AsyncGenerator<Batch<Row>> {
  let batch = emptyBatch<Row>()
  let rows = 0
  for await (const { good, bad, readBytes } of readFile(file, kind)) {
    batch.good.push(...good)
    batch.bad.push(...bad)
    rows += good.length + bad.length
    onRead(readBytes, rows)
    if (batch.good.length + batch.bad.length < kind.batchRows) continue
    yield batch
    batch = emptyBatch()
  }
  if (batch.good.length + batch.bad.length > 0) yield batch
}

function emptyBatch<Row>() {
  return { good: [] as GoodRow<Row>[], bad: [] as RejectedRow[] }
}

async function write<Name extends string, Row extends object>(
  kind: RowKind<Name, Row>,
  { good, bad }: Batch<Row>,
): Promise<WrittenBatch> {
  const rows = good.map(({ row }) => row)
  const { inserted, unchanged, rejected, issued } = rows.length === 0 ? NOTHING : await kind.write(rows)
  const refused = rejected.map(({ index, reason }) => ({ line: good[index]?.line ?? 0, reason }))
  return { inserted, unchanged, issued, rejected: [...bad, ...refused].sort((a, b) => a.line - b.line) }
}

const NOTHING: Written = { inserted: 0, unchanged: 0, rejected: [], issued: [] }
