/** A line over prices, as the path of an SVG; broken where nothing was recorded. */
export interface PriceLine {
  readonly path: string
  readonly low: number
  readonly high: number
}

const EDGE_PX = 4

/** @returns null when no price is known */
export function priceLineOf(
  prices: readonly (number | null)[],
  { height, x }: { readonly height: number; readonly x: (index: number) => number },
): PriceLine | null {
  const known = prices.filter((price) => price !== null)
  if (known.length === 0) return null
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const y = (price: number) =>
    high === low ? height / 2 : EDGE_PX + ((high - price) / (high - low)) * (height - 2 * EDGE_PX)
  let pen = 'M'
  let path = ''
  for (const [index, price] of prices.entries()) {
    // A point by itself is drawn too: a line of no length, with round ends.
    if (price !== null) path += `${pen}${rounded(x(index))} ${rounded(y(price))}${pen === 'M' ? 'h0' : ''}`
    pen = price === null ? 'M' : 'L'
  }
  return { path, low, high }
}

function rounded(px: number): number {
  return Math.round(px * 10) / 10
}
