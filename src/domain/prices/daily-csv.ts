import { type CsvRow, FileRefused, quoted } from '../csv.ts'
import type { Ohlcv, PriceRecord } from './candle.ts'
import type { Coin } from './coin.ts'
import { readDay } from './daily-date.ts'
import type { DailyHeader } from './daily-header.ts'
import { type Cell, readAmount, readPrice } from './daily-number.ts'

/** What one row of a file says of one coin on one day. */
export interface DailyRecord extends Coin {
  readonly record: PriceRecord
}

const LABELS = {
  // Clients list symbols with commas and put them into paths.
  Symbol: { form: /^[^\s,/\\\p{C}]{1,32}$/u, rule: 'at most 32 characters, no blanks, commas and slashes' },
  Name: { form: /^[^\p{C}\p{Zl}\p{Zp}]{1,100}$/u, rule: 'at most 100 characters, all of them visible' },
} as const

/** @throws FileRefused naming the line and the first thing that is wrong with it. Nothing is guessed or mended. */
export function readRecord({ at, width }: DailyHeader, row: CsvRow): DailyRecord {
  const { line, cells } = row
  if (cells.length !== width) {
    throw new FileRefused(`has ${cells.length} cells where the first line has ${width} columns`, line)
  }
  const cell = (column: keyof typeof at): Cell => ({ line, column, text: cells[at[column] ?? -1] ?? '' })
  const prices = {
    high: readPrice(cell('High')),
    low: readPrice(cell('Low')),
    open: readPrice(cell('Open')),
    close: readPrice(cell('Close')),
    volume: readAmount(cell('Volume')),
    marketCap: readAmount(cell('Marketcap')),
  }
  const record = { openTimeMs: readDay(cell('Date')), ...prices }
  checkOrder(prices, line)
  return { symbol: readLabel(cell('Symbol'), LABELS.Symbol), name: readLabel(cell('Name'), LABELS.Name), record }
}

/** Swapped or shifted columns show here. */
function checkOrder({ high, low, open, close }: Ohlcv, line: number): void {
  if (low > high) throw new FileRefused(`Low ${low} is above High ${high}`, line)
  for (const [column, price] of [
    ['Open', open],
    ['Close', close],
  ] as const) {
    if (price < low) throw new FileRefused(`${column} ${price} is below Low ${low}`, line)
    if (price > high) throw new FileRefused(`${column} ${price} is above High ${high}`, line)
  }
}

function readLabel({ column, text, line }: Cell, { form, rule }: (typeof LABELS)[keyof typeof LABELS]): string {
  if (text === '') throw new FileRefused(`${column} is empty`, line)
  if (!form.test(text)) throw new FileRefused(`${column} ${quoted(text)} is refused (${rule})`, line)
  return text
}
