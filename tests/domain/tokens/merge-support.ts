import { tokenId } from '../../../src/domain/tokens/identity.ts'
import { mergeToken } from '../../../src/domain/tokens/merge.ts'
import type { LastGood, MergeContext, Merged } from '../../../src/domain/tokens/merged.ts'
import { NO_WINDOWS, type Observation } from '../../../src/domain/tokens/observation.ts'
import { mergeParameters } from '../../../src/domain/tokens/parameters.ts'

export const NOW_MS = Date.UTC(2026, 10, 20, 12)
export const TOKEN = 'Tapp1eTapp1eTapp1eTapp1eTapp1eTapp1eTapp1e'
export const ID = tokenId('solana', TOKEN)
export const USDC = 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'
export const SOL = 'So11111111111111111111111111111111111111112'
export const SOURCES = ['dexscreener', 'jupiter', 'geckoterminal'] as const
export const PARAMETERS = mergeParameters(SOURCES)

/** A statement of the token as a whole by `dexscreener`, ten seconds old, that says nothing but what is given. */
export function observation(said: Partial<Observation> = {}): Observation {
  return {
    source: 'dexscreener',
    network: 'solana',
    token: TOKEN,
    pool: null,
    dex: null,
    base: TOKEN,
    quote: said.pool === undefined || said.pool === null ? null : USDC,
    symbol: null,
    name: null,
    quoteSymbol: null,
    priceUsd: 1,
    liquidityUsd: null,
    quoteSideUsd: null,
    volumeUsd: NO_WINDOWS,
    txns: NO_WINDOWS,
    changePct: NO_WINDOWS,
    marketCapUsd: null,
    marketCapBasis: null,
    fdvUsd: null,
    createdAtMs: null,
    observedAtMs: NOW_MS - 10_000,
    sourceAtMs: null,
    ...said,
  }
}

export function merge(observations: readonly Observation[], context: Partial<MergeContext> = {}): Merged {
  return mergeToken(observations, { id: ID, previous: null, nowMs: NOW_MS, parameters: PARAMETERS, ...context })
}

export function lastGood(priceUsd: number, more: Partial<LastGood> = {}): LastGood {
  return { priceUsd, observedAtMs: NOW_MS - 60_000, pending: null, ...more }
}

export function only24h<T>(value: T): { '5m': null; '1h': null; '6h': null; '24h': T } {
  return { '5m': null, '1h': null, '6h': null, '24h': value }
}
