import { digits, MINUS, NOTHING } from './digits.ts'

/** A price laid out: `0.0` + a small `5` + `44` is 0.0000044. */
export interface PriceText {
  readonly head: string
  /** How many zeros stand between the point and the tail; empty when they are written out. */
  readonly zeros: string
  readonly tail: string
  /** The same number as plain decimal digits, for copying and for reading aloud. */
  readonly plain: string
}

const ZEROS_WRITTEN_OUT_MAX = 3
const PLACES_BELOW_ONE = { notation: 'scientific', minimumSignificantDigits: 2, maximumSignificantDigits: 4 } as const
const PLACES_TO_THOUSAND = { minimumFractionDigits: 2, maximumFractionDigits: 4 }
const PLACES_ABOVE = { minimumFractionDigits: 2, maximumFractionDigits: 2 }

/** Two to four decimals from 1, two from 1,000, four significant digits below 1. Rounds first, then looks at the size. */
export function priceText(value: number | null): PriceText {
  if (value === null || !Number.isFinite(value)) return whole(NOTHING)
  if (value === 0) return whole('0')
  const sign = value < 0 ? MINUS : ''
  const size = Math.abs(value)
  const [mantissa = '', exponent = '0'] = digits(size, PLACES_BELOW_ONE).split('E')
  return Number(exponent) < 0 ? below(sign, mantissa, -Number(exponent)) : whole(sign + fromOne(size))
}

function fromOne(size: number): string {
  return digits(size, size < 1000 ? PLACES_TO_THOUSAND : PLACES_ABOVE)
}

/** @param power of ten below one: 1 for 0.1 */
function below(sign: string, mantissa: string, power: number): PriceText {
  const zeros = power - 1
  const tail = mantissa.replace('.', '')
  const plain = `${sign}0.${'0'.repeat(zeros)}${tail}`
  if (zeros <= ZEROS_WRITTEN_OUT_MAX) return whole(plain)
  return { head: `${sign}0.0`, zeros: String(zeros), tail, plain }
}

function whole(text: string): PriceText {
  return { head: text, zeros: '', tail: '', plain: text.replaceAll(',', '') }
}

const SUBSCRIPT_ZERO = 0x2080

/** As one text, with Unicode subscripts: for where there is no markup. */
export function priceLine(value: number | null): string {
  const { head, zeros, tail } = priceText(value)
  return head + [...zeros].map((digit) => String.fromCodePoint(SUBSCRIPT_ZERO + Number(digit))).join('') + tail
}
