import type { DailyRecord } from './daily-csv.ts'
import { FileRefused, visible } from './daily-refusal.ts'

/** What one file has said so far. It keeps some 80 bytes of every record. */
export interface DailyRepeats {
  /**
   * @returns true when the file has said exactly this before
   * @throws FileRefused when it has said something else of that coin and day
   */
  isRepeat(daily: DailyRecord, line: number): boolean
}

export function dailyRepeats(): DailyRepeats {
  const slotsByCoin = new Map<string, Map<number, number>>()
  // One flat list of doubles: an object per record would take four times as much.
  const values: number[] = []
  return {
    isRepeat({ symbol, record }, line) {
      const slots = slotsByCoin.get(symbol) ?? new Map<number, number>()
      slotsByCoin.set(symbol, slots)
      const said = valuesOf(record)
      const slot = slots.get(record.openTimeMs)
      if (slot === undefined) {
        slots.set(record.openTimeMs, values.length)
        values.push(...said)
        return false
      }
      if (said.every((value, index) => Object.is(value, values[slot + index]))) return true
      throw new FileRefused(`${visible(symbol)} has this day twice, with different values`, line)
    },
  }
}

/** NaN, which no record has, stands for null. */
function valuesOf({ open, high, low, close, volume, marketCap }: DailyRecord['record']): number[] {
  return [open, high, low, close, volume ?? Number.NaN, marketCap ?? Number.NaN]
}
