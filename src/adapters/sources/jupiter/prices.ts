import { z } from 'zod'
import { canonicalAddress } from '../../../domain/tokens/identity.ts'
import { isPrice, openEnvelope } from '../shape/answer.ts'
import { amount, signed } from '../shape/fields.ts'

const priceSchema = z.object({ usdPrice: amount, liquidity: amount, priceChange24h: signed })

/** One entry of the price endpoint. */
export interface MintPrice {
  readonly priceUsd: number
  readonly liquidityUsd: number | null
  /** Percent */
  readonly changePct24h: number | null
  /** Unix milliseconds */
  readonly observedAtMs: number
}

/**
 * `price/v3`, a flat map of mint to price. Mints that the service finds unreliable are simply not in it.
 * @throws SourceError `bad_body`
 */
export function parsePrices(body: unknown, observedAtMs: number): ReadonlyMap<string, MintPrice> {
  const prices = new Map<string, MintPrice>()
  for (const [key, value] of Object.entries(openEnvelope(z.record(z.string(), z.unknown()), body))) {
    const mint = canonicalAddress('solana', key)
    const entry = priceSchema.safeParse(value)
    if (mint === null || !entry.success || !isPrice(entry.data.usdPrice)) continue
    const { usdPrice: priceUsd, liquidity: liquidityUsd, priceChange24h: changePct24h } = entry.data
    prices.set(mint, { priceUsd, liquidityUsd, changePct24h, observedAtMs })
  }
  return prices
}
