import { describe, expect, it } from 'vitest'
import { depthUsd, weightOf } from '../../../src/domain/tokens/depth.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { observation, only24h, PARAMETERS } from './merge-support.ts'

const pool = 'PoolA'
const volumeUsd = only24h(300)

describe('the depth of a statement', () => {
  const cases: readonly (readonly [string, Partial<Observation>, number | null])[] = [
    ['is the claim when it speaks of the token as a whole', { liquidityUsd: 5000 }, 5000],
    ['is unknown when it speaks of the whole token and claims nothing', {}, null],
    ['is unknown for a quote that is not trusted', { pool, quote: 'Other', liquidityUsd: 9, quoteSideUsd: 9 }, null],
    ['is unknown for a quote that is not told', { pool, quote: null, liquidityUsd: 9, quoteSideUsd: 9 }, null],
    ['is twice the quote side of a one-sided pool', { pool, liquidityUsd: 2e9, quoteSideUsd: 1.5 }, 3],
    ['is the claim of a pool that is heavy on the quote side', { pool, liquidityUsd: 5000, quoteSideUsd: 4000 }, 5000],
    ['is twice the quote side when nothing is claimed', { pool, quoteSideUsd: 40 }, 80],
    ['is a day of trading when that is less than an unproven claim', { pool, liquidityUsd: 5000, volumeUsd }, 300],
    ['is the unproven claim when a day of trading is more', { pool, liquidityUsd: 200, volumeUsd }, 200],
    ['is unknown for an unproven claim without a day of trading', { pool, liquidityUsd: 5000 }, null],
    ['is unknown for trading without a claim', { pool, volumeUsd }, null],
    ['takes a claim beyond 1e15 for none', { liquidityUsd: 1.1e15 }, null],
    ['takes a negative quote side for none', { pool, quoteSideUsd: -1, liquidityUsd: 5000, volumeUsd }, 300],
  ]

  it.each(cases)('%s', (_, said, expected) => {
    expect(depthUsd(observation(said), PARAMETERS)).toBe(expected)
  })

  it('trusts a quote on its own network only', () => {
    const said = observation({ pool, network: 'base', quoteSideUsd: 10 })
    expect(depthUsd(said, PARAMETERS)).toBeNull()
    expect(depthUsd({ ...said, quote: '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913' }, PARAMETERS)).toBe(20)
  })

  it('never weighs less than 1, so that a pool without liquidity still gives a price', () => {
    expect([null, 0, 0.5, 1, 1.5].map(weightOf)).toEqual([1, 1, 1, 1, 1.5])
  })
})
