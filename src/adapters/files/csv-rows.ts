import type { RowPiece } from '../../ports/import-files.ts'
import { type Reading, type RowParser, rowParser } from './parsed-rows.ts'
import { plainRows } from './plain-rows.ts'
import { type TextPiece, textLines } from './text-lines.ts'

/**
 * The rows of a CSV file by RFC 4180, except that no cell may go over a line end; see ImportFile.rows.
 * What is good is given before a fault is thrown: an earlier line is told before a later one.
 */
export async function* csvRows(bytes: AsyncIterable<Buffer>): AsyncGenerator<RowPiece> {
  const reader = rowReader()
  let readBytes = 0
  let fault: unknown = null
  try {
    for await (const piece of textLines(bytes)) {
      readBytes += piece.lines.length
      const reading = await reader.read(piece)
      yield { rows: reading.rows, readBytes }
      fault = reading.fault
      if (fault !== null) break
    }
  } catch (error) {
    fault = error
  }
  const last = await reader.end()
  yield { rows: last.rows, readBytes }
  if (fault !== null || last.fault !== null) throw fault ?? last.fault
}

interface RowReader {
  read(piece: TextPiece): Promise<Reading>
  end(): Promise<Reading>
}

/** Leaves a file to the parser from the first piece on that needs one, because a quote may go beyond the end of a piece. */
function rowReader(): RowReader {
  let parser: RowParser | null = null
  return {
    async read(piece) {
      const rows = parser === null ? plainRows(piece) : null
      if (rows !== null) return { rows, fault: null }
      parser ??= rowParser(piece.firstLine)
      return parser.read(piece.lines)
    },
    end: async () => (await parser?.end()) ?? { rows: [], fault: null },
  }
}
