import { describe, expect, it } from 'vitest'
import { createMarket, type Market } from '../../simulator/market.ts'
import { TOKENS_MIN } from '../../simulator/tokens.ts'
import { groundTruth } from '../../simulator/truth.ts'
import { START_MS } from './support.ts'

const DAY_MS = 86_400_000
const plan = { seed: 7, tokens: 80, startMs: START_MS, stepMs: 1000 }
const ticked = (market: Market, times: number) => {
  for (let i = 0; i < times; i++) market.tick()
  return market
}
const text = (market: Market) => JSON.stringify(groundTruth(market))

describe('the simulated market', () => {
  it('is the same to the byte for the same seed and the same number of ticks', () => {
    expect(text(ticked(createMarket(plan), 90))).toBe(text(ticked(createMarket(plan), 90)))
  })

  it('is another one for another seed', () => {
    expect(text(createMarket(plan))).not.toBe(text(createMarket({ ...plan, seed: 8 })))
  })

  it('gives a token the same life however many others there are', () => {
    const small = ticked(createMarket({ ...plan, tokens: TOKENS_MIN }), 30).tokens.map((token) => token.history.now())
    const large = ticked(createMarket(plan), 30).tokens.map((token) => token.history.now())
    expect(large.slice(0, TOKENS_MIN)).toEqual(small)
  })

  it('moves the prices of what trades and the clock by one step per tick', () => {
    const market = createMarket(plan)
    const before = market.sol.history.now().priceUsd
    ticked(market, 10)
    expect(market.nowMs()).toBe(START_MS + 10_000)
    expect(market.sol.history.now().priceUsd).not.toBe(before)
  })

  it('never changes a past that it has told', () => {
    const market = createMarket(plan)
    const past = market.tokens.map((token) => token.history.at(START_MS - 3_600_000))
    ticked(market, 200)
    expect(market.tokens.map((token) => token.history.at(START_MS - 3_600_000))).toEqual(past)
  })

  it('remembers each of its last seconds and each minute of the last day', () => {
    const market = createMarket(plan)
    const seen: number[] = []
    for (let i = 0; i < 8; i++) seen.push(ticked(market, 1).sol.history.now().priceUsd)
    const told = seen.map((_, i) => market.sol.history.at(START_MS + (i + 1) * 1000).priceUsd)
    expect(told).toEqual(seen)
    const stamps = market.sol.history.minutes().map((sample) => sample.atMs)
    expect(stamps[0]).toBeLessThan(START_MS - DAY_MS)
    expect(new Set(stamps.slice(1).map((atMs, i) => atMs - (stamps[i] ?? 0)))).toEqual(new Set([60_000]))
  })

  it('leaves a price where it is while nothing trades', () => {
    const market = ticked(createMarket(plan), 300)
    for (const token of market.tokens) {
      const samples = token.history.minutes()
      samples.slice(1).forEach((sample, i) => {
        const before = samples[i]
        if (before && sample.buys + sample.sells === before.buys + before.sells) {
          expect(sample.priceUsd).toBe(before.priceUsd)
        }
      })
    }
  })

  it('divides the trading of each token among its pools without a rest', () => {
    for (const token of createMarket(plan).tokens) {
      if (token.pools.length === 0) continue
      expect(token.pools.reduce((sum, pool) => sum + pool.share, 0)).toBeCloseTo(1, 10)
    }
  })

  it('keeps a dollar within half a percent of one after a week of minutes', () => {
    const market = createMarket({ ...plan, tokens: TOKENS_MIN, stepMs: 60_000 })
    ticked(market, 7 * 1440)
    for (const token of market.tokens.filter(({ role }) => role === 'stable')) {
      expect(Math.abs(token.history.now().priceUsd - 1)).toBeLessThan(0.005)
    }
  })
})
