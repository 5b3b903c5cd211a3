import type { StreamToken } from '../../clients/stream.ts'
import { priceAgeMs } from '../board/status.ts'
import { ageWords } from '../format/age.ts'
import { changeText } from '../format/change.ts'
import { priceText } from '../format/price.ts'
import { inUnit, type RowContext, spokenWindow } from './figures.ts'

/** A row as one sentence: `PEPE2, 0.0000044 dollars, up 1204 percent in 24 hours, thin, 3 seconds old`. */
export function spokenRow(token: StreamToken, { view, solUsd, nowMs }: RowContext): string {
  const price = inUnit(token.price_usd, view.unit, solUsd)
  const ageMs = priceAgeMs(token, nowMs)
  const parts = [
    token.symbol ?? token.address,
    price === null ? 'no price' : `${priceText(price).plain} ${view.unit === 'usd' ? 'dollars' : 'SOL'}`,
    spokenChange(token.change_pct[view.window], spokenWindow(view.window)),
    token.status === 'ok' ? '' : token.status,
    ageMs === null ? '' : `${ageWords(ageMs)} old`,
  ]
  return parts.filter((part) => part !== '').join(', ')
}

function spokenChange(percent: number | null, window: string): string {
  const { text, direction } = changeText(percent)
  if (direction === 'none') return ''
  if (direction === 'flat') return `unchanged in ${window}`
  return `${direction} ${text.slice(1, -1).replaceAll(',', '')} percent in ${window}`
}
