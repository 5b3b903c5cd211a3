import { describe, expect, it } from 'vitest'
import { ALGORITHM } from '../../../src/domain/tokens/merge.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { lastGood, merge, NOW_MS, observation, only24h, SOL, USDC } from './merge-support.ts'

/** A token with two pools on one source and three sources that nearly agree; all values invented. */
const appleOnPoolA = observation({
  pool: 'PoolA',
  dex: 'orca',
  quote: SOL,
  priceUsd: 0.0502,
  liquidityUsd: 90_000,
  quoteSideUsd: 40_000.5,
  volumeUsd: only24h(250_000.25),
  marketCapUsd: 50_000_000,
  marketCapBasis: 'unknown',
  fdvUsd: 50_000_000,
  createdAtMs: NOW_MS - 500_000_000,
  observedAtMs: NOW_MS - 40_000,
})
const appleOnPoolB = observation({
  pool: 'PoolB',
  dex: 'raydium',
  priceUsd: 0.0508,
  liquidityUsd: 30_000,
  quoteSideUsd: 16_000,
  volumeUsd: only24h(100_000.5),
  createdAtMs: NOW_MS - 900_000_000,
  observedAtMs: NOW_MS - 40_000,
})
const jupiter = observation({ source: 'jupiter', priceUsd: 0.0489, liquidityUsd: 105_000 })
const geckoterminal = observation({
  source: 'geckoterminal',
  priceUsd: 0.0497,
  liquidityUsd: 99_000,
  volumeUsd: only24h(400_000),
  marketCapUsd: 48_700_000,
  marketCapBasis: 'circulating',
  observedAtMs: NOW_MS - 30_000,
})
const APPLE = [appleOnPoolA, appleOnPoolB, jupiter, geckoterminal]

describe('the worked example', () => {
  it('is an implementation of merge/1', () => {
    expect(ALGORITHM).toBe('merge/1')
  })

  it('lets each source speak once and takes the middle of three', () => {
    const merged = merge(APPLE)
    expect(merged.said.map(({ source, pool, priceUsd }) => [source, pool, priceUsd])).toEqual([
      ['dexscreener', 'PoolA', 0.0502],
      ['jupiter', null, 0.0489],
      ['geckoterminal', null, 0.0497],
    ])
    expect(merged).toMatchObject({
      status: 'ok',
      priceUsd: 0.0497,
      candidateUsd: 0.0497,
      source: 'geckoterminal',
      pool: null,
      observedAtMs: NOW_MS - 30_000,
      voters: ['dexscreener', 'jupiter', 'geckoterminal'],
      witnesses: ['dexscreener', 'jupiter', 'geckoterminal'],
      band: [0.0489, 0.0502],
      state: { priceUsd: 0.0497, observedAtMs: NOW_MS - 30_000, pending: null },
    })
  })

  it('takes the other fields from what was accepted, each with its source', () => {
    const merged = merge(APPLE)
    // 2 x 40,000.5 of pool A is less than its claim; 30,000 of pool B is less than 2 x 16,000.
    expect(merged.liquidityUsd.chosen).toEqual({ value: 110_001, source: 'pools', observedAtMs: NOW_MS - 40_000 })
    expect(merged.volumeUsd['24h'].chosen).toMatchObject({ value: 400_000, source: 'geckoterminal' })
    expect(merged.volumeUsd['24h'].figures.map(({ value }) => value)).toEqual([350_000.75, 400_000])
    expect(merged.marketCapUsd).toMatchObject({ value: 48_700_000, source: 'geckoterminal' })
    expect(merged.marketCapBasis).toBe('circulating')
    expect(merged.fdvUsd).toMatchObject({ value: 50_000_000, source: 'dexscreener' })
    expect(merged.dex).toMatchObject({ value: 'orca', source: 'dexscreener' })
    expect(merged.createdAtMs).toMatchObject({ value: NOW_MS - 900_000_000 })
  })

  it('stands when one source is wrong a thousandfold, and takes nothing else from it', () => {
    const wrong = [appleOnPoolA, appleOnPoolB].map((one) => ({ ...one, priceUsd: 50 }))
    const merged = merge([...wrong, jupiter, geckoterminal])
    expect(merged).toMatchObject({ status: 'ok', priceUsd: 0.0497, witnesses: ['jupiter', 'geckoterminal'], pools: [] })
    expect(merged.inputs.map(({ reason }) => reason)).toEqual(['outlier', 'outlier', 'ok', 'ok'])
    expect(merged.liquidityUsd.chosen).toMatchObject({ value: 105_000, source: 'jupiter' })
  })

  it('follows the first in precedence when the third is silent', () => {
    expect(merge([appleOnPoolA, appleOnPoolB, jupiter])).toMatchObject({
      status: 'ok',
      priceUsd: 0.0502,
      source: 'dexscreener',
      pool: 'PoolA',
      voters: ['dexscreener'],
      witnesses: ['dexscreener', 'jupiter'],
    })
  })
})

describe('a statement is refused for the first reason that applies', () => {
  const good = observation()
  const cases: readonly (readonly [string, Partial<Observation>, string])[] = [
    ['another base token', { base: USDC, priceUsd: null, source: 'stranger' }, 'quote_side'],
    ['no price', { priceUsd: null, source: 'stranger' }, 'bad_price'],
    ['a price of zero', { priceUsd: 0 }, 'bad_price'],
    ['a negative price', { priceUsd: -1 }, 'bad_price'],
    ['a price over 1e15', { priceUsd: 1.1e15 }, 'bad_price'],
    ['a price that is no number', { priceUsd: Number.NaN }, 'bad_price'],
    ['an endless price', { priceUsd: Number('1e400') }, 'bad_price'],
    ['a source nobody configured', { source: 'stranger', observedAtMs: 0 }, 'unknown_source'],
    ['an age of more than 90 s', { observedAtMs: NOW_MS - 90_001 }, 'too_old'],
    ['a time that is no time', { observedAtMs: Number.NaN }, 'too_old'],
    ['an endless future', { observedAtMs: Number.POSITIVE_INFINITY }, 'too_old'],
  ]

  it.each(cases)('%s', (_, wrong, reason) => {
    const [input] = merge([{ ...good, ...wrong }]).inputs
    expect(input).toMatchObject({ reason, accepted: false, weight: 0, depthUsd: null })
  })

  it.each([
    ['an age of exactly 90 s', { observedAtMs: NOW_MS - 90_000 }],
    ['a price of exactly 1e15', { priceUsd: 1e15 }],
    ['the smallest price there is', { priceUsd: 5e-324 }],
    ['no word about the pair', { base: null }],
  ])('%s is heard', (_, said) => {
    expect(merge([{ ...good, ...said }]).inputs[0]).toMatchObject({ reason: 'ok', accepted: true, weight: 1 })
  })

  it('keeps the newest of one source on one pool, and of equal times the lowest price', () => {
    const pool = 'PoolA'
    const old = observation({ pool, priceUsd: 1, observedAtMs: NOW_MS - 3000 })
    const high = observation({ pool, priceUsd: 3, observedAtMs: NOW_MS - 2000 })
    const low = observation({ pool, priceUsd: 2, observedAtMs: NOW_MS - 2000 })
    const broken = observation({ pool, priceUsd: 0, observedAtMs: NOW_MS - 1000 })
    const { inputs, priceUsd } = merge([old, high, low, broken])
    expect(priceUsd).toBe(2)
    expect(inputs.map(({ observation, reason }) => [observation.priceUsd, reason])).toEqual([
      [0, 'bad_price'],
      [2, 'ok'],
      [3, 'repeated'],
      [1, 'repeated'],
    ])
  })

  it('hears two sources on one pool: two witnesses of one market', () => {
    const merged = merge(
      ['dexscreener', 'geckoterminal'].map((source) =>
        observation({ source, pool: 'PoolA', liquidityUsd: 5000, quoteSideUsd: 2500 }),
      ),
    )
    expect(merged).toMatchObject({ status: 'ok', witnesses: ['dexscreener', 'geckoterminal'] })
    expect(merged.liquidityUsd.figures).toMatchObject([{ value: 5000, source: 'pools' }])
  })
})

describe('one source with several pools', () => {
  const poolOf = (pool: string, priceUsd: number, depth: number) =>
    observation({ pool, priceUsd, liquidityUsd: depth, quoteSideUsd: depth / 2 })

  it('speaks for the pool in the middle of its money', () => {
    const merged = merge([poolOf('A', 1, 100), poolOf('B', 1.1, 301), poolOf('C', 1.2, 200)])
    expect(merged).toMatchObject({ priceUsd: 1.1, pool: 'B' })
  })

  it('takes the lower of two equal halves', () => {
    expect(merge([poolOf('B', 1.1, 200), poolOf('A', 1, 200)])).toMatchObject({ priceUsd: 1, pool: 'A' })
  })

  it('orders equal prices by the character codes of the pool ids', () => {
    expect(merge([poolOf('a', 1, 100), poolOf('Z', 1, 100), poolOf('b', 1, 100)])).toMatchObject({ pool: 'a' })
  })

  it('does not speak through its statement of the whole token when it names a heard pool', () => {
    const whole = observation({ priceUsd: 2, liquidityUsd: 1e9 })
    expect(merge([poolOf('A', 1.9, 10), whole])).toMatchObject({ priceUsd: 1.9, pool: 'A' })
    const tooOld = { ...poolOf('A', 1.9, 10), observedAtMs: NOW_MS - 100_000 }
    expect(merge([tooOld, whole])).toMatchObject({ priceUsd: 2, pool: null })
  })
})

describe('the vote', () => {
  const by = (source: string, priceUsd: number) => observation({ source, priceUsd })

  it('lets the last of an even number witness without voting', () => {
    const merged = merge([by('jupiter', 1.04), by('geckoterminal', 1)])
    expect(merged).toMatchObject({ priceUsd: 1.04, voters: ['jupiter'], witnesses: ['jupiter', 'geckoterminal'] })
  })

  it('names the first in precedence when two say the same middle price', () => {
    expect(merge([by('geckoterminal', 1), by('jupiter', 1), by('dexscreener', 0.5)]).source).toBe('jupiter')
  })

  it('counts a witness up to a factor of exactly 1.05 and accepts up to exactly 1.25', () => {
    const merged = merge([by('dexscreener', 1), by('jupiter', 1.05), by('geckoterminal', 0.8)])
    expect(merged).toMatchObject({ priceUsd: 1, witnesses: ['dexscreener', 'jupiter'], band: [0.8, 1.05] })
    const further = merge([by('dexscreener', 1), by('jupiter', 1.0500001), by('geckoterminal', 0.7999)])
    expect(further).toMatchObject({ witnesses: ['dexscreener'], band: [1, 1.0500001] })
    expect(further.inputs.map(({ reason }) => reason)).toEqual(['ok', 'ok', 'outlier'])
  })
})

describe('nothing to hear', () => {
  it('is an unknown price and no fields, never an invention', () => {
    const merged = merge([])
    expect(merged).toMatchObject({ status: 'unknown', priceUsd: null, state: null, inputs: [], pools: [], said: [] })
    expect(merged).toMatchObject({ liquidityUsd: { chosen: null, figures: [] }, marketCapUsd: null, symbol: null })
  })

  it('keeps the labels of refused statements, never those of another token', () => {
    const previous = lastGood(1)
    const quoteSide = observation({ base: USDC, symbol: 'USDC', name: 'USD Coin' })
    const old = observation({ source: 'jupiter', symbol: 'APPLE', name: 'Apple', observedAtMs: NOW_MS - 100_000 })
    const merged = merge([quoteSide, old], { previous })
    expect(merged).toMatchObject({ status: 'stale', symbol: { value: 'APPLE', source: 'jupiter' } })
    expect(merged.name).toEqual({ value: 'Apple', source: 'jupiter', observedAtMs: NOW_MS - 100_000 })
  })

  it('prefers the label of an accepted statement to that of an outlier with precedence', () => {
    const merged = merge([
      observation({ priceUsd: 100, symbol: 'SCAM' }),
      observation({ source: 'jupiter', symbol: null }),
      observation({ source: 'geckoterminal', symbol: 'APPLE' }),
    ])
    expect(merged.symbol).toMatchObject({ value: 'APPLE', source: 'geckoterminal' })
  })
})
