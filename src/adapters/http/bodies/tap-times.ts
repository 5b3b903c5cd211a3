import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../../domain/calendar.ts'
import { isoOf } from './time.ts'

/**
 * Writes ISO texts of moments that come in order. Ten thousand buckets have twice as many, and a Date for each of them
 * would cost more than all the rest of the answer; here there is one for each day.
 */
export function isoWriter(): (ms: number) => string {
  let dayMs = Number.NaN
  let date = ''
  return (ms) => {
    const timeMs = ((ms % DAY_MS) + DAY_MS) % DAY_MS
    if (ms - timeMs !== dayMs) {
      dayMs = ms - timeMs
      date = isoOf(dayMs).slice(0, -'00:00:00.000Z'.length)
    }
    const hour = Math.floor(timeMs / HOUR_MS)
    const minute = Math.floor((timeMs % HOUR_MS) / MINUTE_MS)
    const second = Math.floor((timeMs % MINUTE_MS) / 1000)
    return `${date}${two(hour)}:${two(minute)}:${two(second)}.${String(timeMs % 1000).padStart(3, '0')}Z`
  }
}

function two(value: number): string {
  return value < 10 ? `0${value}` : String(value)
}
