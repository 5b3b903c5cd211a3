import type { Candle } from './answers.ts'

/** A candle of which something is known. */
export type KnownCandle = Candle & Readonly<Record<'open' | 'high' | 'low' | 'close', number>>

export interface ChartSize {
  readonly width: number
  readonly height: number
}

/** What a chart draws, as paths of an SVG; a chart of any length is a handful of elements. */
export interface CandlePaths {
  readonly up: string
  readonly down: string
  /** The last one, while it grows; empty when it is over. */
  readonly growing: string
  readonly volume: string
  /** Prices that are written beside the chart, with their heights. */
  readonly marks: readonly { readonly usd: number; readonly y: number }[]
  /** The middle of each slot. */
  readonly x: (index: number) => number
}

const VOLUME_SHARE = 0.18
const GAP_PX = 6
const EDGE_PX = 6
const BODY_SHARE = 0.64

export function isKnown(candle: Candle): candle is KnownCandle {
  return candle.open !== null && candle.high !== null && candle.low !== null && candle.close !== null
}

/** @param candles in slots of equal width, the unknown ones too; at least one is known */
export function candlePaths(candles: readonly Candle[], { width, height }: ChartSize): CandlePaths {
  const known = candles.filter(isKnown)
  const [low, high] = [Math.min(...known.map((c) => c.low)), Math.max(...known.map((c) => c.high))]
  const floor = height * (1 - VOLUME_SHARE) - GAP_PX
  const slot = width / candles.length
  const x = (index: number) => (index + 0.5) * slot
  const y = (usd: number) =>
    high === low ? floor / 2 : EDGE_PX + ((high - usd) / (high - low)) * (floor - 2 * EDGE_PX)
  const half = Math.max(0.5, (slot * BODY_SHARE) / 2)
  const shapes = { up: '', down: '', growing: '' }
  for (const [index, candle] of candles.entries()) {
    if (!isKnown(candle)) continue
    const kind = !candle.closed ? 'growing' : candle.close >= candle.open ? 'up' : 'down'
    shapes[kind] += candleShape(candle, { x: x(index), half, y })
  }
  const marks = (high === low ? [high] : [high, (high + low) / 2, low]).map((usd) => ({ usd, y: y(usd) }))
  return { ...shapes, volume: volumePath(candles, { x, half, height }), marks, x }
}

interface Place {
  readonly x: number
  readonly half: number
  readonly y: (usd: number) => number
}

/** A wick above and below, and a body that is at least a line. */
function candleShape({ open, close, high, low }: KnownCandle, { x, half, y }: Place): string {
  const [top, bottom] = [y(Math.max(open, close)), y(Math.min(open, close))]
  const [left, right] = [rounded(x - half), rounded(x + half)]
  const wicks = `M${rounded(x)} ${rounded(y(high))}V${rounded(top)}M${rounded(x)} ${rounded(bottom)}V${rounded(y(low))}`
  return `${wicks}M${left} ${rounded(top)}H${right}V${rounded(Math.max(bottom, top + 1))}H${left}Z`
}

interface Ground {
  readonly x: (index: number) => number
  readonly half: number
  readonly height: number
}

function volumePath(candles: readonly Candle[], { x, half, height }: Ground): string {
  const most = Math.max(0, ...candles.map(({ volume }) => volume ?? 0))
  if (most === 0) return ''
  return candles
    .map(({ volume }, index) => {
      if (volume === null || volume === 0) return ''
      const top = height - Math.max(1, (volume / most) * height * VOLUME_SHARE)
      return `M${rounded(x(index) - half)} ${height}V${rounded(top)}H${rounded(x(index) + half)}V${height}Z`
    })
    .join('')
}

function rounded(px: number): number {
  return Math.round(px * 10) / 10
}
