import type { CsvRow } from '../../domain/csv.ts'
import { ROW_CHARACTERS_MAX } from './limits.ts'
import type { TextPiece } from './text-lines.ts'

const NEWLINE = 0x0a
const QUOTE = 0x22

/**
 * The rows of lines that are nothing but cells and commas, which most files are made of: several times as fast as a parser.
 * @returns null when a line needs one, for its quotes, its length, or what it ends with
 */
export function plainRows({ lines, firstLine }: TextPiece): readonly CsvRow[] | null {
  if (lines.includes(QUOTE)) return null
  const rows: CsvRow[] = []
  for (let start = 0, line = firstLine; start < lines.length; line += 1) {
    const found = lines.indexOf(NEWLINE, start)
    const end = found === -1 ? lines.length : found
    // A text of its own: who keeps a cell must not keep the piece that it came in.
    const text = end - start > ROW_CHARACTERS_MAX ? null : lines.toString('utf8', start, end)
    if (text === null || hasLoneReturn(text)) return null
    const cells = text.split(',').map((cell) => cell.trim())
    // Spreadsheets write rows of commas below a table.
    if (cells.some((cell) => cell !== '')) rows.push({ line, cells })
    start = end + 1
  }
  return rows
}

/** One that is no part of a CR LF. */
function hasLoneReturn(text: string): boolean {
  const at = text.indexOf('\r')
  return at !== -1 && at !== text.length - 1
}
