/** What a cell can hold; null is an empty one. */
export type Cell = string | number | boolean | null

export const CSV_TYPE = 'text/csv; charset=utf-8; header=present'

/** RFC 4180: a line of names, then one line for each row, each ended by CRLF. */
export function csv(names: readonly string[], rows: readonly (readonly Cell[])[]): string {
  return [names, ...rows].map((row) => `${row.map(cellText).join(',')}\r\n`).join('')
}

/** Numbers stay numbers. Only a text can be taken for a formula. */
function cellText(cell: Cell): string {
  return typeof cell === 'string' ? quoted(harmless(cell)) : String(cell ?? '')
}

/** A spreadsheet runs what begins like a formula, blanks and quotes before it or not; an apostrophe makes it a text. */
function harmless(text: string): string {
  return /^[\s"']*[=+\-@]/.test(text) || /^[\t\r]/.test(text) ? `'${text}` : text
}

function quoted(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
