import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Clock } from '../../../ports/clock.ts'
import { WARM_MS } from './settings.ts'

const QUERIES_MAX = 200
const TOKENS_PER_QUERY_MAX = 250
const SINGLE_TOKENS_MAX = 500

/** A search somebody wants kept fresh. */
export interface WantedQuery {
  readonly text: string
  readonly isWatched: boolean
}

/**
 * Who wants what: queries and single tokens stay wanted for five minutes after their last use, watched ones for ever.
 * Bounded: of what is not watched, the one unused for longest makes room.
 */
export interface Demand {
  /** Says that the query is in use. @returns true when its tokens are known already, so that the board can answer it. */
  wantQuery(text: string): boolean
  wantTokens(ids: Iterable<TokenId>): void
  /** Takes back what nobody lists: asking for it again and again would only cost calls. */
  unwantTokens(ids: Iterable<TokenId>): void
  /** The tokens a source named in an answer to the query, best first, perhaps none. Nothing when nobody wants it. */
  found(text: string, ids: Iterable<TokenId>): void
  queries(): readonly WantedQuery[]
  /** The texts whose tokens are known. */
  answered(): readonly string[]
  /** Tokens wanted by themselves, but for those wanted for ever. */
  singles(): readonly TokenId[]
  /** Every token that is wanted by itself or through a query. Forgets what nobody has used for five minutes. */
  tokens(): ReadonlySet<TokenId>
  /** Those of them that are wanted for ever. */
  watchedTokens(): ReadonlySet<TokenId>
}

interface Query {
  isAnswered: boolean
  /** Those named last come last. */
  readonly tokens: Set<TokenId>
}

/**
 * @param watch texts wanted for ever
 * @param pinned tokens wanted for ever
 */
export function demand(clock: Clock, watch: readonly string[], pinned: readonly TokenId[]): Demand {
  const watched = new Map(watch.map((text) => [text.trim(), unanswered()]))
  const warm = recentlyUsed<string, Query>(clock, QUERIES_MAX)
  const singles = recentlyUsed<TokenId, true>(clock, SINGLE_TOKENS_MAX)
  const queryOf = (text: string) => watched.get(text) ?? warm.get(text)
  const watchedTokens = () => new Set([...pinned, ...[...watched.values()].flatMap(({ tokens }) => [...tokens])])

  return {
    wantQuery: (text) => (watched.get(text) ?? warm.use(text, unanswered)).isAnswered,
    wantTokens(ids) {
      for (const id of ids) singles.use(id, () => true)
    },
    unwantTokens(ids) {
      for (const id of ids) singles.delete(id)
    },
    found(text, ids) {
      const query = queryOf(text)
      if (query === undefined) return
      query.isAnswered = true
      name(query.tokens, [...ids].slice(0, TOKENS_PER_QUERY_MAX))
    },
    queries: () => [
      ...[...watched.keys()].map((text) => ({ text, isWatched: true })),
      ...warm.keys().map((text) => ({ text, isWatched: false })),
    ],
    answered: () => [...watched, ...warm.entries()].flatMap(([text, query]) => (query.isAnswered ? [text] : [])),
    singles: () => singles.keys(),
    tokens() {
      warm.dropUnused()
      singles.dropUnused()
      const wanted = watchedTokens()
      for (const id of singles.keys()) wanted.add(id)
      for (const { tokens } of warm.values()) for (const id of tokens) wanted.add(id)
      return wanted
    },
    watchedTokens,
  }
}

function unanswered(): Query {
  return { isAnswered: false, tokens: new Set() }
}

/** New names push out those that no answer has held for longest, or a watched query could never show a new token. */
function name(tokens: Set<TokenId>, named: readonly TokenId[]): void {
  for (const id of named) {
    tokens.delete(id)
    tokens.add(id)
  }
  for (const id of tokens) {
    if (tokens.size <= TOKENS_PER_QUERY_MAX) return
    tokens.delete(id)
  }
}

/** Values by key, the one unused for longest first; beyond `max` that one makes room. */
function recentlyUsed<K, V>(clock: Clock, max: number) {
  const entries = new Map<K, { readonly value: V; readonly usedMs: number }>()
  return {
    get: (key: K) => entries.get(key)?.value,
    keys: () => [...entries.keys()],
    entries: () => [...entries].map(([key, { value }]) => [key, value] as const),
    values: () => [...entries.values()].map(({ value }) => value),
    delete: (key: K) => entries.delete(key),
    use(key: K, make: () => V): V {
      const value = entries.get(key)?.value ?? make()
      entries.delete(key)
      entries.set(key, { value, usedMs: clock.monotonicMs() })
      for (const oldest of entries.keys()) {
        if (entries.size <= max) break
        entries.delete(oldest)
      }
      return value
    },
    dropUnused() {
      const oldestMs = clock.monotonicMs() - WARM_MS
      for (const [key, { usedMs }] of entries) if (usedMs < oldestMs) entries.delete(key)
    },
  }
}
