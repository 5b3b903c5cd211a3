import type { Network, TokenId } from './identity.ts'
import type { Status } from './merged.ts'
import type { MarketCapBasis, SourceWindow } from './observation.ts'
import type { PastPrice, Spark } from './trend.ts'

/** The windows a client may ask for. `7d` comes from our own records only: a change, or null when there are none that old. */
export const WINDOWS = ['5m', '1h', '6h', '24h', '7d'] as const satisfies readonly (SourceWindow | '7d')[]
export type Window = (typeof WINDOWS)[number]
export type ByWindow = Readonly<Record<Window, number | null>>

/**
 * One token as the board shows it. Money in USD; amounts in SOL are derived from the board's `solUsd` when a body is
 * written, so that a tick of SOL does not change every row. Ages are derived from `observedAtMs` for the same reason.
 * Every row has every key; null is "nobody said".
 */
export interface TokenRow {
  readonly id: TokenId
  readonly network: Network
  /** As people should see it (EIP-55 on EVM networks). */
  readonly address: string
  readonly name: string | null
  readonly symbol: string | null
  readonly priceUsd: number | null
  /** Percent. */
  readonly changePct: ByWindow
  readonly volumeUsd: ByWindow
  /** Buys and sells together. */
  readonly transactions: ByWindow
  /** Believed depth, not what sources claim. */
  readonly liquidityUsd: number | null
  readonly marketCapUsd: number | null
  readonly marketCapBasis: MarketCapBasis | null
  readonly fdvUsd: number | null
  /** Exchange of the deepest accepted pool. */
  readonly dex: string | null
  readonly poolCount: number
  /** Unix milliseconds of the oldest accepted pool. */
  readonly createdAtMs: number | null
  readonly status: Status
  /** Names of the sources whose statements were accepted, by precedence. */
  readonly sources: readonly string[]
  /** Unix milliseconds of the price shown; null when there is no price. */
  readonly observedAtMs: number | null
  /** From our own records. Shown to those who ask for it. */
  readonly spark: Spark | null
  /** What the change of seven days is measured against; shown in details alone. */
  readonly weekAgo: PastPrice | null
  /** What a search text is held against; not shown. */
  readonly labels: Labels
}

/** Texts a search matches, lower-case. */
export interface Labels {
  /** Symbol and name, a line each. */
  readonly text: string
  /** Symbols of the tokens it trades against. */
  readonly quotes: readonly string[]
}
