import { moneyText } from '../format/money.ts'
import { Price } from '../parts/price.tsx'
import { Wide } from '../parts/wide.tsx'
import type { KnownCandle } from './candle-paths.ts'
import { momentText, type Span } from './spans.ts'

const ROWS = 30
const FIGURES = ['open', 'high', 'low', 'close'] as const

export interface CandlesProps {
  readonly candles: readonly KnownCandle[]
  readonly span: Span
  /** A name of the IANA list. */
  readonly zone: string
}

/** The newest of them, newest first. */
export function CandleTable({ candles, span, zone }: CandlesProps) {
  const newest = candles.slice(-ROWS).reverse()
  return (
    <Wide label="Candles">
      <table>
        <thead>
          <tr>
            <th scope="col">Begins ({zone})</th>
            <th scope="col">Open</th>
            <th scope="col">High</th>
            <th scope="col">Low</th>
            <th scope="col">Close</th>
            <th scope="col">Volume</th>
          </tr>
        </thead>
        <tbody>
          {newest.map((candle) => (
            <tr key={candle.open_time}>
              <th scope="row">
                {momentText(candle.open_time, span, zone)}
                {!candle.closed && <small>still growing</small>}
              </th>
              {FIGURES.map((name) => (
                <td key={name}>
                  <Price usd={candle[name]} />
                </td>
              ))}
              <td>{moneyText(candle.volume, 'usd')}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Wide>
  )
}
