import { CsvError, type Parser, parse } from 'csv-parse'
import { type CsvRow, FileRefused } from '../../domain/csv.ts'
import { ROW_CHARACTERS_MAX } from './limits.ts'

/** Rows that could be read, and what the next one has against it; null: nothing. */
export interface Reading {
  readonly rows: readonly CsvRow[]
  readonly fault: unknown
}

export interface RowParser {
  /** It keeps its last row until it sees what follows. */
  read(lines: Buffer): Promise<Reading>
  end(): Promise<Reading>
}

/** @param firstLine number of the line with which it begins */
export function rowParser(firstLine: number): RowParser {
  let rows: CsvRow[] = []
  const lines = lineCount(firstLine)
  const parser: Parser = parse({
    bom: firstLine === 1,
    trim: true,
    record_delimiter: ['\r\n', '\n'],
    skip_empty_lines: true,
    // How many cells a row must have is said by the header, in words that people understand.
    relax_column_count: true,
    max_record_size: ROW_CHARACTERS_MAX,
    // The parser's own stream drops finished rows when a later one fails.
    on_record: (padded: string[], info) => {
      const line = lines.next(info.empty_lines)
      if (info.lines + firstLine - 1 !== line) throw new FileRefused(SEVERAL_LINES, line)
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
function lineCount(firstLine: number) {
  let line = firstLine - 1
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
