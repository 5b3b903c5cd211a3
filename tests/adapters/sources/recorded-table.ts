import { parseMarketChart, parseOhlc } from '../../../src/adapters/sources/coingecko/charts.ts'
import {
  parseCoin,
  parseCoinList,
  parseCoinSearch,
  parseMarkets,
  parseTrendingCoins,
} from '../../../src/adapters/sources/coingecko/coins.ts'
import { parseCoinPrices } from '../../../src/adapters/sources/coingecko/prices.ts'
import { parsePairs, parseTokenFeed } from '../../../src/adapters/sources/dexscreener/bodies.ts'
import { parseMarket } from '../../../src/adapters/sources/geckoterminal/bodies.ts'
import {
  parseNetworks,
  parseOhlcv,
  parseTokenInfo,
  parseTokenPrices,
} from '../../../src/adapters/sources/geckoterminal/more-bodies.ts'
import { parseMints } from '../../../src/adapters/sources/jupiter/mints.ts'
import { parsePrices } from '../../../src/adapters/sources/jupiter/prices.ts'
import type { SourceAnswer } from '../../../src/ports/token-source.ts'
import { NOW_MS, search } from './tokens.ts'

const pairs = (body: unknown) => parsePairs(body, search)
const mints = (body: unknown) => parseMints(body, search)
const market = (body: unknown) => parseMarket(body, search)

/** Recorded bodies that become observations: file, parser, rows in the body, observations made of them. */
export const MARKETS: readonly [string, (body: unknown) => SourceAnswer, number, number][] = [
  ['dexscreener/latest-dex-pairs--1', pairs, 3, 3],
  ['dexscreener/latest-dex-pairs--2', pairs, 1, 1],
  ['dexscreener/latest-dex-pairs-not-found--1', pairs, 0, 0],
  ['dexscreener/latest-dex-search--1', pairs, 30, 30],
  ['dexscreener/latest-dex-search--2', pairs, 30, 30],
  ['dexscreener/latest-dex-tokens--1', pairs, 30, 30],
  ['dexscreener/latest-dex-tokens--2', pairs, 30, 30],
  ['dexscreener/latest-dex-tokens--3', pairs, 30, 30],
  ['dexscreener/latest-dex-tokens--4', pairs, 5, 5],
  ['dexscreener/latest-dex-tokens--5', pairs, 2, 2],
  ['dexscreener/latest-dex-tokens-not-found--1', pairs, 0, 0],
  ['dexscreener/token-pairs-v1--1', pairs, 30, 30],
  ['dexscreener/token-pairs-v1--2', pairs, 30, 30],
  ['dexscreener/token-pairs-v1-not-found--1', pairs, 0, 0],
  ['dexscreener/tokens-v1--1', pairs, 1, 1],
  ['dexscreener/tokens-v1--2', pairs, 1, 1],
  ['dexscreener/tokens-v1--4', pairs, 2, 2],
  ['jupiter/tokens-v2-recent--2', mints, 1, 1],
  ['jupiter/tokens-v2-search--2', mints, 2, 2],
  ['jupiter/tokens-v2-search--docs-1', mints, 1, 1],
  ['jupiter/tokens-v2-search--docs-2', mints, 1, 1],
  ['jupiter/tokens-v2-toptrending-1h--1', mints, 2, 2],
  ['geckoterminal/networks-new_pools--docs-1', market, 1, 1],
  // One token and its three pools.
  ['geckoterminal/networks-tokens-include-top_pools--1', market, 1, 4],
  ['geckoterminal/networks-tokens-include-top_pools--2', market, 1, 4],
  // A token with a null price and no pools.
  ['geckoterminal/networks-tokens-include-top_pools--3', market, 1, 0],
  ['geckoterminal/networks-trending_pools--1', market, 20, 20],
  ['geckoterminal/networks-trending_pools--2', market, 20, 20],
  ['geckoterminal/networks-trending_pools--docs-1', market, 1, 1],
  ['geckoterminal/search-pools--docs-1', market, 1, 1],
  // Two tokens, one of them without a price, and one pool.
  ['geckoterminal/tokens-multi--docs-1', market, 2, 2],
  ['geckoterminal/simple-token_price--docs-1', (body) => parseTokenPrices('ethereum', body, search), 1, 1],
]

/** Recorded bodies that become lists of something else: file, parser, length of the list. */
export const LISTS: readonly [string, (body: unknown) => readonly unknown[], number][] = [
  ['dexscreener/token-boosts-latest--1', parseTokenFeed, 26],
  ['dexscreener/token-boosts-latest--2', parseTokenFeed, 25],
  ['dexscreener/token-boosts-top--1', parseTokenFeed, 3],
  ['dexscreener/token-profiles-latest--1', parseTokenFeed, 30],
  ['dexscreener/token-profiles-latest--2', parseTokenFeed, 30],
  ['jupiter/price-v3--2', (body) => [...parsePrices(body, NOW_MS)], 3],
  ['geckoterminal/networks--1', parseNetworks, 100],
  ['geckoterminal/networks--2', parseNetworks, 100],
  ['geckoterminal/pools-ohlcv-day--docs-1', parseOhlcv, 2],
  ['geckoterminal/pools-ohlcv-minute-5--2', parseOhlcv, 6],
  ['geckoterminal/tokens-info--1', (body) => [parseTokenInfo(body)], 1],
  ['geckoterminal/tokens-info--docs-1', (body) => [parseTokenInfo(body)], 1],
  ['coingecko/coins-id--1', (body) => [parseCoin(body)], 1],
  ['coingecko/coins-id--2', (body) => [parseCoin(body)], 1],
  ['coingecko/coins-id--docs-1', (body) => [parseCoin(body)], 1],
  ['coingecko/coins-list--1-first500', parseCoinList, 500],
  ['coingecko/coins-list--docs-1', parseCoinList, 2],
  ['coingecko/coins-market_chart--docs-1', parseMarketChart, 2],
  ['coingecko/coins-markets--docs-1', parseMarkets, 1],
  ['coingecko/coins-ohlc--docs-1', parseOhlc, 2],
  ['coingecko/search--docs-1', parseCoinSearch, 1],
  ['coingecko/search-trending--docs-1', parseTrendingCoins, 1],
  ['coingecko/simple-price--1', parseCoinPrices, 3],
  ['coingecko/simple-price--docs-1', parseCoinPrices, 1],
]

/** Recorded error bodies: the parser refuses them as a whole. */
export const REFUSED: readonly [string, (body: unknown) => unknown][] = [
  ['geckoterminal/pools-ohlcv-bad-aggregate-http400--1', parseOhlcv],
]

/** Recorded bodies of services that are no source of ours. */
export const NOT_OURS = ['binance/klines--docs-1', 'raydium/pools-info-mint--1']
