import { z } from 'zod'
import { canonicalAddress, type TokenId, tokenId } from '../../../domain/tokens/identity.ts'
import { openEnvelope, readable, rows } from '../shape/answer.ts'
import { amount, isoMs, signed, text } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { COINGECKO_NETWORKS } from './networks.ts'

/** A coin as CoinGecko lists it. Symbols are not unique. */
export interface ListedCoin {
  /** CoinGecko's slug. */
  readonly coin: string
  readonly symbol: string | null
  readonly name: string | null
  /** 1 is the largest; null when unranked or not said. */
  readonly rank: number | null
  /** Its contracts on networks we list. */
  readonly tokens: readonly TokenId[]
}

const coinSchema = z.object({
  id: z.string(),
  symbol: text,
  name: text,
  market_cap_rank: amount,
  platforms: z.record(z.string(), z.unknown()).nullish().catch(null),
})

/** `coins/list`. @throws SourceError `bad_body` */
export function parseCoinList(body: unknown): readonly ListedCoin[] {
  return readable(coinSchema, openEnvelope(rows, body)).map(listed)
}

/** `search`, coins only. @throws SourceError `bad_body` */
export function parseCoinSearch(body: unknown): readonly ListedCoin[] {
  return readable(coinSchema, openEnvelope(z.object({ coins: rows }), body).coins).map(listed)
}

/** `search/trending`, coins only, in its order. @throws SourceError `bad_body` */
export function parseTrendingCoins(body: unknown): readonly ListedCoin[] {
  const { coins } = openEnvelope(z.object({ coins: rows }), body)
  return readable(z.object({ item: coinSchema }), coins).map(({ item }) => listed(item))
}

/** `coins/{id}`. @throws SourceError `bad_body` */
export function parseCoin(body: unknown): ListedCoin {
  return listed(openEnvelope(coinSchema, body))
}

function listed(coin: z.infer<typeof coinSchema>): ListedCoin {
  return {
    coin: coin.id,
    symbol: symbolLabel(coin.symbol),
    name: nameLabel(coin.name),
    rank: coin.market_cap_rank,
    tokens: Object.entries(coin.platforms ?? {}).flatMap(([platform, address]) => contract(platform, address)),
  }
}

function contract(platform: string, address: unknown): TokenId[] {
  const network = COINGECKO_NETWORKS.ours(platform)
  const canonical = network !== null && typeof address === 'string' ? canonicalAddress(network, address) : null
  return network === null || canonical === null ? [] : [tokenId(network, canonical)]
}

/** One row of `coins/markets`. */
export interface CoinMarket extends ListedCoin {
  readonly priceUsd: number | null
  readonly marketCapUsd: number | null
  readonly fdvUsd: number | null
  /** Centralised exchanges included. */
  readonly volumeUsd24h: number | null
  /** Percent */
  readonly changePct24h: number | null
  /** Unix milliseconds */
  readonly sourceAtMs: number | null
}

const marketSchema = coinSchema.extend({
  current_price: amount,
  market_cap: amount,
  fully_diluted_valuation: amount,
  total_volume: amount,
  price_change_percentage_24h: signed,
  last_updated: isoMs,
})

/** `coins/markets` asked in USD. @throws SourceError `bad_body` */
export function parseMarkets(body: unknown): readonly CoinMarket[] {
  return readable(marketSchema, openEnvelope(rows, body)).map((row) => ({
    ...listed(row),
    priceUsd: row.current_price,
    marketCapUsd: row.market_cap,
    fdvUsd: row.fully_diluted_valuation,
    volumeUsd24h: row.total_volume,
    changePct24h: row.price_change_percentage_24h,
    sourceAtMs: row.last_updated,
  }))
}
