import type { TokenId } from '../domain/tokens/identity.ts'

/** What one instance wants on the board that all share. */
export interface Wish {
  readonly queries: readonly string[]
  readonly tokens: readonly TokenId[]
  /**
   * Unix milliseconds. Somebody waits for the queries, and answers that were asked for earlier will not do. Null: they
   * are in use, and nobody waits.
   */
  readonly sinceMs: number | null
}

/**
 * How an instance that does not decide tells the one that does what its clients ask for. Delivered at least once to
 * whoever listens; kept for about five minutes, so that a successor hears what its predecessor heard. Losing one costs
 * a client one more try.
 * Contract: tests/contracts/wishes.test.ts
 */
export interface Wishes {
  /** @throws BoardUnavailable */
  tell(wish: Wish): Promise<void>
  /**
   * What was told after a mark, in order; waits up to about a second for something to come.
   * @param after the mark of an earlier call; null for everything that is kept
   * @throws BoardUnavailable
   */
  hear(
    after: string | null,
    signal: AbortSignal,
  ): Promise<{ readonly mark: string | null; readonly wishes: readonly Wish[] }>
}
