import { type CsvRow, FileRefused, quoted, visible } from '../csv.ts'

const NEEDED = ['Name', 'Symbol', 'Date', 'High', 'Low', 'Open', 'Close'] as const
const WELCOME = ['Volume', 'Marketcap'] as const
/** Numbers the rows of some files. It says nothing. */
const KNOWN = ['SNo', ...NEEDED, ...WELCOME]
/** More is not a table of prices; it would be read one cell at a time all the same. */
const COLUMNS_MAX = 100

export interface DailyHeader {
  /** Where each column stands, from 0; null when the file has none of that name. */
  readonly at: Readonly<Record<(typeof NEEDED)[number], number> & Record<(typeof WELCOME)[number], number | null>>
  readonly width: number
  /** Names that mean nothing here, as the file wrote them, safe to show. */
  readonly ignored: readonly string[]
}

/**
 * The columns of a file by their names, in any order and any case.
 * @throws FileRefused when a needed column is absent or any named one is there twice
 */
export function readHeader({ cells, line }: CsvRow): DailyHeader {
  if (cells.length > COLUMNS_MAX)
    throw new FileRefused(`has ${cells.length} columns; at most ${COLUMNS_MAX} are read`, line)
  const places = new Map<string, number>()
  for (const [place, name] of cells.entries()) {
    const key = name.toLowerCase()
    if (places.has(key) && key !== '') throw new FileRefused(`the column ${quoted(name)} is there twice`, line)
    places.set(key, place)
  }
  const find = (name: string) => places.get(name.toLowerCase()) ?? null
  const missing = NEEDED.filter((name) => find(name) === null)
  if (missing.length > 0) throw new FileRefused(missingText(missing, cells), line)
  const known = new Set(KNOWN.map((name) => name.toLowerCase()))
  const ignored = cells.filter((name) => name !== '' && !known.has(name.toLowerCase()))
  const at = Object.fromEntries([...NEEDED, ...WELCOME].map((name) => [name, find(name)]))
  // None of the needed ones is null: that was refused above.
  return { at: at as DailyHeader['at'], width: cells.length, ignored: ignored.map((name) => visible(name)) }
}

function missingText(missing: readonly string[], cells: readonly string[]): string {
  const [only = ''] = cells
  const separator = cells.length === 1 ? /[;\t|]/.exec(only)?.[0] : undefined
  if (separator !== undefined) return `the columns are separated by ${quoted(separator)}, not by commas`
  return `no column ${missing.join(', ')} in the first line, which begins with ${quoted(cells.join(','))}`
}
