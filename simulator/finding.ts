import { comparable, type Pool, type Source, type Token } from './model.ts'

/** How well a token answers a text that a person typed: 3 the symbol itself or the address, 2 its beginning, 1 inside, 0 not at all. */
export function relevance(token: Token, text: string): number {
  const q = text.toLowerCase()
  const symbol = token.symbol.toLowerCase()
  if (symbol === q || comparable(token.chain, token.address) === comparable(token.chain, text)) return 3
  if (symbol.startsWith(q) || token.name.toLowerCase().startsWith(q)) return 2
  return symbol.includes(q) || token.name.toLowerCase().includes(q) ? 1 : 0
}

/** A pool answers by its base before its quote. "A/B" asks for both sides at once. */
export function poolRelevance(pool: Pool, text: string): number {
  const [first = '', second] = text.split('/').map((part) => part.trim())
  if (first === '') return 0
  if (second) return Math.min(relevance(pool.base, first), relevance(pool.quote, second))
  return Math.max(relevance(pool.base, first), relevance(pool.quote, first) / 4)
}

export function knows(source: Source, pool: Pool): boolean {
  return pool.base.knownTo.includes(source) && pool.quote.knownTo.includes(source)
}

/** Sorted by a figure, largest first; equal figures keep their order. */
export function largestFirst<T>(list: readonly T[], figure: (item: T) => number): T[] {
  return list
    .map((item) => ({ item, figure: figure(item) }))
    .sort((a, b) => b.figure - a.figure)
    .map(({ item }) => item)
}

/** The pools that answer a text, best first, then by trading of the day. */
export function searchPools(pools: readonly Pool[], text: string, tradedUsd: (pool: Pool) => number): Pool[] {
  const found = pools.flatMap((pool) => {
    const score = poolRelevance(pool, text)
    return score > 0 ? [{ pool, score, traded: tradedUsd(pool) }] : []
  })
  return found.sort((a, b) => b.score - a.score || b.traded - a.traded).map(({ pool }) => pool)
}
