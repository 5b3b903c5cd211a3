import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Trend } from '../../../domain/tokens/trend.ts'
import type { PriceTrends } from '../../../ports/price-trends.ts'
import type { TapeTick } from '../../../ports/tape.ts'

type Said = Pick<TapeTick, 'trends' | 'retold'>

/** Trends that remember what a decision was told of them. */
export interface TapedTrends extends PriceTrends {
  /** What was said since the last call, without what was said before and stands. */
  takeSaid(): Said
  /** Forgets what was said of all other tokens: of those it would be said again. */
  keepOnly(ids: ReadonlySet<TokenId>): void
}

export function tapedTrends(trends: PriceTrends): TapedTrends {
  const standing = new Map<TokenId, string>()
  let said: (readonly [TokenId, Trend | null])[] = []
  let retold: TokenId[] = []
  return {
    hasChanged: trends.hasChanged,
    takeChanged() {
      const ids = trends.takeChanged()
      retold = [...retold, ...ids]
      return ids
    },
    of(id) {
      const trend = trends.of(id)
      const text = JSON.stringify(trend ?? null)
      if (text !== (standing.get(id) ?? 'null')) said.push([id, trend ?? null])
      standing.set(id, text)
      return trend
    },
    takeSaid() {
      const taken = { trends: said, retold }
      said = []
      retold = []
      return taken
    },
    keepOnly(ids) {
      for (const id of standing.keys()) if (!ids.has(id)) standing.delete(id)
    },
  }
}

/** Trends that say what was said then. */
export interface PlayedTrends extends PriceTrends {
  hear(said: Said): void
}

export function playedTrends(): PlayedTrends {
  const standing = new Map<TokenId, Trend>()
  let retold: readonly TokenId[] = []
  return {
    of: (id) => standing.get(id),
    hasChanged: () => retold.length > 0,
    takeChanged: () => new Set(retold),
    hear(said) {
      retold = said.retold
      for (const [id, trend] of said.trends) {
        if (trend === null) standing.delete(id)
        else standing.set(id, trend)
      }
    },
  }
}
