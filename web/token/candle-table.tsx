import { moneyText } from '../format/money.ts'
import { Price } from '../parts/price.tsx'
import { Table } from '../parts/table.tsx'
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
    <Table
      label="Candles"
      columns={[`Begins (${zone})`, 'Open', 'High', 'Low', 'Close', 'Volume']}
      rows={newest.map((candle) => ({
        key: candle.open_time,
        name: (
          <>
            {momentText(candle.open_time, span, zone)}
            {!candle.closed && <small>still growing</small>}
          </>
        ),
        cells: [...FIGURES.map((name) => <Price key={name} usd={candle[name]} />), moneyText(candle.volume, 'usd')],
      }))}
    />
  )
}
