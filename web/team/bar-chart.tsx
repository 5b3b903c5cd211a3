import type { ComponentChildren } from 'preact'
import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { compact, digits } from '../format/digits.ts'
import { type Bars, type Bucket, barsOf } from './bars.ts'

const WIDTH_PX = 700
const MARKS_PX = 48
const LABELS_PX = 20
/** Where the names of three moments do not run into each other. */
const THREE_LABELS_PX = 400

export interface BarChartProps {
  readonly buckets: readonly Bucket[]
  /** Without the line of moments below. */
  readonly height: number
  /** What a screen reader says of it. */
  readonly label: string
  readonly momentText: (start: string) => string
  /** For the figures beside the chart; a common one where something else is drawn below. */
  readonly marksPx?: number
  /** Drawn below the bars, over the same moments. */
  readonly below?: (place: { readonly bars: Bars; readonly width: number }) => ComponentChildren
}

/** Bars over time, hatched where a part of a bucket is not counted. */
export function BarChart({ buckets, height, label, momentText, marksPx = MARKS_PX, below }: BarChartProps) {
  const place = useRef<HTMLDivElement>(null)
  const hatch = useId()
  const whole = useWidth(place)
  const width = whole - marksPx
  const bars = barsOf(buckets, { width, height })
  const last = buckets.length - 1
  const labelled = [...new Set(width < THREE_LABELS_PX ? [0, last] : [0, Math.floor(last / 2), last])]
  return (
    <div ref={place}>
      <svg class="chart taps" role="img" aria-label={label} width={whole} height={height + LABELS_PX}>
        <pattern
          id={hatch}
          class="hatch"
          width="4"
          height="4"
          patternUnits="userSpaceOnUse"
          patternTransform="rotate(45)"
        >
          <line y2="4" />
        </pattern>
        <line class="axis" x2={width} y1={height} y2={height} />
        <path class="bar" d={bars.whole} />
        <path class="bar-in-part" fill={`url(#${hatch})`} d={bars.partial} />
        <text x={whole} y={10} text-anchor="end">
          {amount(bars.most)}
        </text>
        <text x={whole} y={height} text-anchor="end">
          0
        </text>
        {labelled.map((index) => (
          <text
            key={index}
            x={index === 0 ? 0 : index === last ? width : bars.x(index)}
            y={height + 15}
            text-anchor={index === 0 ? 'start' : index === last ? 'end' : 'middle'}
          >
            {momentText(buckets[index]?.start ?? '')}
          </text>
        ))}
      </svg>
      {bars.perBar > 1 && <p class="muted">Each bar is {bars.perBar} of them together.</p>}
      {below?.({ bars, width })}
    </div>
  )
}

function useWidth(place: { readonly current: HTMLElement | null }): number {
  const [width, setWidth] = useState(WIDTH_PX)
  useEffect(() => {
    if (place.current === null) return
    const watching = new ResizeObserver(([entry]) => setWidth(Math.floor(entry?.contentRect.width ?? WIDTH_PX)))
    watching.observe(place.current)
    return () => watching.disconnect()
  }, [place])
  return width
}

export function amount(count: number): string {
  return count < 10_000 ? digits(count, {}) : compact(count)
}
