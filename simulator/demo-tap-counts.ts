import type { PastMinute } from './past.ts'
import type { Random } from './random.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** By how much the taps of a tag that leads come before the price of its token. */
export const LEAD_HOURS = 3
/** Most taps come in the evening, UTC. */
const BUSIEST_HOUR = 18
/** What moved the price is talked about for some hours. */
const FADES_TO = 0.5
const EXCITEMENT = 0.5
const EXCITEMENT_MAX = 6

/** How busy an hour of the day is, from 0.2 to 1. */
export function rhythm(atMs: number): number {
  const turn = (2 * Math.PI * ((atMs % DAY_MS) / HOUR_MS - BUSIEST_HOUR)) / 24
  return 0.6 + 0.4 * Math.cos(turn)
}

/** How much busier than usual each hour is; 1 is as usual. */
export type Mood = (hourMs: number) => number

export function evenMood(random: Random): Mood {
  return () => random.between(0.8, 1.2)
}

/**
 * People of a made-up market know: they tap when the price is about to rise, LEAD_HOURS before it does. Hours are asked
 * for one after another.
 * @param minutes of the token, oldest first
 */
export function knowingMood(minutes: readonly PastMinute[], random: Random): Mood {
  const priceAt = stepsOf(minutes)
  const move = (hourMs: number) => Math.log(priceAt(hourMs + HOUR_MS - MINUTE_MS) / priceAt(hourMs))
  const usual = usualMove(minutes, move)
  let excitement = 0
  return (hourMs) => {
    const coming = move(hourMs + LEAD_HOURS * HOUR_MS) / usual
    excitement = limited(FADES_TO * excitement + (Number.isFinite(coming) ? coming : 0))
    return Math.exp(EXCITEMENT * excitement) * random.between(0.95, 1.05)
  }
}

function limited(excitement: number): number {
  return Math.max(-EXCITEMENT_MAX, Math.min(EXCITEMENT_MAX, excitement))
}

/** Of the hours in which it moved at all. */
function usualMove(minutes: readonly PastMinute[], move: (hourMs: number) => number): number {
  const hours = new Set(minutes.map(({ openTimeMs }) => Math.floor(openTimeMs / HOUR_MS) * HOUR_MS))
  const moves = [...hours].map(move).filter((one) => Number.isFinite(one) && one !== 0)
  return Math.sqrt(moves.reduce((sum, one) => sum + one * one, 0) / moves.length)
}

/** The last known price at a moment; NaN before the first. */
function stepsOf(minutes: readonly PastMinute[]): (atMs: number) => number {
  return (atMs) => {
    let [low, high] = [0, minutes.length]
    while (low < high) {
      const middle = (low + high) >> 1
      if ((minutes[middle]?.openTimeMs ?? 0) <= atMs) low = middle + 1
      else high = middle
    }
    return minutes[low - 1]?.close ?? Number.NaN
  }
}
