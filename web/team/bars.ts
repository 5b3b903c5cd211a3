/** A count of taps between two moments, as the service tells it. */
export interface Bucket {
  readonly start: string
  readonly end: string
  readonly count: number
  readonly partial: boolean
}

export interface BarSize {
  readonly width: number
  readonly height: number
}

/** What a chart of bars draws, as paths of an SVG. */
export interface Bars {
  readonly whole: string
  /** Bars of which a part is not counted: they are drawn otherwise. */
  readonly partial: string
  /** The highest bar. */
  readonly most: number
  /** Buckets in each bar: more than one where there is no room for all. */
  readonly perBar: number
  /** The middle of a bucket. */
  readonly x: (index: number) => number
}

const SLOT_PX_MIN = 3
const GAP_SHARE = 0.2

export function barsOf(buckets: readonly Bucket[], { width, height }: BarSize): Bars {
  const perBar = Math.max(1, Math.ceil((buckets.length * SLOT_PX_MIN) / width))
  const groups = Array.from({ length: Math.ceil(buckets.length / perBar) }, (_, i) =>
    buckets.slice(i * perBar, (i + 1) * perBar),
  )
  const sums = groups.map((group) => group.reduce((sum, { count }) => sum + count, 0))
  const most = Math.max(0, ...sums)
  const slot = width / Math.max(1, groups.length)
  const gap = Math.min(4, slot * GAP_SHARE)
  const bars = { whole: '', partial: '' }
  for (const [i, group] of groups.entries()) {
    const sum = sums[i] ?? 0
    // What was tapped once must be seen beside what was tapped a million times.
    const top = sum === 0 ? height : height - Math.max(1, (sum / most) * height)
    const [left, right] = [rounded(i * slot + gap / 2), rounded((i + 1) * slot - gap / 2)]
    const isPartial = group.some(({ partial }) => partial)
    if (sum > 0) bars[isPartial ? 'partial' : 'whole'] += `M${left} ${height}V${rounded(top)}H${right}V${height}Z`
  }
  return { ...bars, most, perBar, x: (index) => ((index + 0.5) * slot) / perBar }
}

function rounded(px: number): number {
  return Math.round(px * 10) / 10
}
