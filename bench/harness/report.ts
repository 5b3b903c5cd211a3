import type { Judged } from './targets.ts'

/** What one group of cases found. */
export interface GroupReport {
  readonly title: string
  /** The first column is a name, the others are figures. */
  readonly columns: readonly string[]
  readonly rows: readonly (readonly (string | number)[])[]
  readonly judged: readonly Judged[]
  /** What a reader must know besides: what was left out, and why. */
  readonly notes: readonly string[]
}

export function groupText({ title, columns, rows, notes }: GroupReport): string {
  const lines = [title, ...(rows.length > 0 ? table(columns, rows) : []), ...notes.map((note) => `  ${note}`)]
  return `${lines.join('\n')}\n`
}

export function targetsText(judged: readonly Judged[]): string {
  const rows = judged.map((j) => [j.what, ...[j.measured, j.atLeast, j.want].map((v) => figure(v, j.unit)), j.verdict])
  return `${['Targets', ...table(['', 'measured', 'at least', 'want', 'verdict'], rows)].join('\n')}\n`
}

function figure(value: number, unit: Judged['unit']): string {
  return unit === 'times' ? `${value.toFixed(2)}x` : `${Number(value.toFixed(2))} ${unit}`
}

function table(columns: readonly string[], rows: GroupReport['rows']): string[] {
  const cells = [columns, ...rows].map((row) => row.map(shown))
  const widths = columns.map((_, i) => Math.max(...cells.map((row) => row[i]?.length ?? 0)))
  return cells.map((row) => {
    const [name = '', ...figures] = row.map((cell, i) =>
      i === 0 ? cell.padEnd(widths[i] ?? 0) : cell.padStart(widths[i] ?? 0),
    )
    return `  ${[name, ...figures].join('  ')}`
  })
}

/** Three digits that matter; whole numbers from a thousand on, in groups. */
function shown(cell: string | number): string {
  if (typeof cell === 'string') return cell
  if (!Number.isFinite(cell)) return '-'
  return Math.abs(cell) >= 1000 ? Math.round(cell).toLocaleString('en-US') : String(Number(cell.toPrecision(3)))
}
