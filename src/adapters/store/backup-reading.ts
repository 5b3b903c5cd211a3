import { createReadStream } from 'node:fs'
import { PassThrough } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import { BACKUP_FORMAT, type BackupEnd, BackupError, type BackupHead, type TableHead } from './backup-format.ts'

const ROWS_AT_ONCE = 2_000
/** Everything else is a row; no table has a first column of such a name. */
const STRUCTURE = /^\{"(format|table|rows)":/

/** What a backup consists of, in this order: a head, then tables with rows after each, then an end. */
export type BackupPart = BackupHead | TableHead | BackupEnd | BackupRows

/** Some rows of the table that was named last. */
export interface BackupRows {
  /** A JSON array of objects by column. */
  readonly json: string
  readonly count: number
}

/** @throws BackupError when the file cannot be read, is no backup, or does not end as one. */
export async function* partsOf(file: string): AsyncGenerator<BackupPart> {
  let last: string | null = null
  let rows: string[] = []
  for await (const line of linesOf(file)) {
    if (last === null && !isHead(line)) throw new BackupError(`${file} is no backup of this program.`)
    last = line
    const isRow = !STRUCTURE.test(line)
    if (isRow) rows.push(line)
    if (rows.length > 0 && (!isRow || rows.length >= ROWS_AT_ONCE)) {
      yield { json: `[${rows.join(',')}]`, count: rows.length }
      rows = []
    }
    if (!isRow) yield JSON.parse(line) as BackupPart
  }
  if (last === null || !/^\{"rows":\d+\}$/.test(last)) throw new BackupError(`${file} is cut off: it has no end.`)
}

async function* linesOf(file: string): AsyncGenerator<string> {
  const text = new PassThrough({ encoding: 'utf8' })
  const done = pipeline(createReadStream(file), createGunzip(), text)
  // Thrown below, once all that could be read was.
  done.catch(() => undefined)
  try {
    yield* split(text)
    await done
  } catch (cause) {
    if (cause instanceof BackupError) throw cause
    throw new BackupError(`${file} cannot be read as a backup (${(cause as NodeJS.ErrnoException).code}).`, { cause })
  }
}

/** Not `readline`: for that U+2028, which a name may have, ends a line. */
async function* split(text: AsyncIterable<string>): AsyncGenerator<string> {
  let rest = ''
  for await (const chunk of text) {
    const lines = (rest + chunk).split('\n')
    rest = lines.pop() ?? ''
    yield* lines
  }
  if (rest !== '') yield rest
}

function isHead(line: string): boolean {
  return line.startsWith(`{"format":"${BACKUP_FORMAT}",`)
}
