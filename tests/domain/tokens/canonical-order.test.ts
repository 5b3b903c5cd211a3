import { describe, expect, it } from 'vitest'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { lastGood, merge, NOW_MS, observation, only24h, USDC } from './merge-support.ts'

const listed = (...said: readonly Observation[]) => merge(said).inputs.map((input) => input.observation)

describe('the inputs', () => {
  it('are listed by precedence, pool id (the whole token last), newest and cheapest first, strangers last', () => {
    const inOrder = [
      observation({ pool: 'A', observedAtMs: NOW_MS - 1000, priceUsd: 2 }),
      observation({ pool: 'A', observedAtMs: NOW_MS - 2000, priceUsd: 1 }),
      observation({ pool: 'A', observedAtMs: NOW_MS - 2000, priceUsd: 3 }),
      observation({ pool: 'A', observedAtMs: NOW_MS - 2000, priceUsd: null }),
      observation({ pool: 'a' }),
      observation(),
      observation({ source: 'jupiter' }),
      observation({ source: 'aardvark' }),
      observation({ source: 'stranger', pool: 'A' }),
    ]
    expect(listed(...inOrder.toReversed())).toEqual(inOrder)
  })

  it('let a stranger give a label only when nobody else has one', () => {
    const stranger = observation({ source: 'aardvark', symbol: 'STRANGE' })
    const old = observation({ source: 'jupiter', symbol: 'APPLE', observedAtMs: NOW_MS - 100_000 })
    const previous = lastGood(1)
    expect(merge([stranger, old], { previous }).symbol?.value).toBe('APPLE')
    expect(merge([stranger], { previous }).symbol?.value).toBe('STRANGE')
  })

  const differences: readonly (readonly [string, Partial<Observation>, Partial<Observation>])[] = [
    ['network', { network: 'base' }, { network: 'solana' }],
    ['token', { token: 'One' }, { token: 'Two' }],
    ['dex', { dex: 'orca' }, { dex: null }],
    ['base', { base: USDC }, { base: null }],
    ['quote', { quote: USDC }, { quote: 'Other' }],
    ['symbol', { symbol: 'A' }, { symbol: 'a' }],
    ['name', { name: 'A' }, { name: 'B' }],
    ['quoteSymbol', { quoteSymbol: 'A' }, { quoteSymbol: 'B' }],
    ['liquidityUsd', { liquidityUsd: 1 }, { liquidityUsd: 2 }],
    ['the sign of a zero', { liquidityUsd: -0 }, { liquidityUsd: 0 }],
    ['a number and none', { liquidityUsd: Number.NaN }, { liquidityUsd: 0 }],
    ['quoteSideUsd', { quoteSideUsd: 1 }, { quoteSideUsd: 2 }],
    ['marketCapUsd', { marketCapUsd: 1 }, { marketCapUsd: 2 }],
    ['marketCapBasis', { marketCapBasis: 'circulating' }, { marketCapBasis: 'unknown' }],
    ['fdvUsd', { fdvUsd: 1 }, { fdvUsd: 2 }],
    ['createdAtMs', { createdAtMs: 1 }, { createdAtMs: 2 }],
    ['sourceAtMs', { sourceAtMs: 1 }, { sourceAtMs: 2 }],
    ['volumeUsd', { volumeUsd: only24h(1) }, { volumeUsd: only24h(2) }],
    ['txns', { txns: only24h(1) }, { txns: only24h(2) }],
    ['changePct', { changePct: only24h(1) }, { changePct: only24h(null) }],
  ]

  it.each(differences)('that differ in nothing but %s stand in one order, whichever came first', (_, first, second) => {
    const [a, b] = [observation({ pool: 'A', ...first }), observation({ pool: 'A', ...second })]
    expect(listed(a, b)).toStrictEqual(listed(b, a))
  })
})
