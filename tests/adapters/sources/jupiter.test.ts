import { describe, expect, it } from 'vitest'
import { parseMints } from '../../../src/adapters/sources/jupiter/mints.ts'
import { parsePrices } from '../../../src/adapters/sources/jupiter/prices.ts'
import { observedToken } from '../../../src/domain/tokens/observation.ts'
import { asking, DUST, FAKE_MOON, fixture, MOON, NOW_MS, SEED, search, UNHEARD_OF } from './tokens.ts'

const body = fixture('jupiter/search')
const prices = parsePrices(fixture('jupiter/price'), NOW_MS - 1000)

describe('Jupiter mints', () => {
  it('are read field by field: buys and sells together, a missing side as 0, a missing window as unknown', () => {
    const [moon] = parseMints(body, search).observations
    expect(moon).toEqual({
      source: 'jupiter',
      network: 'solana',
      token: 'MooNcat111111111111111111111111111111111111',
      pool: null,
      dex: null,
      base: 'MooNcat111111111111111111111111111111111111',
      quote: null,
      symbol: 'MOON',
      name: 'Mooncat',
      quoteSymbol: null,
      priceUsd: 0.502,
      liquidityUsd: 41_000.5,
      quoteSideUsd: null,
      volumeUsd: { '5m': 90, '1h': 1500.5, '6h': null, '24h': 95_000 },
      txns: { '5m': 4, '1h': 7, '6h': null, '24h': 580 },
      changePct: { '5m': 0.2, '1h': null, '6h': null, '24h': 140 },
      marketCapUsd: 610_000,
      marketCapBasis: 'circulating',
      fdvUsd: 1_004_000,
      createdAtMs: Date.UTC(2025, 9, 9, 8, 53, 20),
      observedAtMs: NOW_MS,
      sourceAtMs: Date.UTC(2026, 10, 19, 12, 0, 0, 123),
    })
  })

  it('without a price, without an address, or of another kind leave the others alone', () => {
    expect(parseMints(body, search).observations.map(observedToken)).toEqual([MOON])
  })

  it('that were asked for come back exactly once, with a reason where there is nothing', () => {
    expect(parseMints(body, asking(MOON, SEED, DUST, UNHEARD_OF)).unresolved).toEqual([
      { id: SEED, reason: 'no_price' },
      { id: DUST, reason: 'no_price' },
      { id: UNHEARD_OF, reason: 'not_listed' },
    ])
  })

  it('take a missing price from the price body, with the older of the two times', () => {
    const answer = parseMints(body, asking(MOON, SEED), prices)
    expect(answer.unresolved).toEqual([])
    expect(answer.observations[1]).toMatchObject({
      token: 'SeedTok111111111111111111111111111111111111',
      symbol: 'SEED',
      priceUsd: 1.5e-5,
      liquidityUsd: 900,
      changePct: { '24h': -3.5 },
      observedAtMs: NOW_MS - 1000,
    })
  })

  it('are as old as their row when the price is younger', () => {
    const younger = parsePrices(fixture('jupiter/price'), NOW_MS + 1000)
    expect(parseMints(body, asking(SEED), younger).observations[1]).toMatchObject({ observedAtMs: NOW_MS })
  })

  it('without a row at all are told by the price body alone', () => {
    const answer = parseMints([], asking(SEED), prices)
    expect(answer.observations).toMatchObject([{ priceUsd: 1.5e-5, symbol: null, observedAtMs: NOW_MS - 1000 }])
  })

  it('with a price of their own keep it whatever the price body says', () => {
    const other = parsePrices({ MooNcat111111111111111111111111111111111111: { usdPrice: 9 } }, NOW_MS)
    expect(parseMints(body, asking(MOON), other).observations[0]).toMatchObject({ priceUsd: 0.502 })
  })
})

describe('Jupiter bodies', () => {
  it('of prices leave out what is no mint and what has no price', () => {
    expect([...prices.keys()]).toEqual(['SeedTok111111111111111111111111111111111111'])
    expect(prices.has(FAKE_MOON)).toBe(false)
  })

  it.each([null, {}, 'x', { error: 'Too many requests' }])('of another shape fail as a whole: %j', (wrong) => {
    expect(() => parseMints(wrong, search)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })

  it('of prices that are no map fail as a whole', () => {
    expect(() => parsePrices([], NOW_MS)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })

  it('with a __proto__ key change nothing outside themselves', () => {
    const hostile = JSON.parse('{"__proto__": {"usdPrice": 1, "polluted": true}}') as unknown
    expect(parsePrices(hostile, NOW_MS).size).toBe(0)
    expect('polluted' in {}).toBe(false)
  })
})
