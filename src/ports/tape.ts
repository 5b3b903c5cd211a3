import type { SourceFailure } from '../domain/errors.ts'
import type { TokenId } from '../domain/tokens/identity.ts'
import type { Trend } from '../domain/tokens/trend.ts'
import type { SourceState } from './service.ts'

/** Changes whenever tapes of before could no longer be replayed. */
export const TAPE_FORMAT = 1

/**
 * What one process was told and when it decided, in order: enough to make the same boards again, with the same code.
 * No header and no address of a source is on it, hence no key.
 */
export type TapeLine = TapeStart | TapeAnswer | TapeHearing | TapeTick

/** When something happened. */
export interface TapeMoment {
  /** Unix milliseconds */
  readonly atMs: number
  /** On the clock that never goes back. */
  readonly monotonicMs: number
}

/** A process began: what follows rests on nothing before it. */
export interface TapeStart extends TapeMoment {
  readonly kind: 'start'
  readonly format: number
  /** Of the boards that follow. */
  readonly epoch: string
  /** The program's own. */
  readonly version: string
  /** By precedence. */
  readonly sources: readonly string[]
  readonly staleLimitMs: number
}

/** What became of one question to a source. */
export interface TapeAnswer extends TapeMoment {
  readonly kind: 'answer'
  /** Counts from 1 in each run. */
  readonly number: number
  readonly source: string
  readonly question: TapeQuestion
  /** In the order in which they came; most questions take one request. */
  readonly replies: readonly TapeReply[]
  /** Null: there was an answer. */
  readonly failure: SourceFailure | 'fault' | null
}

export type TapeQuestion = { readonly search: string } | { readonly lookup: readonly TokenId[] }

/** One request, retries included; its path as the source was asked, without a host. */
export type TapeReply =
  | { readonly path: string; readonly status: number; readonly observedAtMs: number; readonly body: unknown }
  | { readonly path: string; readonly failure: SourceFailure }

/** The statements of an answer were taken in: when it came, or again from the cache. */
export interface TapeHearing extends TapeMoment {
  readonly kind: 'hearing'
  readonly answer: number
}

/** Everything that was known was decided upon. What did not change since the tick before is left out. */
export interface TapeTick extends TapeMoment {
  readonly kind: 'tick'
  readonly wanted?: readonly TokenId[]
  readonly sources: readonly SourceState[]
  readonly answered: readonly string[]
  readonly unlisted: readonly TokenId[]
  readonly settled: readonly string[]
  /** What recorded history said of tokens; null: nothing yet. */
  readonly trends: readonly (readonly [TokenId, Trend | null])[]
  /** Tokens of which it said something new. */
  readonly retold: readonly TokenId[]
  /** The digest of the news that came of it; null when nobody could have seen a difference. */
  readonly news: string | null
}

/** Where lines are written. It never fails: a tape that cannot be written any more ends, and what it holds stays good. */
export interface Tape {
  write(line: TapeLine): void
}

/** Requests to the sources, as they end. */
export interface TapeReplies {
  /** What came of the requests that were made under this signal, which are then forgotten. */
  take(signal: AbortSignal): readonly TapeReply[]
}
