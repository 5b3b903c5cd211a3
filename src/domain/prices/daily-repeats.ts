import { FileRefused, visible } from '../csv.ts'
import type { PriceRecord } from './candle.ts'
import type { DailyRecord } from './daily-csv.ts'

/** What one file has said so far. It keeps some 80 bytes of every record. */
export interface DailyRepeats {
  /**
   * @returns true when the file has said exactly this before
   * @throws FileRefused when it has said something else of that coin and day
   */
  isRepeat(daily: DailyRecord, line: number): boolean
}

const DAY_MS = 86_400_000

export function dailyRepeats(): DailyRepeats {
  const slotsByCoin = new Map<string, Map<number, number>>()
  const said = saidValues()
  return {
    isRepeat({ symbol, record }, line) {
      const slots = slotsByCoin.get(symbol) ?? new Map<number, number>()
      slotsByCoin.set(symbol, slots)
      // Days are small integers, which a map holds without a number object each.
      const day = record.openTimeMs / DAY_MS
      const slot = slots.get(day)
      if (slot === undefined) {
        slots.set(day, said.add(record))
        return false
      }
      if (said.isSame(slot, record)) return true
      throw new FileRefused(`${visible(symbol)} has this day twice, with different values`, line)
    },
  }
}

const WIDTH = 6
const PAGE_SLOTS = 1024

/** The values of records by slot, in pages: an object per record would take four times as much, a growing array is copied. */
function saidValues() {
  const pages: Float64Array[] = []
  let slots = 0
  return {
    /** @returns the slot */
    add(record: PriceRecord): number {
      const slot = slots++
      if (slot % PAGE_SLOTS === 0) pages.push(new Float64Array(PAGE_SLOTS * WIDTH))
      pages.at(-1)?.set(valuesOf(record), (slot % PAGE_SLOTS) * WIDTH)
      return slot
    },
    isSame(slot: number, record: PriceRecord): boolean {
      const page = pages[Math.floor(slot / PAGE_SLOTS)]
      const begin = (slot % PAGE_SLOTS) * WIDTH
      return valuesOf(record).every((value, index) => Object.is(page?.[begin + index], value))
    },
  }
}

/** NaN, which no record has, stands for null. */
function valuesOf({ open, high, low, close, volume, marketCap }: PriceRecord): readonly number[] {
  return [open, high, low, close, volume ?? Number.NaN, marketCap ?? Number.NaN]
}
