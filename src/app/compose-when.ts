import { parseWhen } from '../domain/calendar.ts'

/** A date (the begin of that day, UTC) or a time with its zone. @returns Unix milliseconds, or what is wrong */
export function readMoment(text: string): number | string {
  const when = parseWhen(text)
  if ('flaw' in when) return when.flaw
  return when.kind === 'day' ? when.dayMs : when.ms
}
