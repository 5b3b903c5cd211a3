import { describe, expect, it } from 'vitest'
import { parseMarket } from '../../../src/adapters/sources/geckoterminal/bodies.ts'
import {
  parseNetworks,
  parseOhlcv,
  parseTokenInfo,
  parseTokenPrices,
} from '../../../src/adapters/sources/geckoterminal/more-bodies.ts'
import { placeOf } from '../../../src/adapters/sources/geckoterminal/networks.ts'
import { observedToken } from '../../../src/domain/tokens/observation.ts'
import { asking, DUST, fixture, MOON, SEED, search, UNHEARD_OF } from './tokens.ts'

const BEEF = 'polygon:0x00000000000000000000000000000000deadbeef'

describe('GeckoTerminal pools', () => {
  const found = parseMarket(fixture('geckoterminal/search-pools'), search)
  it('are read to the nearest double of their 60 digits, labels from the included tokens', () => {
    expect(found.observations[0]).toMatchObject({
      source: 'geckoterminal',
      pool: 'Poo1A11111111111111111111111111111111111111',
      dex: 'orca',
      symbol: 'MOON',
      name: 'Mooncat',
      quoteSymbol: 'USDC',
      priceUsd: 0.5012345678901234,
      liquidityUsd: 80100.12345678901,
      quoteSideUsd: null,
      volumeUsd: { '5m': 101.5, '1h': 3010.5, '6h': 20_100, '24h': 90_100.25 },
      txns: { '5m': 7, '1h': 7, '6h': 7, '24h': 7 },
      changePct: { '5m': 0, '1h': -1.25, '6h': 2.5, '24h': 149.9 },
      marketCapUsd: null,
      marketCapBasis: null,
      fdvUsd: 1_002_469.13,
      createdAtMs: Date.UTC(2025, 9, 9, 8, 53, 20),
    })
  })

  it('with the price "NaN", of unknown networks, or without attributes leave the others alone', () => {
    expect(found.observations.map(observedToken)).toEqual([MOON, BEEF])
  })

  it('without included tokens take symbols from the pool name, its fee cut off', () => {
    expect(found.observations[1]).toMatchObject({ symbol: 'BEEF', name: null, quoteSymbol: 'WETH', liquidityUsd: null })
  })

  it('say "no price" or "bad row" of an asked token they fail to price', () => {
    const answer = parseMarket(fixture('geckoterminal/search-pools'), asking(SEED, DUST, UNHEARD_OF))
    expect(answer.unresolved).toEqual([
      { id: SEED, reason: 'no_price' },
      { id: DUST, reason: 'bad_row' },
      { id: UNHEARD_OF, reason: 'not_listed' },
    ])
  })
})

describe('GeckoTerminal tokens', () => {
  const answer = parseMarket(fixture('geckoterminal/tokens-multi'), asking(MOON, SEED))
  it('are statements of their own beside those of their pools; a pool that holds them as quote is about its base', () => {
    expect(answer.observations.map((row) => [observedToken(row), row.pool])).toEqual([
      [MOON, null],
      [MOON, 'Poo1A11111111111111111111111111111111111111'],
      [DUST, 'Poo1D11111111111111111111111111111111111111'],
    ])
    expect(answer.observations[0]).toMatchObject({
      priceUsd: 0.5011,
      liquidityUsd: 40_050.5,
      volumeUsd: { '5m': null, '24h': 90_200.5 },
      marketCapUsd: 605_000.5,
      marketCapBasis: 'circulating',
    })
  })

  it('with a null price and no pool are unresolved', () => {
    expect(answer.unresolved).toEqual([{ id: SEED, reason: 'no_price' }])
  })

  it('of one-token bodies read the same', () => {
    const { data } = fixture('geckoterminal/tokens-multi') as { data: unknown[] }
    expect(parseMarket({ data: data[0] }, asking(MOON)).observations).toHaveLength(1)
  })
})

describe('GeckoTerminal ids', () => {
  it.each([
    ['polygon_pos_0x00000000000000000000000000000000DeaDBeef', BEEF],
    ['sui-network_0x2::sui::SUI', 'sui:0x2::sui::SUI'],
    ['solana_MooNcat111111111111111111111111111111111111', MOON],
  ])('lose exactly their network: %s', (id, expected) => {
    const place = placeOf(id)
    expect(`${place?.network}:${place?.address}`).toBe(expected)
  })

  it.each(['arbitrum_nova_0x00000000000000000000000000000000deadbeef', 'eth', 'eth_', '', null, 7])(
    'that fit no known network are nobody: %j',
    (id) => {
      expect(placeOf(id)).toBeNull()
    },
  )
})

describe('GeckoTerminal bodies', () => {
  it.each(['geckoterminal/rate-limited', 'geckoterminal/plan-limit'])(
    'that tell an error fail as a whole: %s',
    (name) => {
      expect(() => parseMarket(fixture(name), search)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
    },
  )

  it('of candles come oldest first, the last of two running ones kept, holes left out', () => {
    const rows = parseOhlcv(fixture('geckoterminal/ohlcv'))
    expect(rows).toEqual([
      { atMs: 1_763_640_300_000, open: 1, high: 1.1, low: 0.9, close: 1.1, volume: 50 },
      { atMs: 1_763_640_600_000, open: 1.1, high: 1.3, low: 1, close: 1.25, volume: 12 },
    ])
  })

  it('of token info tell yes, no and unknown apart', () => {
    expect(parseTokenInfo(fixture('geckoterminal/token-info'))).toEqual({
      id: MOON,
      symbol: 'MOON',
      name: 'Mooncat',
      score: 61.5,
      holders: 1200,
      canMint: false,
      canFreeze: true,
      isHoneypot: null,
    })
  })

  it('of networks name what CoinGecko calls them', () => {
    const row = {
      id: 'eth',
      type: 'network',
      attributes: { name: 'Ethereum', coingecko_asset_platform_id: 'ethereum' },
    }
    expect(parseNetworks({ data: [row, 'x'] })).toEqual([
      { id: 'eth', name: 'Ethereum', coingeckoPlatform: 'ethereum' },
    ])
  })

  it('of simple prices are joined from their maps', () => {
    const answer = parseTokenPrices('solana', fixture('geckoterminal/token-price'), asking(MOON, SEED, DUST))
    expect(answer.observations).toMatchObject([
      { priceUsd: 0.5011, liquidityUsd: 40_050.5, marketCapUsd: 605_000.5, sourceAtMs: 1_763_640_000_000 },
    ])
    expect(answer.unresolved).toEqual([
      { id: SEED, reason: 'no_price' },
      { id: DUST, reason: 'not_listed' },
    ])
  })
})
