import { digits } from '../format/digits.ts'
import { BarChart } from './bar-chart.tsx'
import type { Live, LiveState } from './live.ts'

const CHART_PX = 44

const WORDS = {
  opening: 'Live taps: connecting…',
  away: 'Live taps: connecting again…',
  absent: 'Live taps cannot be followed here with this key.',
} as const satisfies Partial<Record<LiveState, string>>

/** The last half hour, as it happens; what was last heard while it cannot be. */
export function LiveMinutes({ live }: { readonly live: Live }) {
  const state = live.state.value
  const minutes = live.minutes.value
  if (state === 'off') return null
  const words = state === 'live' ? null : WORDS[state]
  if (minutes.length === 0) return <p class="muted">{words}</p>
  const sum = minutes.reduce((total, { count }) => total + count, 0)
  const now = minutes.at(-1)?.count ?? 0
  const text = `${digits(now, {})} ${now === 1 ? 'tap' : 'taps'} this minute, ${digits(sum, {})} in the last 30`
  const time = (start: string) => `${start.slice(11, 16)} UTC`
  return (
    <section aria-label="Live taps">
      <p>
        {words === null ? <span class="lamp live">Live</span> : <span class="lamp away">{words}</span>} {text}
      </p>
      <BarChart buckets={minutes} height={CHART_PX} label={`${text}.`} momentText={time} />
    </section>
  )
}
