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
}
