import { z } from 'zod'
import { canonicalAddress, type Network, tokenId } from '../../../domain/tokens/identity.ts'
import { NO_WINDOWS } from '../../../domain/tokens/observation.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import { answer, isPrice, observation, openEnvelope, type Question, type Reading } from '../shape/answer.ts'
import { amount, secondsMs, signed } from '../shape/fields.ts'

const byKey = z.record(z.string(), z.unknown())
const entrySchema = z.object({
  usd: amount,
  usd_market_cap: amount,
  usd_24h_vol: amount,
  usd_24h_change: signed,
  last_updated_at: secondsMs,
})

/**
 * `simple/token_price/{platform}` as statements about whole tokens. Unknown addresses are not in the body. Volume stays
 * null: this source's counts centralised exchanges.
 * @throws SourceError `bad_body`
 */
export function parseTokenPrices(network: Network, body: unknown, question: Question): SourceAnswer {
  const entries = Object.entries(openEnvelope(byKey, body))
  const readings = entries.map(([key, value]) => {
    const address = canonicalAddress(network, key)
    return address === null ? null : readEntry({ network, address }, value, question.observedAtMs)
  })
  return answer('coingecko', question, readings)
}

function readEntry(place: { network: Network; address: string }, value: unknown, observedAtMs: number): Reading {
  const { network, address } = place
  const id = tokenId(network, address)
  const parsed = entrySchema.safeParse(value)
  if (!parsed.success) return { id, reason: 'bad_row' }
  const entry = parsed.data
  if (!isPrice(entry.usd)) return { id, reason: 'no_price' }
  const identity = { source: 'coingecko', network, token: address, priceUsd: entry.usd, observedAtMs }
  return observation(identity, {
    base: address,
    changePct: { ...NO_WINDOWS, '24h': entry.usd_24h_change },
    marketCapUsd: entry.usd_market_cap,
    marketCapBasis: entry.usd_market_cap === null ? null : 'circulating',
    sourceAtMs: entry.last_updated_at,
  })
}

/** One coin of `simple/price`. */
export interface CoinPrice {
  /** CoinGecko's slug, such as `bitcoin`. */
  readonly coin: string
  readonly priceUsd: number | null
  readonly marketCapUsd: number | null
  /** Centralised exchanges included. */
  readonly volumeUsd24h: number | null
  /** Percent */
  readonly changePct24h: number | null
  /** Unix milliseconds */
  readonly sourceAtMs: number | null
}

/** `simple/price` in the body's order, which is not the request's; unknown coins are not in it. @throws SourceError `bad_body` */
export function parseCoinPrices(body: unknown): readonly CoinPrice[] {
  return Object.entries(openEnvelope(byKey, body)).flatMap(([coin, value]) => {
    const parsed = entrySchema.safeParse(value)
    if (!parsed.success) return []
    const entry = parsed.data
    const prices = { priceUsd: entry.usd, marketCapUsd: entry.usd_market_cap, volumeUsd24h: entry.usd_24h_vol }
    return [{ coin, ...prices, changePct24h: entry.usd_24h_change, sourceAtMs: entry.last_updated_at }]
  })
}
