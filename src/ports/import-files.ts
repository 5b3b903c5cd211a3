import type { CsvRow } from '../domain/csv.ts'

/**
 * What an operator names for an import. Files are read as streams, a piece at a time; nothing is ever written or unpacked
 * to a disk. Tests: tests/adapters/files
 */
export interface ImportFiles {
  /**
   * What a path stands for: a file is itself, a folder is its CSV files and zip archives (not those of folders in it),
   * a zip archive is its CSV files; by name, by code point. What cannot be read is an item too, so this never throws for it.
   */
  find(path: string): Promise<readonly ImportItem[]>
}

export type ImportItem = ImportFile | Unread

export interface ImportFile {
  readonly status: 'found'
  /** As the operator would name it, safe to show; below an archive `prices.zip/coin_Bitcoin.csv`. */
  readonly name: string
  /** Of the text, unpacked. */
  readonly sizeBytes: number
  /**
   * The rows, the header first, in pieces of some hundred. Blank rows are left out.
   * @throws FileRefused after the last good row, when what follows cannot be read as UTF-8 text and CSV within the limits
   */
  rows(): AsyncIterable<RowPiece>
}

/** Not a CSV file, which is no fault, or one that must not or cannot be read. */
export interface Unread {
  readonly status: 'skipped' | 'refused'
  readonly name: string
  readonly reason: string
}

export interface RowPiece {
  readonly rows: readonly CsvRow[]
  /** How much of `sizeBytes` has been read by now. */
  readonly readBytes: number
}
