import { priceLine, priceText } from '../format/price.ts'
import type { Candle } from './answers.ts'
import { candlePaths, isKnown, type KnownCandle } from './candle-paths.ts'
import { momentText, type Span } from './spans.ts'

/** Height without the line of moments below. */
export const CHART_PX = 190
/** For the prices beside the chart. */
export const MARKS_PX = 72

export interface CandlesticksProps {
  /** In slots of equal width; of one at least something is known. */
  readonly candles: readonly Candle[]
  readonly span: Span
  /** A name of the IANA list. */
  readonly zone: string
  /** Pixels, with the prices. */
  readonly width: number
}

/** The drawing, with a sentence for whoever does not see it. */
export function Candlesticks({ candles, span, zone, width }: CandlesticksProps) {
  const size = { width: width - MARKS_PX, height: CHART_PX }
  const { up, down, growing, volume, marks, x } = candlePaths(candles, size)
  const last = candles.length - 1
  const labelled = [...new Set([0, Math.floor(last / 2), last])]
  return (
    <svg
      class="chart"
      role="img"
      aria-label={sentence(candles.filter(isKnown), { span, zone })}
      width={width}
      height={CHART_PX + 20}
    >
      <pattern id="hatch" width="4" height="4" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">
        <line y2="4" />
      </pattern>
      <path class="volume" d={volume} />
      <path class="candle up" d={up} />
      <path class="candle down" d={down} />
      <path class="candle growing" fill="url(#hatch)" d={growing} />
      {marks.map(({ usd, y }) => (
        <g key={y}>
          <line class="axis" x2={size.width} y1={y} y2={y} />
          <text x={width} y={y + 4} text-anchor="end">
            {priceLine(usd)}
          </text>
        </g>
      ))}
      {labelled.map((index) => (
        <text
          key={index}
          x={x(index)}
          y={CHART_PX + 16}
          text-anchor={index === 0 ? 'start' : index === last ? 'end' : 'middle'}
        >
          {momentText(candles[index]?.open_time ?? '', span, zone)}
        </text>
      ))}
    </svg>
  )
}

function sentence(known: readonly KnownCandle[], { span, zone }: Pick<CandlesticksProps, 'span' | 'zone'>): string {
  const [first, last] = [known[0], known.at(-1)]
  if (first === undefined || last === undefined) return ''
  const plain = (usd: number) => `$${priceText(usd).plain}`
  const at = ({ open_time: at }: Candle) => `${momentText(at, span, zone)} ${zone}`
  const [low, high] = [Math.min(...known.map((c) => c.low)), Math.max(...known.map((c) => c.high))]
  return `${known.length} candles of ${span}, from ${plain(first.open)} at ${at(first)} to ${plain(last.close)} at ${at(last)}; lowest ${plain(low)}, highest ${plain(high)}.`
}
