import { FileRefused, quoted } from '../csv.ts'
import type { Cell } from './daily-number.ts'

const DAY_MS = 86_400_000
/** A day, with or without a time of day, which may say that it is UTC. */
const STAMP =
  /^([1-9]\d{3})-(\d\d)-(\d\d)(?:[ T]([01]\d|2[0-3]):[0-5]\d(?::[0-5]\d(?:\.\d{1,9})?)?(?:Z|\+00:?00| UTC)?)?$/

/**
 * The day of a record: the first ten characters of its stamp, in UTC. The time of day does not matter.
 * @returns Unix milliseconds, 00:00 UTC
 * @throws FileRefused for any other way to write a day, because day, month and century would be guesses
 */
export function readDay(cell: Cell): number {
  const [, year, month, day] = STAMP.exec(cell.text) ?? []
  if (year === undefined) throw new FileRefused(`${cell.column} ${flawOf(cell.text)}`, cell.line)
  if (!isDay(Number(year), Number(month), Number(day))) {
    throw new FileRefused(`${cell.column} ${quoted(cell.text)} is a day that no calendar has`, cell.line)
  }
  return Date.UTC(Number(year), Number(month) - 1, Number(day))
}

function isDay(year: number, month: number, day: number): boolean {
  if (month < 1 || month > 12) return false
  return day >= 1 && day <= (Date.UTC(year, month, 1) - Date.UTC(year, month - 1, 1)) / DAY_MS
}

function flawOf(text: string): string {
  if (text === '') return 'is empty'
  if (/^\d{1,4}\/\d{1,2}\/\d{1,4}/.test(text)) {
    return `${quoted(text)} has slashes, where nobody can tell day and month apart: write it as YYYY-MM-DD`
  }
  if (/^\d{1,2}[-.]\d{1,2}[-.]\d{2}(?!\d)/.test(text)) {
    return `${quoted(text)} has a year of two digits: write it as YYYY-MM-DD`
  }
  if (/^\d{4}-\d\d-\d\d.*[+-]\d\d:?\d\d$/.test(text)) return `${quoted(text)} is not in UTC`
  return `${quoted(text)} is not a date like 2021-07-06 or 2021-07-06 23:59:59`
}
