import { DAY_MS, dateText } from './calendar.ts'

/** Clocks are less than a day off from UTC, and have been moved by a day at most. */
const FAR_MS = 2 * DAY_MS
const FORMATS_KEPT = 1_000
const UTC_NAMES: ReadonlySet<string> = new Set(['utc', 'etc/utc', 'gmt', 'etc/gmt', 'zulu', 'etc/zulu'])
const formats = new Map<string, Intl.DateTimeFormat>()

export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone.toLowerCase())
}

/** Where the begins of days must be known to find that of one of them. */
export function aroundDay(dayMs: number): { readonly fromMs: number; readonly toMs: number } {
  return { fromMs: dayMs - FAR_MS, toMs: dayMs + FAR_MS }
}

/**
 * When a day begins in a zone; one that the zone left out, as Samoa did once, begins, and ends, where the next one begins.
 * @param dayMs 00:00 UTC of its date
 * @param begins of the days around it, ascending; a midnight alone may be that of one day in Honolulu or of the next in
 *   Kiritimati: what a calendar there shows at its noon tells
 */
export function beginOfDay(dayMs: number, zone: string, begins: readonly number[]): number {
  const date = dateText(dayMs)
  const format = formatOf(zone)
  return begins.find((ms) => format.format(ms + DAY_MS / 2) >= date) ?? aroundDay(dayMs).toMs
}

/** Writes dates as `2011-12-31`: the Swedish way is the one of ISO 8601. Making it takes longer than using it. */
function formatOf(timeZone: string): Intl.DateTimeFormat {
  const known = formats.get(timeZone)
  if (known !== undefined) return known
  const made = new Intl.DateTimeFormat('sv-SE', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })
  if (formats.size >= FORMATS_KEPT) formats.clear()
  formats.set(timeZone, made)
  return made
}
