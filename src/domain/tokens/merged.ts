import type { TokenId } from './identity.ts'
import type { MarketCapBasis, Observation, PerWindow } from './observation.ts'

/** The words of merge/1; docs/merge.md says when each one is given. */
export const STATUSES = ['ok', 'thin', 'disputed', 'held', 'stale', 'unknown'] as const
export type Status = (typeof STATUSES)[number]

export const REASONS = ['ok', 'quote_side', 'bad_price', 'unknown_source', 'too_old', 'repeated', 'outlier'] as const
export type Reason = (typeof REASONS)[number]

/** Everything that, with the observations, decides a price. Published whole in every explanation. */
export interface MergeParameters {
  /** Source names; the first speaks first. */
  readonly precedence: readonly string[]
  readonly maxAgeMs: number
  /** Witnesses agree within this factor. */
  readonly agreeFactor: number
  /** Beyond this factor from the price an observation is refused. */
  readonly outlierFactor: number
  readonly minLiquidityUsd: number
  readonly jumpFactor: number
  /** A total more than this factor above the next largest is not believed. */
  readonly totalFactor: number
  readonly staleLimitMs: number
  readonly solMaxAgeMs: number
  /** Per network, the addresses of quote tokens whose reserves are believed. */
  readonly trustedQuotes: Readonly<Record<string, readonly string[]>>
}

/** A price beyond the jump factor that waits for a second look. */
export interface Pending {
  readonly priceUsd: number
  readonly observedAtMs: number
}

/** What is kept of a token between ticks: its last published price, and a jump that waits. */
export interface LastGood {
  readonly priceUsd: number
  readonly observedAtMs: number
  readonly pending: Pending | null
}

/** Everything besides the observations that decides a result. */
export interface MergeContext {
  readonly id: TokenId
  /** What an earlier merge returned as `state`; null for a token seen for the first time. */
  readonly previous: LastGood | null
  readonly nowMs: number
  readonly parameters: MergeParameters
}

/** One observation as merge/1 weighed it. */
export interface Input {
  readonly observation: Observation
  /** Believed money behind it, USD; null when it cannot be told or the observation was not heard. */
  readonly depthUsd: number | null
  /** 0 when it was not heard. */
  readonly weight: number
  readonly ageMs: number
  readonly accepted: boolean
  readonly reason: Reason
}

/** The one price a source speaks for. */
export interface Said {
  readonly source: string
  readonly priceUsd: number
  readonly pool: string | null
  readonly observedAtMs: number
}

/** A number and where it came from. `pools` is the sum over distinct accepted pools. */
export interface Sourced<T> {
  readonly value: T
  readonly source: string
  readonly observedAtMs: number
}

/** One of the figures a total was chosen from. */
export type Figure = Sourced<number>

export interface Total {
  readonly chosen: Figure | null
  /** All figures, the pool sum first, then the sources by precedence. */
  readonly figures: readonly Figure[]
}

/** One distinct pool, told by the highest source in precedence, its nulls filled by the others. */
export interface PoolFact {
  readonly pool: string
  readonly dex: string | null
  readonly quote: string | null
  readonly quoteSymbol: string | null
  readonly priceUsd: number
  readonly liquidityUsd: number | null
  readonly depthUsd: number | null
  readonly volumeUsd: PerWindow<number | null>
  readonly txns: PerWindow<number | null>
  readonly createdAtMs: number | null
  readonly observedAtMs: number
  readonly witnesses: readonly string[]
}

/** The result of merge/1 for one token: the price, how it came about, and every other field with its source. */
export interface Merged {
  readonly id: TokenId
  readonly nowMs: number
  readonly previous: LastGood | null
  /** What to keep for the next tick. */
  readonly state: LastGood | null
  readonly priceUsd: number | null
  readonly status: Status
  readonly source: string | null
  readonly pool: string | null
  readonly band: readonly [low: number, high: number] | null
  /** Of the price shown, also when that is the last good one. */
  readonly observedAtMs: number | null
  /** Sources that agree with the candidate, by precedence. */
  readonly witnesses: readonly string[]
  /** Every observation, refused ones too, in the canonical order (canonical-order.ts). */
  readonly inputs: readonly Input[]
  readonly said: readonly Said[]
  readonly voters: readonly string[]
  /** The price before the jump rule. */
  readonly candidateUsd: number | null
  readonly pools: readonly PoolFact[]
  readonly liquidityUsd: Total
  readonly volumeUsd: PerWindow<Total>
  readonly txns: PerWindow<Total>
  readonly changePct: PerWindow<Sourced<number> | null>
  readonly marketCapUsd: Sourced<number> | null
  /** `unknown` also when there is no market cap. */
  readonly marketCapBasis: MarketCapBasis
  readonly fdvUsd: Sourced<number> | null
  readonly symbol: Sourced<string> | null
  readonly name: Sourced<string> | null
  readonly dex: Sourced<string> | null
  readonly createdAtMs: Sourced<number> | null
}
