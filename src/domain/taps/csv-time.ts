import { type NotATime, parseWhen, type When } from '../calendar.ts'
import { TAP_EARLIEST_MS } from './reading.ts'

/** A date, and perhaps a time of day, and perhaps a zone: as ISO 8601 has it, and as databases write it. */
const TIME =
  /^(?<date>\d{4}-\d{2}-\d{2})(?:[T ](?<time>\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?)(?: ?(?<zone>Z|UTC|[+-]\d{2}(?::?\d{2})?))?)?$/

/**
 * A moment in a file. Without a zone it is UTC; a date alone is its 00:00. Less than a millisecond is cut off.
 * @returns Unix milliseconds, or what is wrong with it
 */
export function readCsvTime(text: string): number | string {
  // Most files have times as they are written everywhere else.
  const usual = parseWhen(text)
  const when = 'kind' in usual ? usual : parseLoosely(text)
  if (when === null) return flawOf(text)
  if ('flaw' in when) return `cannot be: ${when.flaw.replace(/\.$/, '')}`
  // With a time of day it is no day.
  const ms = when.kind === 'instant' ? when.ms : when.dayMs
  return ms < TAP_EARLIEST_MS ? 'is before the year 2000' : ms
}

/** @returns null for what does not even look like a time */
function parseLoosely(text: string): When | NotATime | null {
  const parts = TIME.exec(text)?.groups
  if (parts === undefined) return null
  const { date, time = '00:00', zone = 'Z' } = parts
  return parseWhen(`${date}T${time}${zoneOf(zone)}`)
}

function zoneOf(zone: string): string {
  if (zone === 'Z' || zone === 'UTC') return 'Z'
  return `${zone.slice(0, 3)}:${zone.slice(3).replace(':', '') || '00'}`
}

function flawOf(text: string): string {
  if (text.includes('/'))
    return 'has slashes, where nobody can tell day and month apart: write it as 2022-06-01T13:45:00Z'
  return 'is no time like 2022-06-01T13:45:00Z or 2022-06-01 13:45:00'
}
