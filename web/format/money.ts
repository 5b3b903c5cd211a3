import { compact, NOTHING } from './digits.ts'

/** What amounts are shown in. */
export const UNITS = ['usd', 'sol'] as const
export type Unit = (typeof UNITS)[number]
/** Written before an amount. */
export const SIGNS: Readonly<Record<Unit, string>> = { usd: '$', sol: '◎' }

/** An amount of money, three significant digits. */
export function moneyText(value: number | null, unit: Unit): string {
  if (value === null || !Number.isFinite(value) || value < 0) return NOTHING
  const sign = SIGNS[unit]
  if (value === 0) return `${sign}0`
  if (value < 1) return `<${sign}1`
  const text = compact(value)
  return text.startsWith('>') ? `>${sign}${text.slice(1)}` : `${sign}${text}`
}
