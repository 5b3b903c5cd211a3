import { z } from 'zod'
import { canonicalAddress, type Network, type TokenId, tokenId } from '../../../domain/tokens/identity.ts'
import { NO_WINDOWS } from '../../../domain/tokens/observation.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import {
  answer,
  isPrice,
  observation,
  openEnvelope,
  type Question,
  type Reading,
  readable,
  rows,
} from '../shape/answer.ts'
import { candles, type SourceCandle } from '../shape/candle.ts'
import { amount, at, secondsMs, signed, text } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { placeOf } from './networks.ts'
import { openResources } from './resources.ts'

/**
 * `pools/{pool}/ohlcv/*`: candles stamped with their opening, oldest first (the body has them newest first).
 * @throws SourceError `bad_body`
 */
export function parseOhlcv(body: unknown): readonly SourceCandle[] {
  const schema = z.object({ data: z.object({ attributes: z.object({ ohlcv_list: rows }) }) })
  return candles(openEnvelope(schema, body).data.attributes.ohlcv_list, 1000)
}

const networkSchema = z.object({
  id: z.string(),
  attributes: z.object({ name: text, coingecko_asset_platform_id: text }),
})

/** One network as GeckoTerminal lists it. */
export interface ListedNetwork {
  readonly id: string
  readonly name: string | null
  /** What CoinGecko calls it. */
  readonly coingeckoPlatform: string | null
}

/** `networks?page=`. @throws SourceError `bad_body` */
export function parseNetworks(body: unknown): readonly ListedNetwork[] {
  return readable(networkSchema, openResources(body).data).map(({ id, attributes }) => ({
    id,
    name: nameLabel(attributes.name),
    coingeckoPlatform: attributes.coingecko_asset_platform_id,
  }))
}

const yesOrNo = text.transform((answer) => (answer === 'yes' ? true : answer === 'no' ? false : null))
const infoSchema = z.object({
  symbol: text,
  name: text,
  gt_score: amount,
  holders: z.object({ count: amount }).nullish().catch(null),
  mint_authority: yesOrNo,
  freeze_authority: yesOrNo,
  is_honeypot: yesOrNo,
})

/** What `tokens/{address}/info` says of a token's safety; null is "unknown" throughout. */
export interface TokenInfo {
  readonly id: TokenId
  readonly symbol: string | null
  readonly name: string | null
  /** 0 to 100 */
  readonly score: number | null
  readonly holders: number | null
  readonly canMint: boolean | null
  readonly canFreeze: boolean | null
  readonly isHoneypot: boolean | null
}

/** Null when the row is of a network we do not list. @throws SourceError `bad_body` */
export function parseTokenInfo(body: unknown): TokenInfo | null {
  const [row] = openResources(body).data
  const place = placeOf(at(row, 'id'))
  if (place === null) return null
  const info = openEnvelope(infoSchema, at(row, 'attributes'))
  return {
    id: tokenId(place.network, place.address),
    symbol: symbolLabel(info.symbol),
    name: nameLabel(info.name),
    score: info.gt_score,
    holders: info.holders?.count ?? null,
    canMint: info.mint_authority,
    canFreeze: info.freeze_authority,
    isHoneypot: info.is_honeypot,
  }
}

const byAddress = z.record(z.string(), z.unknown())
const pricesSchema = z.object({
  data: z.object({ attributes: z.looseObject({ token_prices: byAddress }) }),
})
const entrySchema = z.object({
  token_prices: amount,
  market_cap_usd: amount,
  h24_volume_usd: amount,
  h24_price_change_percentage: signed,
  total_reserve_in_usd: amount,
  last_trade_timestamp: secondsMs,
})
const ENTRY_KEYS = Object.keys(entrySchema.shape)

/**
 * `simple/networks/{network}/token_price/*`: maps of address to text, side by side, as statements about whole tokens.
 * @throws SourceError `bad_body`
 */
export function parseTokenPrices(network: Network, body: unknown, question: Question): SourceAnswer {
  const { attributes } = openEnvelope(pricesSchema, body).data
  const readings = Object.keys(attributes.token_prices).map((key) => {
    const entry = Object.fromEntries(ENTRY_KEYS.map((name) => [name, at(attributes[name], key)]))
    return readEntry({ network, address: canonicalAddress(network, key) }, entry, question.observedAtMs)
  })
  return answer('geckoterminal', question, readings)
}

function readEntry(at: { network: Network; address: string | null }, row: unknown, observedAtMs: number): Reading {
  const entry = entrySchema.parse(row)
  const { network, address } = at
  if (address === null) return null
  if (!isPrice(entry.token_prices)) return { id: tokenId(network, address), reason: 'no_price' }
  const identity = { source: 'geckoterminal', network, token: address, priceUsd: entry.token_prices, observedAtMs }
  return observation(identity, {
    base: address,
    liquidityUsd: entry.total_reserve_in_usd,
    volumeUsd: { ...NO_WINDOWS, '24h': entry.h24_volume_usd },
    changePct: { ...NO_WINDOWS, '24h': entry.h24_price_change_percentage },
    marketCapUsd: entry.market_cap_usd,
    marketCapBasis: entry.market_cap_usd === null ? null : 'circulating',
    sourceAtMs: entry.last_trade_timestamp,
  })
}
