import type { FileReport } from '../compose-cli.ts'

/** What an import has done in all. */
export interface Totals {
  inserted: number
  updated: number
  unchanged: number
  rejected: number
  taken: number
  refused: number
}

export function noTotals(): Totals {
  return { inserted: 0, updated: 0, unchanged: 0, rejected: 0, taken: 0, refused: 0 }
}

export function count(totals: Totals, report: FileReport): void {
  if (report.status === 'skipped') return
  totals[report.status] += 1
  if (report.status === 'refused') totals.rejected += report.rows
  else for (const kind of ['inserted', 'updated', 'unchanged'] as const) totals[kind] += report[kind]
}

/** The verdict on one file, in a line, and a line for each note. */
export function reportText(report: FileReport): string {
  return `${report.status.padEnd(8)} ${report.name}: ${outcome(report)}\n`
}

function outcome(report: FileReport): string {
  if (report.status === 'skipped') return report.reason
  if (report.status === 'refused') {
    const place = report.line === null ? '' : `line ${report.line}: `
    return `${place}${report.reason} (rejected ${report.rows})`
  }
  const { rows, inserted, updated, unchanged, notes } = report
  const counts = `${rows} rows, inserted ${inserted}, updated ${updated}, unchanged ${unchanged}`
  return [counts, ...notes.map((note) => `         ${note}`)].join('\n')
}

/** The last line of every import, which scripts read. */
export function totalsText({ inserted, updated, unchanged, rejected }: Omit<Totals, 'taken' | 'refused'>): string {
  return `inserted ${inserted}, updated ${updated}, unchanged ${unchanged}, rejected ${rejected}\n`
}
