import type { Scale } from './agreement.ts'
import type { Explanation, Statement } from './answers.ts'

const RADIUS_PX_MAX = 8
const RADIUS_PX_MIN = 2
const MIDDLE_PX = 10

export interface StripProps {
  readonly statement: Statement
  /** Of all weight, 0 to 1: the area of the dot. */
  readonly share: number
  readonly scale: Scale
  readonly band: Explanation['result']['band']
}

/** A line of prices with the published one in the middle, what agrees with it as a band, and one statement as a dot. */
export function Strip({ statement, share, scale, band }: StripProps) {
  const { price_usd: usd, accepted } = statement
  const [from, to] = band === null ? [0.5, 0.5] : [scale.at(band[0]), scale.at(band[1])]
  const radius = Math.max(RADIUS_PX_MIN, Math.sqrt(share) * RADIUS_PX_MAX)
  return (
    <svg class="strip" aria-hidden="true">
      <line class="axis" x1="0" x2="100%" y1={MIDDLE_PX} y2={MIDDLE_PX} />
      <rect class="band" x={percent(from)} width={percent(Math.max(0.004, to - from))} y="4" height="12" />
      <line class="result" x1="50%" x2="50%" y1="2" y2="18" />
      {usd !== null &&
        (accepted ? (
          <circle cx={percent(scale.at(usd))} cy={MIDDLE_PX} r={radius} />
        ) : (
          <text class="cross" x={percent(scale.at(usd))} y="15" text-anchor={anchorOf(scale, usd)}>
            {scale.isBeyond(usd) ? (scale.at(usd) === 0 ? '⊗ ‹' : '› ⊗') : '⊗'}
          </text>
        ))}
    </svg>
  )
}

function anchorOf(scale: Scale, usd: number): 'start' | 'middle' | 'end' {
  const at = scale.at(usd)
  return at < 0.05 ? 'start' : at > 0.95 ? 'end' : 'middle'
}

function percent(fraction: number): string {
  return `${Math.round(fraction * 1000) / 10}%`
}
