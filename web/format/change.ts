import { compact, digits, MINUS, NOTHING } from './digits.ts'

export type Direction = 'up' | 'down' | 'flat' | 'none'

/** A change in percent, with its sign and its direction. */
export interface ChangeText {
  readonly text: string
  readonly direction: Direction
}

const FLAT_BELOW = 0.005
/** From the smallest: up to which size (of the rounded number) how many decimals. */
const STEPS = [
  { below: 10, decimals: 2 },
  { below: 100, decimals: 1 },
  { below: 10_000, decimals: 0 },
]

/** @param percent 2.5 for +2.5 % */
export function changeText(percent: number | null): ChangeText {
  if (percent === null || !Number.isFinite(percent)) return { text: NOTHING, direction: 'none' }
  if (Math.abs(percent) < FLAT_BELOW) return { text: '0.00%', direction: 'flat' }
  if (percent > 0) return { text: `+${sizeText(percent)}%`, direction: 'up' }
  return { text: `${MINUS}${lossText(percent)}%`, direction: 'down' }
}

/** Nothing is said to be lost whole that is not. */
function lossText(percent: number): string {
  const text = sizeText(-percent)
  return text === '100' && percent > -100 ? '99.9' : text
}

function sizeText(size: number): string {
  for (const { below, decimals } of STEPS) {
    const text = digits(size, { minimumFractionDigits: decimals, maximumFractionDigits: decimals })
    if (Number(text.replaceAll(',', '')) < below) return text
  }
  return compact(size)
}

export const ARROWS: Readonly<Record<Direction, string>> = { up: '▲', down: '▼', flat: '', none: '' }
