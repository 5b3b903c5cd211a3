import type { Heard } from './hearing.ts'
import type { Said } from './merged.ts'

/** How far apart two prices are: the larger divided by the smaller, never below 1. */
export function factorBetween(a: number, b: number): number {
  return a > b ? a / b : b / a
}

/**
 * Each source speaks once, however many pools it names.
 * @param heard in the canonical order
 * @returns by precedence
 */
export function speak(heard: readonly Heard[]): readonly Said[] {
  const said: Said[] = []
  for (let start = 0; start < heard.length; ) {
    const end = endOfSource(heard, start)
    const voice = voiceOf(heard.slice(start, end))
    if (voice !== null) said.push(say(voice))
    start = end
  }
  return said
}

/**
 * The sources that vote: an odd number, so that the middle is one of them. Of an even number the last in precedence
 * only witnesses.
 */
export function votersAmong(said: readonly Said[]): readonly Said[] {
  return said.length % 2 === 0 ? said.slice(0, -1) : said
}

/** The plain median vote; null when nobody votes. Equal prices: the first in precedence comes first. */
export function elect(voters: readonly Said[]): Said | null {
  const byPrice = voters.toSorted((a, b) => a.priceUsd - b.priceUsd)
  return byPrice[(voters.length - 1) / 2] ?? null
}

/** The sources whose price is within the factor of a price, the one it came from included. */
export function within(said: readonly Said[], priceUsd: number, factor: number): readonly Said[] {
  return said.filter((one) => factorBetween(one.priceUsd, priceUsd) <= factor)
}

/** The lowest and the highest price said; null when nobody said one. */
export function bandOf(said: readonly Said[]): readonly [low: number, high: number] | null {
  const [first, ...others] = said
  if (first === undefined) return null
  let low = first.priceUsd
  let high = first.priceUsd
  for (const { priceUsd } of others) {
    low = Math.min(low, priceUsd)
    high = Math.max(high, priceUsd)
  }
  return [low, high]
}

/** A source's pools speak for it; its statement about the token as a whole only when it names no heard pool. */
function voiceOf(heard: readonly Heard[]): Heard | null {
  const pools = heard.filter(({ observation }) => observation.pool !== null)
  return pools.length === 0 ? (heard[0] ?? null) : weightedMedian(pools)
}

/** @param pools by pool id, so that the stable sort breaks ties of price by pool id */
function weightedMedian(pools: readonly Heard[]): Heard | null {
  const byPrice = pools.toSorted((a, b) => a.priceUsd - b.priceUsd)
  let total = 0
  for (const { weight } of byPrice) total += weight
  let running = 0
  for (const heard of byPrice) {
    running += heard.weight
    if (running + running >= total) return heard
  }
  return null
}

function endOfSource(heard: readonly Heard[], start: number): number {
  const source = heard[start]?.observation.source
  let end = start + 1
  while (heard[end]?.observation.source === source) end += 1
  return end
}

function say({ observation, priceUsd }: Heard): Said {
  return { source: observation.source, priceUsd, pool: observation.pool, observedAtMs: observation.observedAtMs }
}
