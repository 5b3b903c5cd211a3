import type { TokenId } from '../domain/tokens/identity.ts'
import type { TokenRow } from '../domain/tokens/row.ts'
import type { BoardFeed } from './board-feed.ts'

/** The live board as those see it who keep its history. */
export interface BoardWatch extends Pick<BoardFeed, 'onBoard'> {
  /** True while this instance asks the sources and decides; of several instances one does. */
  isDeciding(): boolean
  /** The tokens of the newest board. */
  ids(): Iterable<TokenId>
  row(id: TokenId): TokenRow | undefined
  /** The pool in which most money stands behind the token, of those that the source knows if there are any. */
  poolOf(id: TokenId, source: string): string | null
  /**
   * Takes one of the calls that clients may make of a source, for something that nobody waits for.
   * @throws SourceError `budget_spent` unless most of those calls are unused just now
   */
  lendCall(source: string): Promise<void>
}
