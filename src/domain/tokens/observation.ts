import { type Network, type TokenId, tokenId } from './identity.ts'

/** The windows that sources report. */
export const SOURCE_WINDOWS = ['5m', '1h', '6h', '24h'] as const
export type SourceWindow = (typeof SOURCE_WINDOWS)[number]
export type PerWindow<T> = Readonly<Record<SourceWindow, T>>

/** `circulating`: the source counts circulating supply. `unknown`: it may have repeated the fully diluted value. */
export type MarketCapBasis = 'circulating' | 'unknown'

/**
 * What one source said of one pool, or (`pool: null`) of a token as a whole, at one time.
 * Addresses are in comparing form (identity.ts). Null is "the source did not say"; nothing is filled in.
 * Every quantity has passed `quantity()` and every change `finite()`.
 */
export interface Observation {
  readonly source: string
  readonly network: Network
  /** Address of the token that the statement is taken to be about. */
  readonly token: string
  readonly pool: string | null
  /** The source's own name of the exchange. */
  readonly dex: string | null
  /** Address of the pair's base token. When it differs from `token`, the price belongs to another token. */
  readonly base: string | null
  readonly quote: string | null
  readonly symbol: string | null
  readonly name: string | null
  readonly quoteSymbol: string | null
  readonly priceUsd: number | null
  /** What the source claims, both sides. */
  readonly liquidityUsd: number | null
  /** USD worth of the pool's quote reserve alone. */
  readonly quoteSideUsd: number | null
  readonly volumeUsd: PerWindow<number | null>
  /** Buys and sells together. */
  readonly txns: PerWindow<number | null>
  /** Percent: 2.5 means +2.5 %. */
  readonly changePct: PerWindow<number | null>
  readonly marketCapUsd: number | null
  readonly marketCapBasis: MarketCapBasis | null
  readonly fdvUsd: number | null
  readonly createdAtMs: number | null
  /** Unix milliseconds when we received the answer, less its HTTP `Age`. */
  readonly observedAtMs: number
  /** What the source says of its own age, Unix milliseconds. Shown, never used: a quiet token's last trade is old and right. */
  readonly sourceAtMs: number | null
}

const QUANTITY_MAX = 1e15

/** A quantity as merge/1 accepts it: not finite, negative or over 1e15 counts as null. */
export function quantity(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && value >= 0 && value <= QUANTITY_MAX ? value : null
}

/** A signed number, or null when there is none. */
export function finite(value: number | null | undefined): number | null {
  return value !== null && value !== undefined && Number.isFinite(value) ? value : null
}

export function perWindow<T>(make: (window: SourceWindow) => T): PerWindow<T> {
  return { '5m': make('5m'), '1h': make('1h'), '6h': make('6h'), '24h': make('24h') }
}

export const NO_WINDOWS: PerWindow<null> = perWindow(() => null)

/** The token an observation is about. */
export function observedToken(observation: Observation): TokenId {
  return tokenId(observation.network, observation.token)
}
