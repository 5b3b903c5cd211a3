import { CsvError, type Parser, parse } from 'csv-parse'
import { type CsvRow, FileRefused } from '../../domain/csv.ts'
import type { RowPiece } from '../../ports/import-files.ts'
import { ROW_CHARACTERS_MAX } from './limits.ts'
import { textLines } from './text-lines.ts'

/**
 * The rows of a CSV file by RFC 4180, except that no cell may go over a line end; see ImportFile.rows.
 * What is good is given before a fault is thrown: an earlier line is told before a later one.
 */
export async function* csvRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<RowPiece> {
  const reader = rowReader()
  let readBytes = 0
  let fault: unknown = null
  try {
    for await (const lines of textLines(bytes)) {
      readBytes += lines.length
      const reading = await reader.read(lines)
      yield { rows: reading.rows, readBytes }
      fault = reading.fault
      if (fault !== null) break
    }
  } catch (error) {
    fault = error
  }
  // The reader keeps its last row until it sees what follows.
  const last = await reader.end()
  yield { rows: last.rows, readBytes }
  if (fault !== null || last.fault !== null) throw fault ?? last.fault
}

interface Reading {
  readonly rows: readonly CsvRow[]
  readonly fault: unknown
}

interface RowReader {
  read(lines: Buffer): Promise<Reading>
  end(): Promise<Reading>
}

function rowReader(): RowReader {
  let rows: CsvRow[] = []
  const lines = lineCount()
  const parser: Parser = parse({
    bom: true,
    trim: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    // How many cells a row must have is said by the header, in words that people understand.
    relax_column_count: true,
    max_record_size: ROW_CHARACTERS_MAX,
    // The parser's own stream drops finished rows when a later one fails.
    on_record: (padded: string[], info) => {
      const line = lines.next(info.empty_lines)
      if (info.lines !== line) throw new FileRefused(SEVERAL_LINES, line)
      const cells = padded.map((cell) => cell.trim())
      // Spreadsheets write rows of commas below a table.
      if (cells.some((cell) => cell !== '')) rows.push({ line, cells })
      return null
    },
  })
  // Each fault also comes through the callback of the write.
  parser.on('error', () => {})
  const settle = async (act: (done: (error?: Error | null) => void) => void): Promise<Reading> => {
    const fault = await new Promise((resolve) => act((error) => resolve(faultOf(error ?? null, lines))))
    const taken = rows
    rows = []
    return { rows: taken, fault }
  }
  return {
    read: (text) => settle((done) => parser.write(text, done)),
    end: () => settle((done) => parser.end(done)),
  }
}

/** Rows stand on one line each, so that lines are counted by rows and the empty lines between them. */
function lineCount() {
  let line = 0
  let emptyLines = 0
  const next = (emptyNow: number) => line + 1 + emptyNow - emptyLines
  return {
    /** Where a row begins that comes now. */
    peek: next,
    next(emptyNow: number): number {
      line = next(emptyNow)
      emptyLines = emptyNow
      return line
    },
  }
}

function faultOf(error: Error | null, lines: ReturnType<typeof lineCount>): Error | null {
  if (!(error instanceof CsvError)) return error
  const reason = REASONS[error.code] ?? 'the quotes in this row are not those of CSV'
  return new FileRefused(reason, lines.peek(Number(error['empty_lines'])), { cause: error })
}

const SEVERAL_LINES =
  'the row goes over several lines: a quote is not closed, or lines end with something else than LF or CR LF'
const REASONS: Readonly<Partial<Record<string, string>>> = {
  CSV_MAX_RECORD_SIZE: `the row is longer than ${ROW_CHARACTERS_MAX} characters: is a quote not closed?`,
  CSV_QUOTE_NOT_CLOSED: 'a quote begins here and is never closed',
}
