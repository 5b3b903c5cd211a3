import { FileRefused, quoted } from '../csv.ts'

/** One cell of a file, blanks around it removed. */
export interface Cell {
  /** Of the file, the header being 1. */
  readonly line: number
  readonly column: string
  readonly text: string
}

/** As JSON writes numbers, without a sign: no `+5`, `.5`, `5.`, `007`, `1_000`, `0x10`, `1,5`, NaN or Infinity. */
const PLAIN = /^(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?$/

/** @throws FileRefused unless the cell is a price: a plain number above 0. */
export function readPrice(cell: Cell): number {
  const price = readAmount(cell)
  if (price === null) throw refused(cell, 'is empty')
  if (price === 0) throw refused(cell, 'is 0, which is no price')
  return price
}

/**
 * The nearest double of a plain number, 0 or more; null for an empty cell.
 * @throws FileRefused for everything else, and for a number too large or too small for a double
 */
export function readAmount(cell: Cell): number | null {
  const { text } = cell
  if (text === '') return null
  if (!PLAIN.test(text)) throw refused(cell, flawOf(text))
  const value = Number(text)
  if (value === Number.POSITIVE_INFINITY) throw refused(cell, `${quoted(text)} is larger than a double can be`)
  // Silently becoming 0 would turn a known value into an unknown one.
  if (value === 0 && /^[^eE]*[1-9]/.test(text)) throw refused(cell, `${quoted(text)} is smaller than a double can be`)
  return value
}

function refused({ column, line }: Cell, flaw: string): FileRefused {
  return new FileRefused(`${column} ${flaw}`, line)
}

function flawOf(text: string): string {
  if (text.startsWith('-') && PLAIN.test(text.slice(1))) return `${quoted(text)} is negative`
  if (/^[\d.]+$/.test(text) && text.indexOf('.') !== text.lastIndexOf('.')) {
    return `${quoted(text)} has several dots, so where its decimals begin is lost`
  }
  if (/^[\d.,]+$/.test(text) && text.includes(',')) {
    return `${quoted(text)} has a comma, which some read as a decimal point and some as a separator of thousands`
  }
  return `${quoted(text)} is not a plain number such as 1234.5 or 1.2e-7`
}
