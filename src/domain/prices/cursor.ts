/** Where a walk over candles stands. */
export interface CandleCursor {
  /** The bucket to begin with. */
  readonly openTimeMs: number
  /** Pages of one walk show what was published at one moment. */
  readonly asOfMs: number
}

type Mismatch = 'mismatch'

const CANDLE = /^([0-9]{1,15})-([0-9]{1,15})-([0-9a-z]{1,7})$/
const TEXT = /^((?:[0-9a-f]{4}){1,900})-([0-9a-z]{1,7})$/

/** @param scope everything that shaped the first page, as a text; equal for equal requests */
export function writeCandleCursor({ openTimeMs, asOfMs }: CandleCursor, scope: string): string {
  return `${openTimeMs}-${asOfMs}-${checksum(scope)}`
}

/** @returns null: no cursor of ours; `mismatch`: one of another walk */
export function readCandleCursor(text: string, scope: string): CandleCursor | Mismatch | null {
  const parts = CANDLE.exec(text)
  if (parts === null) return null
  const [, openTimeMs, asOfMs, sum] = parts
  return sum === checksum(scope) ? { openTimeMs: Number(openTimeMs), asOfMs: Number(asOfMs) } : 'mismatch'
}

/** A cursor that says after which row a list goes on, in characters that need no escaping. */
export function writeTextCursor(place: string, scope: string): string {
  const units = Array.from({ length: place.length }, (_, i) => place.charCodeAt(i).toString(16).padStart(4, '0'))
  return `${units.join('')}-${checksum(scope)}`
}

/** @returns null: no cursor of ours; `mismatch`: one of another walk */
export function readTextCursor(text: string, scope: string): { readonly place: string } | Mismatch | null {
  const parts = TEXT.exec(text)
  if (parts === null) return null
  const [, hex = '', sum] = parts
  if (sum !== checksum(scope)) return 'mismatch'
  const units = (hex.match(/.{4}/g) ?? []).map((unit) => String.fromCharCode(Number.parseInt(unit, 16)))
  return { place: units.join('') }
}

/** FNV-1a over UTF-16 units, 32 bits, base 36: enough to notice a cursor used with other parameters. */
function checksum(text: string): string {
  let sum = 0x811c9dc5
  for (let i = 0; i < text.length; i += 1) sum = Math.imul(sum ^ text.charCodeAt(i), 0x01000193)
  return (sum >>> 0).toString(36)
}
