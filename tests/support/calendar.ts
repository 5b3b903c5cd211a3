import type { Range } from '../../src/domain/prices/candle.ts'

type Unit = 'hour' | 'day' | 'week' | 'month' | 'quarter'

const DAY_MS = 86_400_000
/** Every zone of our days changes its offset, and begins its hours, on one of these. */
const STEP_MS = 900_000
const MARGIN_MS = { hour: DAY_MS, day: 3 * DAY_MS, week: 9 * DAY_MS, month: 33 * DAY_MS, quarter: 94 * DAY_MS }

/** Begins of local hours, days, weeks, months or quarters, found by looking at the clock on the wall every quarter of an hour. */
export function boundariesOf(unit: Unit, zone: string, { fromMs, toMs }: Range): number[] | null {
  const wall = wallClock(zone)
  if (wall === null) return null
  const begins: number[] = []
  const firstMs = Math.floor((fromMs - MARGIN_MS[unit]) / STEP_MS) * STEP_MS
  // The hour, or half an hour, that a clock shows twice is told apart by how far the clock is off.
  const nameOf = (timeMs: number) =>
    bucketOf(unit, wall(timeMs)) + (unit === 'hour' ? offsetOf(wall(timeMs), timeMs) : '')
  let before = nameOf(firstMs)
  for (let timeMs = firstMs + STEP_MS; (begins.at(-1) ?? timeMs) < toMs || begins.length === 0; timeMs += STEP_MS) {
    const bucket = nameOf(timeMs)
    if (bucket !== before) begins.push(timeMs)
    before = bucket
  }
  return begins.slice(begins.findLastIndex((timeMs) => timeMs <= fromMs))
}

/** `2021-11-09 13:45` in a zone; null for a zone that there is not. */
function wallClock(timeZone: string): ((timeMs: number) => string) | null {
  try {
    const format = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' })
    return /^[+-]/.test(timeZone) ? null : (timeMs) => format.format(timeMs)
  } catch {
    return null
  }
}

function offsetOf(wall: string, timeMs: number): number {
  return Date.parse(`${wall.replace(' ', 'T')}Z`) - timeMs
}

function bucketOf(unit: Unit, wall: string): string {
  if (unit === 'hour') return wall.slice(0, 13)
  if (unit === 'month') return wall.slice(0, 7)
  if (unit === 'quarter') return `${wall.slice(0, 4)} ${Math.floor((Number(wall.slice(5, 7)) - 1) / 3)}`
  const dayMs = Date.parse(`${wall.slice(0, 10)}T00:00Z`)
  const sinceMonday = (new Date(dayMs).getUTCDay() + 6) % 7
  return unit === 'day' ? wall.slice(0, 10) : String(dayMs - sinceMonday * DAY_MS)
}
