import type { TokenId } from '../domain/tokens/identity.ts'
import type { Trend } from '../domain/tokens/trend.ts'

/** What recorded history adds to the live board. Whoever decides asks it with every tick, so nothing here ever waits. */
export interface PriceTrends {
  /** Undefined while nobody has looked: what the token's row says stands. */
  of(id: TokenId): Trend | undefined
  /** True when there are tokens with another trend than when `takeChanged` was last called. */
  hasChanged(): boolean
  takeChanged(): ReadonlySet<TokenId>
}
