import { digits } from '../format/digits.ts'
import type { Explanation, Statement } from './answers.ts'

const NUMBERS = ['No', 'One', 'Two', 'Three', 'Four', 'Five', 'Six'] as const
/** Beyond this factor from the price a statement is drawn at the edge. */
const FACTOR_MAX = 1.5
/** So that prices which agree to the last digit are not drawn at both edges. */
const FACTOR_MIN = 1.002

/** `Three sources agree within 0.5 %. One statement is rejected.` */
export function agreementText({ result, inputs }: Pick<Explanation, 'result' | 'inputs'>): string {
  const rejected = inputs.filter(({ accepted }) => !accepted).length
  const rest =
    rejected === 0 ? '' : ` ${numberOf(rejected)} ${rejected === 1 ? 'statement is' : 'statements are'} rejected.`
  const { witnesses, band } = result
  if (witnesses.length === 0) return `No source’s price could be used.${rest}`
  if (witnesses.length === 1) return `One source stands for this price.${rest}`
  const percent = band === null ? 0 : (band[1] / band[0] - 1) * 100
  const within = percent < 0.05 ? 'to 0.05 %' : `within ${digits(percent, { maximumSignificantDigits: 2 })} %`
  return `${numberOf(witnesses.length)} sources agree ${within}.${rest}`
}

function numberOf(count: number): string {
  return NUMBERS[count] ?? digits(count, {})
}

/** Where prices lie on one line, from 0 at its left end to 1. */
export interface Scale {
  at(usd: number): number
  /** Whether a price lies beyond the end of the line. */
  isBeyond(usd: number): boolean
}

/** A line with the price in its middle, as wide as what was accepted needs; equal factors are equally long. */
export function scaleAround(priceUsd: number, statements: readonly Statement[]): Scale {
  const factors = statements.flatMap(({ accepted, price_usd: usd }) =>
    accepted && usd !== null ? [Math.max(usd / priceUsd, priceUsd / usd)] : [],
  )
  const widest = Math.min(FACTOR_MAX, Math.max(FACTOR_MIN, ...factors) ** 1.25)
  const place = (usd: number) => 0.5 + Math.log(usd / priceUsd) / Math.log(widest) / 2
  return {
    at: (usd) => Math.min(1, Math.max(0, place(usd))),
    isBeyond: (usd) => place(usd) < 0 || place(usd) > 1,
  }
}

/** Of all weight that was accepted, as a fraction; 0 for what was not. */
export function shareOf({ weight, accepted }: Statement, statements: readonly Statement[]): number {
  const whole = statements.reduce((sum, other) => sum + (other.accepted ? other.weight : 0), 0)
  return accepted && whole > 0 ? weight / whole : 0
}
