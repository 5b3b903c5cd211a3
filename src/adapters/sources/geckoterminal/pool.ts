import { z } from 'zod'
import { type TokenId, tokenId } from '../../../domain/tokens/identity.ts'
import { type Observation, quantity } from '../../../domain/tokens/observation.ts'
import { isPrice, observation, type Reading } from '../shape/answer.ts'
import { amount, at, isoMs, text, toNumber, toTrades, windows } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { canonicalPool } from '../shape/pool-address.ts'
import { placeOf } from './networks.ts'
import { type Labels, relation } from './resources.ts'

/** The fields of a pool that we need. Money is text of up to some 70 digits, or null, or "NaN". */
const poolSchema = z.object({
  address: z.string(),
  name: text,
  base_token_price_usd: amount,
  reserve_in_usd: amount,
  volume_usd: windows((value) => quantity(toNumber(value))),
  transactions: windows(toTrades),
  price_change_percentage: windows(toNumber),
  market_cap_usd: amount,
  fdv_usd: amount,
  pool_created_at: isoMs,
})
type Pool = z.infer<typeof poolSchema>

/** One pool row as a statement about its base token. */
export function readPool(row: unknown, labels: ReadonlyMap<TokenId, Labels>, observedAtMs: number): Reading {
  const place = placeOf(relation(row, 'base_token'))
  if (place === null) return null
  const { network, address } = place
  const id = tokenId(network, address)
  const parsed = poolSchema.safeParse(at(row, 'attributes'))
  const pool = parsed.success ? canonicalPool(network, parsed.data.address) : null
  if (!parsed.success || pool === null) return { id, reason: 'bad_row' }
  const priceUsd = parsed.data.base_token_price_usd
  if (!isPrice(priceUsd)) return { id, reason: 'no_price' }
  const identity = { source: 'geckoterminal', network, token: address, priceUsd, observedAtMs }
  const names = { ...symbolsOf(parsed.data), ...labels.get(id) }
  return observation(identity, {
    pool,
    base: address,
    ...names,
    ...quoteOf(row, labels, parsed.data),
    ...factsOf(row, parsed.data),
  })
}

function factsOf(row: unknown, pool: Pool): Partial<Observation> {
  const dex = relation(row, 'dex')
  return {
    dex: typeof dex === 'string' ? nameLabel(dex) : null,
    liquidityUsd: pool.reserve_in_usd,
    volumeUsd: pool.volume_usd,
    txns: pool.transactions,
    changePct: pool.price_change_percentage,
    marketCapUsd: pool.market_cap_usd,
    marketCapBasis: pool.market_cap_usd === null ? null : 'circulating',
    fdvUsd: pool.fdv_usd,
    createdAtMs: pool.pool_created_at,
  }
}

function quoteOf(row: unknown, labels: ReadonlyMap<TokenId, Labels>, pool: Pool): Partial<Observation> {
  const place = placeOf(relation(row, 'quote_token'))
  const label = place === null ? undefined : labels.get(tokenId(place.network, place.address))
  return { quote: place?.address ?? null, quoteSymbol: label?.symbol ?? symbolsOf(pool).quoteSymbol }
}

/** "AAA / BBB 0.3%" in its parts, for bodies that bring no token rows; symbols may hold a slash, then neither is known. */
function symbolsOf({ name }: Pool): { symbol: string | null; quoteSymbol: string | null } {
  const [base, quote, ...more] = (name ?? '').split(' / ')
  if (base === undefined || quote === undefined || more.length > 0) return { symbol: null, quoteSymbol: null }
  return { symbol: symbolLabel(base), quoteSymbol: symbolLabel(quote.replace(/ \d{1,3}(?:\.\d{1,6})?%$/, '')) }
}
