import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { toSol, usableSolUsd } from '../../../src/domain/tokens/units.ts'
import { price } from './merge-arbitraries.ts'
import { lastGood, merge, NOW_MS, observation, PARAMETERS } from './merge-support.ts'

describe('an amount in SOL', () => {
  it('is exactly 1 for wrapped SOL, whatever SOL costs', () => {
    fc.assert(fc.property(price, (solUsd) => toSol(solUsd, solUsd) === 1))
  })

  it('is exactly the amount in USD divided once by the price of SOL', () => {
    fc.assert(fc.property(price, price, (usd, solUsd) => Object.is(toSol(usd, solUsd), usd / solUsd)))
  })

  it('is nothing when either side is', () => {
    expect([toSol(null, 100), toSol(1, null), toSol(null, null)]).toEqual([null, null, null])
    expect(toSol(0, 100)).toBe(0)
  })
})

describe('the price of SOL for conversions', () => {
  const solAt = (ageMs: number) => {
    const observedAtMs = NOW_MS - ageMs
    return merge([observation({ priceUsd: 100, observedAtMs })], { nowMs: observedAtMs })
  }

  it('is the merged price of wrapped SOL, to the last bit', () => {
    const merged = merge([observation({ priceUsd: 108.31695332710045 })])
    const sol = usableSolUsd(merged, NOW_MS, PARAMETERS)
    expect(sol).toEqual({ value: 108.31695332710045, source: 'dexscreener', observedAtMs: NOW_MS - 10_000 })
    expect(toSol(merged.priceUsd, sol?.value ?? null)).toBe(1)
  })

  it('serves up to an age of 300 s and not a millisecond longer', () => {
    expect(usableSolUsd(solAt(300_000), NOW_MS, PARAMETERS)?.value).toBe(100)
    expect(usableSolUsd(solAt(300_001), NOW_MS, PARAMETERS)).toBeNull()
  })

  it('is nothing when SOL has no price or is not on the board', () => {
    expect(usableSolUsd(merge([]), NOW_MS, PARAMETERS)).toBeNull()
    expect(usableSolUsd(null, NOW_MS, PARAMETERS)).toBeNull()
  })

  it('says so when it is the last good one', () => {
    const stale = merge([], { previous: lastGood(99) })
    expect(usableSolUsd(stale, NOW_MS, PARAMETERS)).toMatchObject({ value: 99, source: 'last_good' })
  })
})
