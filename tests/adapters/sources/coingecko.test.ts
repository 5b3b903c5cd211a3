import { describe, expect, it } from 'vitest'
import { parseMarketChart, parseOhlc } from '../../../src/adapters/sources/coingecko/charts.ts'
import {
  parseCoin,
  parseCoinList,
  parseCoinSearch,
  parseMarkets,
  parseTrendingCoins,
} from '../../../src/adapters/sources/coingecko/coins.ts'
import { parseCoinPrices, parseTokenPrices } from '../../../src/adapters/sources/coingecko/prices.ts'
import { asking, fixture, MOON, SEED, search, UNHEARD_OF } from './tokens.ts'

const coin = {
  id: 'mooncat',
  symbol: 'moon',
  name: 'Mooncat',
  platforms: { solana: MOON.slice(7), elsewhere: '0x1', '': '' },
}
const listed = { coin: 'mooncat', symbol: 'moon', name: 'Mooncat', rank: null, tokens: [MOON] }

describe('CoinGecko token prices', () => {
  it('are statements about whole tokens, without volume, market cap on circulating supply', () => {
    const answer = parseTokenPrices('solana', fixture('coingecko/token-price'), asking(MOON, SEED, UNHEARD_OF))
    expect(answer.observations).toMatchObject([
      {
        priceUsd: 0.503,
        pool: null,
        volumeUsd: { '24h': null },
        changePct: { '24h': 141.5 },
        marketCapUsd: 612_000.75,
        marketCapBasis: 'circulating',
        sourceAtMs: 1_763_640_000_000,
      },
    ])
    expect(answer.unresolved).toEqual([
      { id: SEED, reason: 'no_price' },
      { id: UNHEARD_OF, reason: 'not_listed' },
    ])
  })

  it('find an EVM token whatever the case of its key', () => {
    const id = 'ethereum:0x00000000000000000000000000000000deadbeef' as const
    const answer = parseTokenPrices(
      'ethereum',
      { '0x00000000000000000000000000000000DeaDBeef': { usd: 3 } },
      asking(id),
    )
    expect(answer.unresolved).toEqual([])
  })

  it.each([null, [], 'x'])('of another shape fail as a whole: %j', (body) => {
    expect(() => parseTokenPrices('solana', body, search)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })
})

describe('CoinGecko coins', () => {
  it('of simple/price may lack any number', () => {
    expect(parseCoinPrices({ mooncat: { usd: null, eth: 0.1 }, wrong: 7 })).toEqual([
      { coin: 'mooncat', priceUsd: null, marketCapUsd: null, volumeUsd24h: null, changePct24h: null, sourceAtMs: null },
    ])
  })

  it('of markets may lack any number; a row without an id is left out', () => {
    expect(parseMarkets(fixture('coingecko/markets'))).toEqual([
      {
        coin: 'mooncat',
        symbol: 'moon',
        name: 'Mooncat',
        rank: null,
        tokens: [],
        priceUsd: 0.503,
        marketCapUsd: 612_000,
        fdvUsd: null,
        volumeUsd24h: 1000,
        changePct24h: -1.5,
        sourceAtMs: Date.UTC(2026, 10, 19, 12),
      },
    ])
  })

  it('of list, search, trending and detail name their contracts on networks we list', () => {
    expect(parseCoinList([coin, {}])).toEqual([listed])
    expect(parseCoinSearch({ coins: [coin] })).toEqual([listed])
    expect(parseTrendingCoins({ coins: [{ item: coin }, {}] })).toEqual([listed])
    expect(parseCoin(coin)).toEqual(listed)
  })
})

describe('CoinGecko charts', () => {
  it('join their three series by time, oldest first, null where one is silent', () => {
    expect(parseMarketChart(fixture('coingecko/market-chart'))).toEqual([
      { atMs: 1_763_640_000_000, priceUsd: 0.4, marketCapUsd: 500_000, volumeUsd: null },
      { atMs: 1_763_640_300_000, priceUsd: 0.5, marketCapUsd: null, volumeUsd: null },
    ])
  })

  it('of candles keep their own stamps, in milliseconds, without volume', () => {
    const rows = parseOhlc([[1_763_640_000_000, 1, 2, 0.5, 1.5]])
    expect(rows).toEqual([{ atMs: 1_763_640_000_000, open: 1, high: 2, low: 0.5, close: 1.5, volume: null }])
  })
})
