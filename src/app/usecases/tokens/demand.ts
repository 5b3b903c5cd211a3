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
  /**
   * Every token that is wanted by itself or through a query; the same set as the last time while it is. Forgets what
   * nobody has used for five minutes.
   */
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
  let all: ReadonlySet<TokenId> | null = null
  const changed = () => {
    all = null
  }
  const warm = recentlyUsed<string, Query>(clock, { max: QUERIES_MAX, changed })
  const singles = recentlyUsed<TokenId, true>(clock, { max: SINGLE_TOKENS_MAX, changed })
  const queryOf = (text: string) => watched.get(text) ?? warm.get(text)
  const named = (queries: Iterable<Query>) => [...queries].flatMap(({ tokens }) => [...tokens])
  const watchedTokens = () => new Set([...pinned, ...named(watched.values())])

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
      if (name(query.tokens, [...ids].slice(0, TOKENS_PER_QUERY_MAX))) changed()
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
      all ??= new Set([...watchedTokens(), ...singles.keys(), ...named(warm.values())])
      return all
    },
    watchedTokens,
  }
}

function unanswered(): Query {
  return { isAnswered: false, tokens: new Set() }
}

/**
 * New names push out those that no answer has held for longest, or a watched query could never show a new token.
 * @returns whether there were any
 */
function name(tokens: Set<TokenId>, named: readonly TokenId[]): boolean {
  const hasNew = named.some((id) => !tokens.has(id))
  for (const id of named) {
    tokens.delete(id)
    tokens.add(id)
  }
  for (const id of tokens) {
    if (tokens.size <= TOKENS_PER_QUERY_MAX) break
    tokens.delete(id)
  }
  return hasNew
}

/** Values by key, the one unused for longest first; beyond `max` that one makes room. `changed`: there are other keys. */
function recentlyUsed<K, V>(clock: Clock, { max, changed }: { readonly max: number; readonly changed: () => void }) {
  const entries = new Map<K, { readonly value: V; readonly usedMs: number }>()
  return {
    get: (key: K) => entries.get(key)?.value,
    keys: () => [...entries.keys()],
    entries: () => [...entries].map(([key, { value }]) => [key, value] as const),
    values: () => [...entries.values()].map(({ value }) => value),
    delete(key: K) {
      if (entries.delete(key)) changed()
    },
    use(key: K, make: () => V): V {
      const value = entries.get(key)?.value ?? make()
      if (!entries.delete(key)) changed()
      entries.set(key, { value, usedMs: clock.monotonicMs() })
      for (const oldest of entries.keys()) {
        if (entries.size <= max) break
        entries.delete(oldest)
      }
      return value
    },
    dropUnused() {
      const oldestMs = clock.monotonicMs() - WARM_MS
      for (const [key, { usedMs }] of entries) {
        if (usedMs >= oldestMs) return
        entries.delete(key)
        changed()
      }
    },
  }
}
