import type { ComponentChildren } from 'preact'
import { Wide } from './wide.tsx'

export interface TableProps {
  /** What it shows, for whoever does not see it. */
  readonly label: string
  /** Titles, that of the names of the rows first. */
  readonly columns: readonly string[]
  readonly rows: readonly TableRow[]
}

export interface TableRow {
  readonly key: string | number
  readonly name: ComponentChildren
  /** One for each column after the first. */
  readonly cells: readonly ComponentChildren[]
}

/** A table that is read, not worked with. */
export function Table({ label, columns, rows }: TableProps) {
  return (
    <Wide label={label}>
      <table>
        <thead>
          <tr>
            {columns.map((title) => (
              <th key={title} scope="col">
                {title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {rows.map(({ key, name, cells }) => (
            <tr key={key}>
              <th scope="row">{name}</th>
              {cells.map((cell, i) => (
                <td key={columns[i + 1]}>{cell}</td>
              ))}
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
