import { describe, expect, it } from 'vitest'
import { parsePairs, parseTokenFeed } from '../../../src/adapters/sources/dexscreener/bodies.ts'
import { SourceError } from '../../../src/domain/errors.ts'
import { observedToken } from '../../../src/domain/tokens/observation.ts'
import { asking, DUST, FAKE_MOON, fixture, MOON, NOW_MS, SEED, search, UNHEARD_OF } from './tokens.ts'

const found = parsePairs(fixture('dexscreener/search'), search)
const about = (id: string) => found.observations.find((row) => observedToken(row) === id)

describe('DexScreener pairs', () => {
  it('become statements about their base tokens; rows of unknown chains and broken rows leave the others alone', () => {
    expect(found.observations.map(observedToken)).toEqual([
      FAKE_MOON,
      MOON,
      DUST,
      SEED,
      'ethereum:0x00000000000000000000000000000000deadbeef',
    ])
    expect(found.unresolved).toEqual([])
  })

  it('are read field by field', () => {
    expect(about(MOON)).toEqual({
      source: 'dexscreener',
      network: 'solana',
      token: 'MooNcat111111111111111111111111111111111111',
      pool: 'Poo1A11111111111111111111111111111111111111',
      dex: 'orca',
      base: 'MooNcat111111111111111111111111111111111111',
      quote: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
      symbol: 'MOON',
      name: 'Mooncat',
      quoteSymbol: 'USDC',
      priceUsd: 0.5005,
      liquidityUsd: 80_000,
      quoteSideUsd: (40_000 * 0.5005) / 0.5,
      volumeUsd: { '5m': 100, '1h': 3000, '6h': 20_000, '24h': 90_000.5 },
      txns: { '5m': 3, '1h': 15, '6h': 60, '24h': 150 },
      changePct: { '5m': 0.1, '1h': -1.5, '6h': 2, '24h': 150 },
      marketCapUsd: 600_000,
      marketCapBasis: 'circulating',
      fdvUsd: 1_000_000,
      createdAtMs: 1_760_000_000_000,
      observedAtMs: NOW_MS,
      sourceAtMs: null,
    })
  })

  it('of a one-sided pool show the empty quote side beside the claim', () => {
    expect(about(FAKE_MOON)).toMatchObject({ liquidityUsd: 2_000_000_000, quoteSideUsd: 0, symbol: 'MOON' })
  })

  it('of a bonding curve have no liquidity, no age, and a market cap of unknown basis; absent changes are not 0', () => {
    expect(about(SEED)).toMatchObject({
      liquidityUsd: null,
      quoteSideUsd: null,
      createdAtMs: null,
      marketCapUsd: 10_000.25,
      marketCapBasis: 'unknown',
      changePct: { '5m': null, '1h': null, '6h': 12, '24h': null },
    })
  })

  it.each([
    [1_040_000, 1_000_000, 'unknown'],
    [1_000_000, 1_040_000, 'unknown'],
    [1_060_000, 1_000_000, 'circulating'],
    [1_000_000, 1_060_000, 'circulating'],
    [1_000_000, undefined, 'unknown'],
    [undefined, 1_000_000, null],
  ])('with a market cap of %i beside a diluted value of %i have the basis %s', (marketCap, fdv, basis) => {
    const [row] = fixture('dexscreener/token-pairs') as [object]
    const { observations } = parsePairs([{ ...row, marketCap, fdv }], search)
    expect(observations).toMatchObject([
      { marketCapUsd: marketCap ?? null, fdvUsd: fdv ?? null, marketCapBasis: basis },
    ])
  })

  it('carry labels without control characters and direction overrides', () => {
    expect(about(SEED)).toMatchObject({ symbol: 'SEED', name: 'Seed token' })
  })

  it('of EVM networks have lower-case addresses, 32-byte pool ids included', () => {
    expect(about('ethereum:0x00000000000000000000000000000000deadbeef')).toMatchObject({
      pool: `0x${'ab'.repeat(32)}`,
      quote: '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2',
      marketCapUsd: null,
      marketCapBasis: null,
    })
  })

  it('never price a token that is only their quote', () => {
    const answer = parsePairs([...(fixture('dexscreener/token-pairs') as unknown[]).slice(2)], asking(MOON))
    expect(answer.observations.map(observedToken)).toEqual([DUST])
    expect(answer.unresolved).toEqual([{ id: MOON, reason: 'not_listed' }])
  })

  it('resolve each asked token once or say why not', () => {
    const answer = parsePairs(fixture('dexscreener/tokens'), asking(MOON, SEED, DUST, UNHEARD_OF, MOON))
    expect(answer.observations.map(observedToken)).toEqual([MOON, SEED])
    expect(answer.unresolved).toEqual([
      { id: DUST, reason: 'no_price' },
      { id: UNHEARD_OF, reason: 'not_listed' },
    ])
  })

  it('that name an asked token but no pool make it a bad row', () => {
    const { pairs } = fixture('dexscreener/search') as { pairs: unknown[] }
    expect(parsePairs([pairs[5]], asking(DUST)).unresolved).toEqual([{ id: DUST, reason: 'bad_row' }])
  })

  it('on one pool twice count once, with the lower price, in any order', () => {
    const [row] = fixture('dexscreener/token-pairs') as [object]
    const dearer = { ...row, priceUsd: '0.6' }
    for (const rows of [
      [row, dearer],
      [dearer, row],
    ]) {
      expect(parsePairs(rows, search).observations.map(({ priceUsd }) => priceUsd)).toEqual([0.5005])
    }
  })

  it.each(['NaN', '', '-1', '0', 'Infinity', '1e400', '1e16', null, true, [], '0x10', ' 1'])(
    'with the price %j have no price',
    (priceUsd) => {
      const [row] = fixture('dexscreener/token-pairs') as [object]
      const answer = parsePairs([{ ...row, priceUsd }], asking(MOON))
      expect(answer).toMatchObject({ observations: [], unresolved: [{ id: MOON, reason: 'no_price' }] })
    },
  )
})

describe('DexScreener bodies', () => {
  it('with pairs:null, and an empty array, are answers with nothing in them', () => {
    for (const body of [fixture('dexscreener/not-found'), [], { pairs: [] }]) {
      expect(parsePairs(body, asking(MOON)).unresolved).toEqual([{ id: MOON, reason: 'not_listed' }])
    }
  })

  it.each([null, 7, 'text', {}, { pairs: 'many' }, { error: 'x' }])('of another shape fail as a whole: %j', (body) => {
    expect(() => parsePairs(body, search)).toThrow(SourceError)
    expect(() => parsePairs(body, search)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })

  it('of the boost and profile feeds name each token once, unknown chains left out', () => {
    const ids = parseTokenFeed(fixture('dexscreener/boosts'))
    expect(ids).toEqual([MOON, 'ethereum:0x00000000000000000000000000000000deadbeef'])
  })
})
