/** Years whose dates every part of the service can write, in four digits. */
const YEAR_MIN = 1970
const YEAR_MAX = 9999

export const MINUTE_MS = 60_000
export const HOUR_MS = 60 * MINUTE_MS
export const DAY_MS = 24 * HOUR_MS

/** A moment as a client wrote it. */
export type When =
  /** Unix milliseconds. */
  | { readonly kind: 'instant'; readonly ms: number }
  /** A date of a calendar on a wall: where its day begins depends on the zone. As 00:00 UTC of that date, Unix milliseconds. */
  | { readonly kind: 'day'; readonly dayMs: number }

/** Why a text is no moment, as a sentence for whoever wrote it. */
export interface NotATime {
  readonly flaw: string
}

const DATE = /^(\d{4})-(\d{2})-(\d{2})$/
const LOOSE_DATE = /^(\d{4})-(\d{1,2})-(\d{1,2})$/
const INSTANT = /^(\d{4})-(\d{2})-(\d{2})T(\d{2}):(\d{2})(?::(\d{2})(?:\.(\d{1,9}))?)?(Z|[+-]\d{2}:\d{2})$/
const ZONELESS = /^\d{4}-\d{2}-\d{2}[T ]\d{2}:\d{2}[^Z+-]{0,16}$/

/** `2021-11-09`. @returns 00:00 UTC of that day */
export function parseDate(text: string): number | NotATime {
  const parts = DATE.exec(text)
  return parts === null ? { flaw: 'A date is written 2021-11-09.' } : dayOf(parts)
}

/** The same, where one digit is enough for a month or a day: `2021-11-9`. */
export function parseLooseDate(text: string): number | NotATime {
  const parts = LOOSE_DATE.exec(text)
  return parts === null ? { flaw: 'A date is written 2021-11-9 or 2021-11-09.' } : dayOf(parts)
}

/** `2021-11-09`, or an instant with its zone: `2021-11-09T13:45Z`, `2021-11-09T13:45:00.250+02:00`. Less than a millisecond is cut off. */
export function parseWhen(text: string): When | NotATime {
  const instant = INSTANT.exec(text)
  if (instant !== null) return instantOf(instant)
  if (ZONELESS.test(text)) return { flaw: 'A time needs its zone at the end: Z, or +02:00 (in an address: %2B02:00).' }
  const date = DATE.exec(text)
  if (date === null) return { flaw: 'A date is written 2021-11-09, an instant 2021-11-09T13:45:00Z.' }
  const dayMs = dayOf(date)
  return typeof dayMs === 'number' ? { kind: 'day', dayMs } : dayMs
}

/** The date of a moment in UTC: `2021-11-09`. @param ms within the years that parseDate knows */
export function dateText(ms: number): string {
  const { year, month, day } = civil(ms)
  return `${pad(year, 4)}-${pad(month + 1, 2)}-${pad(day, 2)}`
}

/** Month counts from 0, day from 1; in UTC. */
export function civil(ms: number): { readonly year: number; readonly month: number; readonly day: number } {
  // Counted from 1 March of year 0, so that a leap day is the last day of its year; 146,097 days are 400 years.
  const days = Math.floor(ms / DAY_MS) + 719_468
  const era = Math.floor(days / 146_097)
  const dayOfEra = days - era * 146_097
  const yearOfEra = Math.floor(
    (dayOfEra - Math.floor(dayOfEra / 1460) + Math.floor(dayOfEra / 36_524) - Math.floor(dayOfEra / 146_096)) / 365,
  )
  const dayOfYear = dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100))
  const monthFromMarch = Math.floor((5 * dayOfYear + 2) / 153)
  const month = (monthFromMarch + 2) % 12
  return {
    year: yearOfEra + era * 400 + (month < 2 ? 1 : 0),
    month,
    day: dayOfYear - Math.floor((153 * monthFromMarch + 2) / 5) + 1,
  }
}

/** @param parts that begin with year, month and day */
function dayOf(parts: RegExpExecArray): number | NotATime {
  const [year, month, day] = [Number(parts[1]), Number(parts[2]), Number(parts[3])]
  if (year < YEAR_MIN || year > YEAR_MAX) return { flaw: `The year must be from ${YEAR_MIN} to ${YEAR_MAX}.` }
  const ms = Date.UTC(year, month - 1, day)
  // A day that there is not falls into another month.
  return civil(ms).month === month - 1 ? ms : { flaw: 'There is no such day in the calendar.' }
}

function instantOf(parts: RegExpExecArray): When | NotATime {
  const dayMs = dayOf(parts)
  if (typeof dayMs !== 'number') return dayMs
  const [hour = '', minute = '', second = '0', fraction = '', zone = ''] = parts.slice(4)
  const offsetMs = offsetOf(zone)
  if (offsetMs === null || Number(hour) > 23 || Number(minute) > 59 || Number(second) > 59) {
    return { flaw: 'There is no such time of day.' }
  }
  const timeMs = ((Number(hour) * 60 + Number(minute)) * 60 + Number(second)) * 1000
  const ms = dayMs + timeMs + Number(fraction.padEnd(3, '0').slice(0, 3)) - offsetMs
  const { year } = civil(ms)
  if (year < YEAR_MIN || year > YEAR_MAX) return { flaw: `The year must be from ${YEAR_MIN} to ${YEAR_MAX}.` }
  return { kind: 'instant', ms }
}

function offsetOf(zone: string): number | null {
  if (zone === 'Z') return 0
  const [hours = 0, minutes = 0] = zone.slice(1).split(':').map(Number)
  if (hours > 23 || minutes > 59) return null
  return (zone.startsWith('-') ? -1 : 1) * (hours * HOUR_MS + minutes * MINUTE_MS)
}

function pad(value: number, digits: number): string {
  return String(value).padStart(digits, '0')
}
