import { FileRefused, quoted, visible } from '../../../domain/csv.ts'
import { type CsvColumns, type CsvFlaw, readColumns } from '../../../domain/taps/tap-csv.ts'
import type { ImportFile } from '../../../ports/import-files.ts'

/** One kind of file: what its rows are, and where they go. */
export interface RowKind<Name extends string, Row> {
  readonly columns: readonly Name[]
  read(columns: CsvColumns<Name>, cells: readonly string[]): Row | CsvFlaw
  /** How many rows go into one transaction. */
  readonly batchRows: number
  /** Commits rows, in as few transactions as can be. */
  write(rows: readonly Row[]): Promise<Written>
}

/** What became of rows that were committed together. */
export interface Written {
  readonly inserted: number
  readonly unchanged: number
  /** The others; `index` is that of the row among those of the call. */
  readonly rejected: readonly { readonly index: number; readonly reason: string }[]
  /** Keys of teams that had none. */
  readonly issued: readonly TeamKey[]
}

export interface TeamKey {
  readonly teamId: number
  /** The key itself: here, and never again. */
  readonly secret: string
}

/** A row that was not taken. */
export interface RejectedRow {
  /** The header being 1. */
  readonly line: number
  readonly reason: string
}

export interface GoodRow<Row> {
  readonly line: number
  readonly row: Row
}

/** What is read of a file at a time. */
export interface ReadPiece<Row> {
  readonly good: readonly GoodRow<Row>[]
  readonly bad: readonly RejectedRow[]
  readonly readBytes: number
}

/** What is known of a whole file before anything of it is written. */
export interface Checked {
  readonly rows: number
  /** Columns that mean nothing here, safe to show. */
  readonly ignored: readonly string[]
}

/**
 * Reads a whole file and keeps nothing: a file that cannot be read to its end is found before its first row is written.
 * @param onRead what it throws ends the reading
 * @throws FileRefused for the first fault; Refusal has the rows that could be read
 */
export async function checkFile<Name extends string>(
  file: ImportFile,
  names: readonly Name[],
  onRead: (readBytes: number, rows: number) => void,
): Promise<Checked | Refusal> {
  let lines = 0
  let columns: CsvColumns<Name> | FileRefused | null = null
  const rows = () => Math.max(0, lines - 1)
  try {
    for await (const piece of file.rows()) {
      const [first] = piece.rows
      if (columns === null && first !== undefined) columns = columnsOf(first.cells, names, first.line)
      lines += piece.rows.length
      onRead(piece.readBytes, rows())
    }
  } catch (error) {
    if (!(error instanceof FileRefused)) throw error
    return { refusal: columns instanceof FileRefused ? columns : error, rows: rows() }
  }
  if (columns === null) return { refusal: new FileRefused('it is empty'), rows: 0 }
  if (columns instanceof FileRefused) return { refusal: columns, rows: rows() }
  return { rows: rows(), ignored: columns.ignored.map((name) => visible(name)) }
}

export interface Refusal {
  readonly refusal: FileRefused
  /** As far as the file can be read as rows. */
  readonly rows: number
}

/** The rows of a file, in pieces, each judged by itself. @throws FileRefused when the file is not what it was when it was checked */
export async function* readFile<Name extends string, Row extends object>(
  file: ImportFile,
  kind: Pick<RowKind<Name, Row>, 'columns' | 'read'>,
): AsyncGenerator<ReadPiece<Row>> {
  let columns: CsvColumns<Name> | null = null
  for await (const { rows, readBytes } of file.rows()) {
    const good: GoodRow<Row>[] = []
    const bad: RejectedRow[] = []
    for (const { line, cells } of rows) {
      if (columns === null) {
        const found = columnsOf(cells, kind.columns, line)
        if (found instanceof FileRefused) throw found
        columns = found
        continue
      }
      const row = kind.read(columns, cells)
      if (isFlaw(row)) bad.push({ line, reason: flawText(row) })
      else good.push({ line, row })
    }
    yield { good, bad, readBytes }
  }
}

function columnsOf<Name extends string>(
  cells: readonly string[],
  names: readonly Name[],
  line: number,
): CsvColumns<Name> | FileRefused {
  const columns = readColumns(cells, names)
  return isFlaw(columns) ? new FileRefused(flawText(columns), line) : columns
}

function isFlaw(read: object): read is CsvFlaw {
  return 'flaw' in read
}

function flawText({ cell, flaw }: CsvFlaw): string {
  if (cell === null) return flaw
  return cell.text === '' ? `${cell.column} ${flaw}` : `${cell.column} ${quoted(cell.text)} ${flaw}`
}
