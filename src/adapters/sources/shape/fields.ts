import { z } from 'zod'
import { finite, type PerWindow, perWindow, quantity, type SourceWindow } from '../../../domain/tokens/observation.ts'

/**
 * Readers of single fields for the schemas of the sources. A field that is absent or of another kind reads as null and
 * never spoils its row: what a row cannot do without is asked for by the row's own schema.
 */
function field<T>(read: (value: unknown) => T) {
  return z.unknown().optional().transform(read)
}

const DECIMAL = /^[+-]?\d+(\.\d+)?([eE][+-]?\d+)?$/
const DECIMAL_LENGTH_MAX = 400

/** A JSON number, or decimal text of any length read to the nearest double; null for "NaN", "" and everything else. */
export function toNumber(value: unknown): number | null {
  if (typeof value === 'number') return finite(value)
  if (typeof value !== 'string' || value.length > DECIMAL_LENGTH_MAX || !DECIMAL.test(value)) return null
  return finite(Number(value))
}

const ISO = /^(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d{1,9})?(Z|[+-]\d\d:\d\d)$/

/** Unix milliseconds of ISO-8601 text with a zone; nanoseconds are cut off, since not every runtime reads them. */
export function toIsoMs(value: unknown): number | null {
  const parts = typeof value === 'string' ? ISO.exec(value) : null
  if (parts === null) return null
  const [, moment, fraction = '', zone] = parts
  return quantity(Date.parse(`${moment}${fraction.slice(0, 4)}${zone}`))
}

/** A signed number, as percent changes are. */
export const signed = field(toNumber)
/** A quantity as merge/1 accepts it. */
export const amount = field((value) => quantity(toNumber(value)))
/** Unix milliseconds from ISO-8601 text. */
export const isoMs = field(toIsoMs)
/** Unix milliseconds from Unix seconds. */
export const secondsMs = field((value) => {
  const seconds = quantity(toNumber(value))
  return seconds === null ? null : quantity(seconds * 1000)
})
/** Text as it came. */
export const text = field((value) => (typeof value === 'string' ? value : null))
/** True or false; null for anything else. */
export const flag = field((value) => (typeof value === 'boolean' ? value : null))

/** What the windows are called at DexScreener and GeckoTerminal. */
const SHORT_KEYS: Readonly<Record<SourceWindow, string>> = { '5m': 'm5', '1h': 'h1', '6h': 'h6', '24h': 'h24' }

/** An object with a key per window (`m5 h1 h6 h24`), each key of which may be absent on its own. */
export function windows(read: (value: unknown) => number | null) {
  return field((value): PerWindow<number | null> => perWindow((window) => read(at(value, SHORT_KEYS[window]))))
}

/** The own property `key` of an object; undefined when there is none. */
export function at(value: unknown, key: string): unknown {
  if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
  return (value as Record<string, unknown>)[key]
}

/** Two sides of a window that belong together: an absent side is 0, a side of the wrong kind makes the sum unknown. */
export function sumOfSides(one: unknown, other: unknown): number | null {
  const sides = [one, other].map((side) => (side === undefined || side === null ? 0 : quantity(toNumber(side))))
  const [first = null, second = null] = sides
  return first === null || second === null ? null : quantity(first + second)
}

/** `{buys, sells}` together; null when neither is there. */
export function toTrades(value: unknown): number | null {
  const buys = at(value, 'buys')
  const sells = at(value, 'sells')
  return buys === undefined && sells === undefined ? null : sumOfSides(buys, sells)
}
