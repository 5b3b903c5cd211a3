import type { Random } from './random.ts'

/** How a token moves and trades. */
export interface Gait {
  /** Price at the start of its history, USD. */
  readonly startUsd: number
  /** Standard deviation of the logarithmic price after one second. */
  readonly volatility: number
  /** Share of the way back to the start price per second; stablecoins have much of it. */
  readonly reversion: number
  readonly tradesPerSecond: number
  /** Mean size of a trade, USD. */
  readonly tradeUsd: number
  readonly jumpsPerDay: number
}

/** A moment of a walk: the price, and counters that only grow, so that any window is a difference of two samples. */
export interface Sample {
  readonly atMs: number
  readonly priceUsd: number
  readonly volumeUsd: number
  readonly buys: number
  readonly sells: number
}

/**
 * The next moment of a geometric random walk. Without a trade the price stands still, as it does in life: that is
 * why a window in which nothing traded has no change.
 */
export function nextSample(
  last: Sample,
  gait: Gait,
  move: { readonly stepMs: number; readonly random: Random },
): Sample {
  const { stepMs, random } = move
  const seconds = stepMs / 1000
  const expected = gait.tradesPerSecond * seconds
  const trades = random.poisson(expected)
  const atMs = last.atMs + stepMs
  if (trades === 0) return { ...last, atMs }
  const change = logChange(last.priceUsd, gait, { seconds, expected, random })
  const buyShare = Math.min(0.95, Math.max(0.05, 0.5 + change * 3 + random.gauss() * 0.05))
  const buys = Math.min(trades, Math.round(trades * buyShare))
  return {
    atMs,
    priceUsd: last.priceUsd * Math.exp(change),
    volumeUsd: last.volumeUsd + trades * gait.tradeUsd * Math.exp(random.gauss() * 0.3),
    buys: last.buys + buys,
    sells: last.sells + trades - buys,
  }
}

interface Stretch {
  readonly seconds: number
  readonly expected: number
  readonly random: Random
}

/** A token that trades rarely makes larger steps, so that a day's spread depends on its volatility alone. */
function logChange(priceUsd: number, gait: Gait, { seconds, expected, random }: Stretch): number {
  const spread = (gait.volatility * Math.sqrt(seconds)) / Math.sqrt(Math.min(1, Math.max(0.01, expected)))
  const drift = -Math.min(1, gait.reversion * seconds) * Math.log(priceUsd / gait.startUsd)
  const jumps = random.next() < (gait.jumpsPerDay * seconds) / 86_400
  const jump = jumps ? random.pick([1, -1] as const) * random.between(0.08, 0.25) : 0
  return drift + jump + Math.max(-0.2, Math.min(0.2, spread * random.gauss()))
}
