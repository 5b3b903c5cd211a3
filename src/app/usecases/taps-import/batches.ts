import type { ImportFile } from '../../../ports/import-files.ts'
import { type RejectedRow, type RowKind, readFile, type Written } from './file-rows.ts'

/** A batch that is committed, and the rows before its end that were no good. */
export interface WrittenBatch extends Pick<Written, 'inserted' | 'unchanged' | 'issued'> {
  /** By line. */
  readonly rejected: readonly RejectedRow[]
}

interface Batch<Row> {
  readonly lines: readonly number[]
  readonly rows: readonly Row[]
  readonly bad: readonly RejectedRow[]
}

/**
 * Writes a file, one batch after another; the next one is read while one is written. However this ends, nothing is being
 * written any more.
 * @param onRead told how much was read, and how many rows were judged; what it throws ends the work
 */
export async function* writtenBatches<Name extends string, Row extends object>(
  file: ImportFile,
  kind: RowKind<Name, Row>,
  onRead: (readBytes: number, rows: number) => void,
): AsyncGenerator<WrittenBatch> {
  let writing: Promise<WrittenBatch> | null = null
  try {
    for await (const batch of readBatches(file, kind, onRead)) {
      const done: WrittenBatch | null = await writing
      writing = write(kind, batch)
      // Told when it is waited for; until then nobody listens.
      writing.catch(() => {})
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
  onRead: (readBytes: number, rows: number) => void,
): AsyncGenerator<Batch<Row>> {
  let batch = emptyBatch<Row>()
  let rows = 0
  for await (const { good, bad, readBytes } of readFile(file, kind)) {
    batch.bad.push(...bad)
    for (const { line, row } of good) {
      batch.lines.push(line)
      batch.rows.push(row)
    }
    rows += good.length + bad.length
    onRead(readBytes, rows)
    if (batch.rows.length + batch.bad.length < kind.batchRows) continue
    yield batch
    batch = emptyBatch()
  }
  if (batch.rows.length + batch.bad.length > 0) yield batch
}

function emptyBatch<Row>() {
  return { lines: [] as number[], rows: [] as Row[], bad: [] as RejectedRow[] }
}

async function write<Name extends string, Row extends object>(
  kind: RowKind<Name, Row>,
  { lines, rows, bad }: Batch<Row>,
): Promise<WrittenBatch> {
  const { inserted, unchanged, rejected, issued } = rows.length === 0 ? NOTHING : await kind.write(rows)
  const refused = rejected.map(({ index, reason }) => ({ line: lines[index] ?? 0, reason }))
  return { inserted, unchanged, issued, rejected: [...bad, ...refused].sort((a, b) => a.line - b.line) }
}

const NOTHING: Written = { inserted: 0, unchanged: 0, rejected: [], issued: [] }
