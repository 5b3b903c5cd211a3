import { addressOf, type TokenId, tokenId, WRAPPED_SOL } from '../src/domain/tokens/identity.ts'
import { NO_WINDOWS, type Observation, perWindow } from '../src/domain/tokens/observation.ts'

/** By precedence. */
export const SOURCE_NAMES = ['dexscreener', 'jupiter', 'geckoterminal'] as const

/** A token of the bench's own market. Everything in it follows from its number. */
export interface MarketToken {
  readonly id: TokenId
  readonly address: string
  readonly symbol: string
  readonly name: string
  /** Addresses of its pools, the deeper one first. */
  readonly pools: readonly string[]
  readonly priceUsd: number
  readonly size: number
}

/** Tokens that differ in every figure, wrapped SOL first. The same ones in every run. */
export function marketTokens(count: number): readonly MarketToken[] {
  return Array.from({ length: count }, (_, i) => {
    const address = i === 0 ? addressOf(WRAPPED_SOL) : base58(i, 44)
    const size = 50_000 + (noise(i) % 9_000_000)
    const priceUsd = i === 0 ? 152.5 : 0.0001 + (noise(i + 1) % 1_000_000) / 99_991
    const label = i === 0 ? { symbol: 'SOL', name: 'Wrapped SOL' } : { symbol: `T${i}`, name: `Token number ${i}` }
    const pools = [base58(-2 * i - 1, 44), base58(-2 * i - 2, 44)]
    return { id: tokenId('solana', address), address, ...label, pools, priceUsd, size }
  })
}

/**
 * What every source says of a token: two pools that two sources both know, and one statement about the token as a whole.
 * @param factor moves prices, volumes and liquidity, as a change of the market would
 */
export function statements(
  token: MarketToken,
  { atMs, factor = 1 }: { atMs: number; factor?: number },
): readonly Observation[] {
  return SOURCE_NAMES.flatMap((source) =>
    source === 'jupiter'
      ? [statement(token, { source, pool: null, atMs, factor })]
      : [1, 2].map((pool) => statement(token, { source, pool, atMs, factor })),
  )
}

interface Saying {
  readonly source: string
  readonly pool: number | null
  readonly atMs: number
  readonly factor: number
}

function statement(token: MarketToken, { source, pool, atMs, factor }: Saying): Observation {
  const share = (token.size * factor) / (pool ?? 1)
  const isPool = pool !== null
  const quote = token.id === WRAPPED_SOL ? USDC : SOL
  return {
    source,
    network: 'solana',
    token: token.address,
    pool: isPool ? (token.pools[pool - 1] ?? null) : null,
    dex: isPool ? (pool === 1 ? 'raydium' : 'orca') : null,
    base: token.address,
    quote: isPool ? quote.address : null,
    symbol: token.symbol,
    name: token.name,
    quoteSymbol: isPool ? quote.symbol : null,
    // Sources never agree to the last digit.
    priceUsd: token.priceUsd * factor * (1 + (noise(source.length + (pool ?? 0)) % 100) / 100_000),
    liquidityUsd: share,
    quoteSideUsd: isPool ? share / 2 : null,
    volumeUsd: perWindow((window) => share * HOURS[window]),
    txns: perWindow((window) => Math.round(share * HOURS[window] * 0.01)),
    changePct: isPool ? perWindow((window) => (noise(token.size + HOURS[window]) % 4000) / 100 - 20) : NO_WINDOWS,
    marketCapUsd: token.size * 40 * factor,
    marketCapBasis: isPool ? 'unknown' : 'circulating',
    fdvUsd: token.size * 50 * factor,
    createdAtMs: isPool ? 1_700_000_000_000 + token.size * 1000 : null,
    observedAtMs: atMs,
    sourceAtMs: null,
  }
}

const USDC = { address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', symbol: 'USDC' } as const
const SOL = { address: addressOf(WRAPPED_SOL), symbol: 'SOL' } as const
const HOURS = { '5m': 0.02, '1h': 0.2, '6h': 1, '24h': 3 } as const
const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/** A text that looks like an address; another one for every number. */
function base58(number: number, length: number): string {
  let state = number
  const letters = Array.from({ length }, (_, i) => {
    state = noise(state + i)
    return BASE58[state % BASE58.length]
  })
  // Joined, not added up: an address of 44 pieces would be no string as a parser gives them.
  return letters.join('')
}

/** A whole number that looks random and is not: integer hash, no state. */
function noise(seed: number): number {
  let x = Math.imul(Math.trunc(seed) ^ 0x9e3779b9, 0x85ebca6b)
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35)
  return (x ^ (x >>> 16)) >>> 0
}
