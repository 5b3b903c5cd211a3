import { z } from 'zod'
import { canonicalAddress, type Network, tokenId } from '../../../domain/tokens/identity.ts'
import { type MarketCapBasis, type Observation, quantity } from '../../../domain/tokens/observation.ts'
import { isPrice, observation, type Reading } from '../shape/answer.ts'
import { amount, at, text, toNumber, toTrades, windows } from '../shape/fields.ts'
import { nameLabel, symbolLabel } from '../shape/label.ts'
import { canonicalPool } from '../shape/pool-address.ts'
import { DEXSCREENER_NETWORKS } from './networks.ts'

const token = z.object({ address: z.string(), symbol: text, name: text })

/** The fields of a pair that we need; the service sends more. */
const pairSchema = z.object({
  pairAddress: z.string(),
  dexId: text,
  baseToken: token,
  quoteToken: token.nullish().catch(null),
  priceUsd: amount,
  priceNative: amount,
  // Absent on bonding curves.
  liquidity: z.object({ usd: amount, quote: amount }).nullish().catch(null),
  volume: windows((value) => quantity(toNumber(value))),
  txns: windows(toTrades),
  // A key is absent when nothing traded in its window: absent is not 0.
  priceChange: windows(toNumber),
  marketCap: amount,
  fdv: amount,
  pairCreatedAt: amount,
})
type Pair = z.infer<typeof pairSchema>

/**
 * One row as a statement about its base token. Price, market cap, changes and info of a pair all belong to the base:
 * where an asked token is the quote, the row is about another token.
 */
export function readPair(row: unknown, observedAtMs: number): Reading {
  const place = baseOf(row)
  if (place === null) return null
  const id = tokenId(place.network, place.address)
  const parsed = pairSchema.safeParse(row)
  const pool = parsed.success ? canonicalPool(place.network, parsed.data.pairAddress) : null
  if (!parsed.success || pool === null) return { id, reason: 'bad_row' }
  const pair = parsed.data
  if (!isPrice(pair.priceUsd)) return { id, reason: 'no_price' }
  const { network, address } = place
  const identity = { source: 'dexscreener', network, token: address, priceUsd: pair.priceUsd, observedAtMs }
  return observation(identity, { pool, base: address, ...factsOf(pair, network) })
}

function factsOf(pair: Pair, network: Network): Partial<Observation> {
  return {
    dex: nameLabel(pair.dexId),
    quote: pair.quoteToken ? canonicalAddress(network, pair.quoteToken.address) : null,
    symbol: symbolLabel(pair.baseToken.symbol),
    name: nameLabel(pair.baseToken.name),
    quoteSymbol: symbolLabel(pair.quoteToken?.symbol ?? null),
    liquidityUsd: pair.liquidity?.usd ?? null,
    quoteSideUsd: quoteSideUsd(pair),
    volumeUsd: pair.volume,
    txns: pair.txns,
    changePct: pair.priceChange,
    marketCapUsd: pair.marketCap,
    marketCapBasis: marketCapBasis(pair.marketCap, pair.fdv),
    fdvUsd: pair.fdv,
    createdAtMs: pair.pairCreatedAt,
  }
}

/** The row's base token in our terms; null when the network is not ours or the address cannot be one of it. */
function baseOf(row: unknown): { network: Network; address: string } | null {
  const chain = at(row, 'chainId')
  const text = at(at(row, 'baseToken'), 'address')
  const network = typeof chain === 'string' ? DEXSCREENER_NETWORKS.ours(chain) : null
  const address = network !== null && typeof text === 'string' ? canonicalAddress(network, text) : null
  return network === null || address === null ? null : { network, address }
}

/** USD worth of the quote reserve; `priceUsd / priceNative` is the price of one quote token. */
function quoteSideUsd({ liquidity, priceUsd, priceNative }: Pair): number | null {
  const reserve = liquidity?.quote ?? null
  if (reserve === null || priceUsd === null || !isPrice(priceNative)) return null
  return quantity((reserve * priceUsd) / priceNative)
}

/** A market cap within 5 % of the fully diluted value is most often that value repeated. */
function marketCapBasis(marketCapUsd: number | null, fdvUsd: number | null): MarketCapBasis | null {
  if (marketCapUsd === null) return null
  if (fdvUsd === null) return 'unknown'
  const [low, high] = marketCapUsd < fdvUsd ? [marketCapUsd, fdvUsd] : [fdvUsd, marketCapUsd]
  return high > low * 1.05 ? 'circulating' : 'unknown'
}
