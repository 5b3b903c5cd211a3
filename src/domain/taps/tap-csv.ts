import { readCsvTime } from './csv-time.ts'
import { isTapId } from './reading.ts'
import { isTagUid } from './tag.ts'
import { TAP_COUNT_MAX, type Tag, type Tap } from './tap.ts'

export const TAG_COLUMNS = ['tag_uid', 'team_id', 'created_at'] as const
export const TAP_COLUMNS = ['id', 'tag_uid', 'count', 'created_at'] as const
/** More is not a table of taps; it would be read one cell at a time all the same. */
const COLUMNS_MAX = 100
const TEAM_ID_MAX = 2_147_483_647

/** What is wrong with a row, or a first line, for people. */
export interface CsvFlaw {
  /** The cell that it is about, as the file has it: foreign text. Null: the row as a whole. */
  readonly cell: { readonly column: string; readonly text: string } | null
  /** Goes on behind the cell: `is no uid`. Without a full stop. */
  readonly flaw: string
}

/** Where the columns stand, from 0. */
export interface CsvColumns<Name extends string> {
  readonly at: Readonly<Record<Name, number>>
  readonly width: number
  /** Names that mean nothing here, as the file has them: foreign text. */
  readonly ignored: readonly string[]
}

export type ImportedTap = Tap & { readonly atMs: number }

/** The columns by the names in the first line, in any order and any case. */
export function readColumns<Name extends string>(
  cells: readonly string[],
  needed: readonly Name[],
): CsvColumns<Name> | CsvFlaw {
  if (cells.length > COLUMNS_MAX) return wholly(`has ${cells.length} columns; at most ${COLUMNS_MAX} are read`)
  const names = cells.map((cell) => cell.toLowerCase())
  const twice = names.findIndex((name, place) => name !== '' && names.indexOf(name) < place)
  if (twice !== -1) return { cell: { column: 'the column', text: cells[twice] ?? '' }, flaw: 'is there twice' }
  const missing = needed.filter((name) => !names.includes(name))
  if (missing.length > 0) return missingColumns(missing, cells)
  const places = needed.map((name) => [name, names.indexOf(name)] as const)
  const ignored = cells.filter((cell, place) => cell !== '' && !places.some(([, known]) => known === place))
  return { at: Object.fromEntries(places) as Record<Name, number>, width: cells.length, ignored }
}

function missingColumns(missing: readonly string[], cells: readonly string[]): CsvFlaw {
  const separator = cells.length === 1 ? /[;\t|]/.exec(cells[0] ?? '')?.[0] : undefined
  const why = separator === undefined ? `has no column ${missing.join(', ')}` : 'is not separated by commas'
  return { cell: { column: 'the first line', text: cells.join(',') }, flaw: why }
}

/** A tag as its row says; it has no name yet, and stands for no token. */
export function readTagRow(
  { at, width }: CsvColumns<(typeof TAG_COLUMNS)[number]>,
  cells: readonly string[],
): Tag | CsvFlaw {
  if (cells.length !== width) return otherWidth(cells, width)
  const [uid, team, created] = textsOf(cells, [at.tag_uid, at.team_id, at.created_at])
  if (!isTagUid(uid)) return flawOf('tag_uid', uid, NO_UID)
  const teamId = wholeNumber(team, TEAM_ID_MAX)
  if (teamId === null) return flawOf('team_id', team, `is no whole number from 1 to ${TEAM_ID_MAX}`)
  const createdAtMs = readCsvTime(created)
  if (typeof createdAtMs === 'string') return flawOf('created_at', created, createdAtMs)
  return { uid, teamId, name: null, tokenId: null, targetUrl: null, createdAtMs }
}

/** A tap as its row says, under the id that imported taps have. */
export function readTapRow(
  { at, width }: CsvColumns<(typeof TAP_COLUMNS)[number]>,
  cells: readonly string[],
): ImportedTap | CsvFlaw {
  if (cells.length !== width) return otherWidth(cells, width)
  const [id, tag, taps, created] = textsOf(cells, [at.id, at.tag_uid, at.count, at.created_at])
  if (!isTapId(id)) return flawOf('id', id, 'is not 1 to 64 printable characters')
  if (!isTagUid(tag)) return flawOf('tag_uid', tag, NO_UID)
  const count = wholeNumber(taps, TAP_COUNT_MAX)
  if (count === null) return flawOf('count', taps, `is no whole number from 1 to ${TAP_COUNT_MAX}`)
  const atMs = readCsvTime(created)
  if (typeof atMs === 'string') return flawOf('created_at', created, atMs)
  return { id: importedId(id), tag, count, atMs }
}

/** The event of a row. A tab is not printable, so no client can ever post an event that is called so. */
export function importedId(rowId: string): string {
  return `row\t${rowId}`
}

const NO_UID = 'is no whole number from 1 to 9223372036854775807'

function wholeNumber(text: string, max: number): number | null {
  return /^[1-9]\d{0,9}$/.test(text) && Number(text) <= max ? Number(text) : null
}

function textsOf<const Places extends readonly number[]>(cells: readonly string[], places: Places) {
  return places.map((place) => cells[place] ?? '') as { [Place in keyof Places]: string }
}

function otherWidth(cells: readonly string[], width: number): CsvFlaw {
  return wholly(`has ${cells.length} cells where the first line has ${width} columns`)
}

function flawOf(column: string, text: string, flaw: string): CsvFlaw {
  return { cell: { column, text }, flaw: text === '' ? 'is empty' : flaw }
}

function wholly(flaw: string): CsvFlaw {
  return { cell: null, flaw }
}
