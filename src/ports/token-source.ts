import type { Network, TokenId } from '../domain/tokens/identity.ts'
import type { Observation } from '../domain/tokens/observation.ts'

/** Why one asked token has no observation in an answer that was otherwise good. */
export const UNRESOLVED_REASONS = ['not_listed', 'no_price', 'bad_row', 'unsupported_network'] as const
export type UnresolvedReason = (typeof UNRESOLVED_REASONS)[number]

/** What a source answered to one question. */
export interface SourceAnswer {
  readonly source: string
  /** Unix milliseconds when the answer was received, less its HTTP `Age`. */
  readonly observedAtMs: number
  /**
   * At most one per pool (or, for token-level statements, per token). Rows in which an asked token is only the
   * pair's quote are about the base token: they appear under the base token's address.
   */
  readonly observations: readonly Observation[]
  /** Asked tokens without an observation. Empty for a search. */
  readonly unresolved: readonly { readonly id: TokenId; readonly reason: UnresolvedReason }[]
}

/**
 * One provider of live market data. Calls are paced, retried, bounded and counted below this port; a caller may ask
 * as often as it likes and gets a SourceError instead of a request beyond the source's schedule.
 * Contract: tests/contracts/token-source.test.ts
 */
export interface TokenSource {
  readonly name: string
  /** How many calls its schedule allows in any 60 s. */
  readonly callsPerMinute: number
  /** How many tokens of one network one call can ask about. */
  readonly batchSize: number
  /** False for a source that can be asked by address only; its `search` then answers with no observations, uncalled. */
  readonly searches: boolean
  supports(network: Network): boolean
  /**
   * Tokens for a text that a person typed. One upstream call.
   * @param text 1 to 128 characters
   * @throws SourceError for a failure of the call as a whole; a bad row is left out instead.
   */
  search(text: string, signal: AbortSignal): Promise<SourceAnswer>
  /**
   * Every asked token exactly once: with at least one observation about it, or in `unresolved` with a reason.
   * @param ids 1 to `batchSize` tokens of one network that the source supports
   * @throws SourceError as above
   */
  lookup(ids: readonly TokenId[], signal: AbortSignal): Promise<SourceAnswer>
  /**
   * How many calls could start now within the source's schedule (budget, Retry-After, circuit). Zero: a call now
   * would fail with `rate_limited`, `budget_spent` or `circuit_open`.
   */
  callsLeft(): number
  /**
   * Most calls are one request. Before each further one (a retry, a question that the first answer left open) `permit` is
   * asked, and when it says no, the call ends with what it has. Until this is called, all are permitted.
   */
  permitFurther(permit: () => Promise<boolean>): void
}
