import type { TapImportEvent } from '../compose-cli.ts'

/** Rows of files of one kind. */
export interface Rows {
  inserted: number
  unchanged: number
  rejected: number
}

export function noRows(): Rows {
  return { inserted: 0, unchanged: 0, rejected: 0 }
}

export function countRows(rows: Rows, event: TapImportEvent): void {
  if (event.kind === 'rows')
    for (const kind of ['inserted', 'unchanged', 'rejected'] as const) rows[kind] += event[kind]
  if (event.kind === 'file' && event.status === 'refused') rows.rejected += event.rows
}

/** A file of which nothing was taken although it has something. */
export function isFailure(event: TapImportEvent): boolean {
  if (event.kind !== 'file' || event.status === 'skipped') return false
  return event.status === 'refused' || (event.rejected > 0 && event.inserted + event.unchanged === 0)
}

/** What is told of an event; empty: nothing. */
export function eventText(event: TapImportEvent): string {
  if (event.kind === 'rows') return ''
  if (event.kind === 'key') return `team ${event.teamId}: ${event.secret}\n`
  if (event.kind === 'rejected') return `rejected ${event.name}: line ${event.line}: ${event.reason}\n`
  return `${event.status.padEnd(8)} ${event.name}: ${outcome(event)}\n`
}

function outcome(event: TapImportEvent & { readonly kind: 'file' }): string {
  if (event.status === 'skipped') return event.reason
  if (event.status === 'refused') {
    const place = event.line === null ? '' : `line ${event.line}: `
    return `${place}${event.reason} (rejected ${event.rows})`
  }
  const { inserted, unchanged, rejected, ignored, untold } = event
  const counts = `${inserted + unchanged + rejected} rows, inserted ${inserted}, unchanged ${unchanged}, rejected ${rejected}`
  const notes = [
    ...(untold > 0 ? [`rejected rows that are not told one by one: ${untold}`] : []),
    ...(ignored.length > 0 ? [`columns that mean nothing here: ${ignored.join(', ')}`] : []),
  ]
  return [counts, ...notes.map((note) => `         ${note}`)].join('\n')
}
