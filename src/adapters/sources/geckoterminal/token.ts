import { z } from 'zod'
import { tokenId } from '../../../domain/tokens/identity.ts'
import { NO_WINDOWS } from '../../../domain/tokens/observation.ts'
import { isPrice, observation, type Reading } from '../shape/answer.ts'
import { amount, at, text } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { placeOf } from './networks.ts'

/** The fields of a token that we need. */
const tokenSchema = z.object({
  symbol: text,
  name: text,
  price_usd: amount,
  total_reserve_in_usd: amount,
  volume_usd: z.object({ h24: amount }).nullish().catch(null),
  market_cap_usd: amount,
  fdv_usd: amount,
})

/** One token row as a statement about the token as a whole. Its reserve came out near one side of its pools. */
export function readToken(row: unknown, observedAtMs: number): Reading {
  const place = placeOf(at(row, 'id'))
  if (place === null) return null
  const { network, address } = place
  const id = tokenId(network, address)
  const parsed = tokenSchema.safeParse(at(row, 'attributes'))
  if (!parsed.success) return { id, reason: 'bad_row' }
  const token = parsed.data
  if (!isPrice(token.price_usd)) return { id, reason: 'no_price' }
  const identity = { source: 'geckoterminal', network, token: address, priceUsd: token.price_usd, observedAtMs }
  return observation(identity, {
    base: address,
    symbol: symbolLabel(token.symbol),
    name: nameLabel(token.name),
    liquidityUsd: token.total_reserve_in_usd,
    volumeUsd: { ...NO_WINDOWS, '24h': token.volume_usd?.h24 ?? null },
    marketCapUsd: token.market_cap_usd,
    marketCapBasis: token.market_cap_usd === null ? null : 'circulating',
    fdvUsd: token.fdv_usd,
  })
}
