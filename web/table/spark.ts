export interface SparkSize {
  readonly width: number
  readonly height: number
}

/** So that the line's own width is not cut off. */
const EDGE_PX = 2

/**
 * A line over points of equal distance, as the path of a drawing of this size; broken where nothing was recorded.
 * @returns an empty text for less than two points
 */
export function sparkPath(points: readonly (number | null)[], { width, height }: SparkSize): string {
  const known = points.filter((point) => point !== null)
  if (known.length < 2) return ''
  const [low, high] = [Math.min(...known), Math.max(...known)]
  const stepPx = (width - 2 * EDGE_PX) / (points.length - 1)
  const y = (point: number) =>
    high === low ? height / 2 : EDGE_PX + ((high - point) / (high - low)) * (height - 2 * EDGE_PX)
  let pen = 'M'
  let path = ''
  for (const [index, point] of points.entries()) {
    if (point !== null) path += `${pen}${rounded(EDGE_PX + index * stepPx)} ${rounded(y(point))}`
    pen = point === null ? 'M' : 'L'
  }
  return path
}

/** From the first point that is known to the last. */
export function sparkDirection(points: readonly (number | null)[]): 'up' | 'down' | 'flat' {
  const known = points.filter((point) => point !== null)
  const [first = 0, last = 0] = [known[0], known.at(-1)]
  return last > first ? 'up' : last < first ? 'down' : 'flat'
}

function rounded(px: number): number {
  return Math.round(px * 10) / 10
}
