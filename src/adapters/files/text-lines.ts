import { isUtf8 } from 'node:buffer'
import { FileRefused } from '../../domain/csv.ts'
import { LINE_BYTES_MAX } from './limits.ts'

const NEWLINE = 0x0a
/** How files begin that people take for CSV. */
const FOREIGN: readonly (readonly [begin: readonly number[], reason: string])[] = [
  [[0x1f, 0x8b], 'it is packed with gzip: unpack it first'],
  [[0x50, 0x4b, 0x03, 0x04], 'it is a zip archive or a spreadsheet: an archive needs a name that ends with .zip'],
  [[0xff, 0xfe], 'it is UTF-16 text: save it as UTF-8'],
  [[0xfe, 0xff], 'it is UTF-16 text: save it as UTF-8'],
]

/** Some whole lines; only at the end of a file, or before a refusal, one without its line end. */
export interface TextPiece {
  readonly lines: Buffer
  /** The number of the first of them. */
  readonly firstLine: number
}

/**
 * The same bytes in pieces of whole lines, each of them checked: UTF-8, without zero bytes, and no line without end.
 * What is good is given before the refusal, so that what is wrong in an earlier line is told first.
 * @throws FileRefused with the line
 */
export async function* textLines(bytes: AsyncIterable<Buffer>): AsyncGenerator<TextPiece> {
  let line = 1
  let rest: Buffer = Buffer.alloc(0)
  for await (const chunk of bytes) {
    const piece = rest.length === 0 ? chunk : Buffer.concat([rest, chunk])
    if (line === 1) refuseForeign(piece)
    const end = piece.lastIndexOf(NEWLINE) + 1
    yield* checked(piece.subarray(0, end), line)
    line += lineEnds(piece, end)
    rest = piece.subarray(end)
    if (rest.length > LINE_BYTES_MAX) {
      yield* checked(rest, line)
      throw new FileRefused(`the line is longer than ${LINE_BYTES_MAX} bytes`, line)
    }
  }
  yield* checked(rest, line)
}

function refuseForeign(piece: Buffer): void {
  for (const [begin, reason] of FOREIGN) {
    if (piece.subarray(0, begin.length).equals(Buffer.from(begin))) throw new FileRefused(reason)
  }
}

function* checked(lines: Buffer, firstLine: number): Generator<TextPiece> {
  const isText = !lines.includes(0) && isUtf8(lines)
  if (isText) {
    if (lines.length > 0) yield { lines, firstLine }
    return
  }
  const { start, end } = firstBadLine(lines)
  if (start > 0) yield { lines: lines.subarray(0, start), firstLine }
  const reason = lines.subarray(start, end).includes(0) ? 'a zero byte: this is no text' : 'this is not UTF-8 text'
  throw new FileRefused(reason, firstLine + lineEnds(lines, start))
}

function firstBadLine(lines: Buffer): { readonly start: number; readonly end: number } {
  for (let start = 0; ; ) {
    const found = lines.indexOf(NEWLINE, start)
    const end = found === -1 ? lines.length : found + 1
    const line = lines.subarray(start, end)
    if (found === -1 || line.includes(0) || !isUtf8(line)) return { start, end }
    start = end
  }
}

function lineEnds(bytes: Buffer, end: number): number {
  let count = 0
  for (let at = bytes.indexOf(NEWLINE); at !== -1 && at < end; at = bytes.indexOf(NEWLINE, at + 1)) count += 1
  return count
}
