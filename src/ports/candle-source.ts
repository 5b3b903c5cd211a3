import type { Network, TokenId } from '../domain/tokens/identity.ts'

/** A provider of past prices. It shares the schedule of the TokenSource of its name: each question is one of its calls. */
export interface CandleSource {
  readonly name: string
  /** How many minutes one question can bring. */
  readonly minutesMax: number
  supports(network: Network): boolean
  /**
   * The newest minutes before a moment in which the pool was traded, oldest first, each once; the running one may be
   * among them.
   * @throws SourceError for a failure of the call as a whole, `bad_body` also when the answer is about another token; a
   *   bad row is left out instead
   */
  minutes(question: MinutesQuestion, signal: AbortSignal): Promise<readonly PastMinute[]>
}

export interface MinutesQuestion {
  readonly token: TokenId
  /** Address of a pool in which it is traded. */
  readonly pool: string
  /** Unix milliseconds, on a minute. */
  readonly beforeMs: number
  /** 1 to `minutesMax` */
  readonly limit: number
}

/** What the token was worth in one pool during one minute, USD. */
export interface PastMinute {
  /** Unix milliseconds, on a minute. */
  readonly openTimeMs: number
  readonly open: number
  readonly high: number
  readonly low: number
  readonly close: number
}
