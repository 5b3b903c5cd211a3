import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Asker, Question } from './asking.ts'
import type { Demand } from './demand.ts'
import { batches, tokensIn } from './fetching.ts'
import type { Observations } from './observations.ts'
import type { TokenParts } from './settings.ts'
import { turns } from './turns.ts'

/** A token that a source does not list is asked about again after this long: it may be listed by then. */
const UNLISTED_RETRY_MS = 120_000
/** What is watched must stay fresh however much else clients ask for: its waiting counts for more. */
const WATCHED_WEIGHT = 10

/** What one source should be asked next to keep everything fresh that is wanted. */
export interface Agenda {
  /** At most `max` questions that are due, those first that have waited longest: so each one has its turn. */
  due(max: number): readonly Question[]
  /** Asks one of them. Never rejects. */
  ask(question: Question): Promise<void>
}

export interface AgendaParts extends Pick<TokenParts, 'cacheTtlMs' | 'refreshMs'> {
  readonly clock: Clock
  readonly demand: Demand
  readonly observations: Observations
}

interface Waiting {
  readonly question: Question
  readonly waitedMs: number
}

export function agenda(asker: Asker, { clock, demand, observations, cacheTtlMs, refreshMs }: AgendaParts): Agenda {
  const { source } = asker
  const searches = turns<string>(clock)
  const lookups = turns<TokenId>(clock)
  // A little under the time between two turns, or a turn a millisecond early would be skipped, or answered by the cache.
  const roundMs = refreshMs * 0.9
  const searchMs = cacheTtlMs * 0.9
  const mayCall = () => true

  function waitingSearches(): readonly Waiting[] {
    if (!source.searches) return []
    const queries = demand.queries()
    searches.keepOnly(new Set(queries.map(({ text }) => text)))
    return queries.flatMap(({ text, isWatched }): Waiting[] => {
      const waitedMs = searches.waitedMs(text)
      const weight = isWatched ? WATCHED_WEIGHT : 1
      return waitedMs === null ? [] : [{ question: { kind: 'search', text }, waitedMs: waitedMs * weight }]
    })
  }

  function waitingLookups(ids: Iterable<TokenId>, weight: number): readonly Waiting[] {
    const due = [...ids].filter((id) => lookups.waitedMs(id) !== null)
    return batches(source, due).map((question) => {
      const waitedMs = Math.max(...question.ids.map((id) => lookups.waitedMs(id) ?? 0))
      return { question, waitedMs: waitedMs * weight }
    })
  }

  async function search(text: string): Promise<void> {
    searches.take(text, searchMs)
    const outcome = await asker.ask({ kind: 'search', text }, { freshMs: searchMs, mayCall })
    if (outcome.failure !== null) searches.rest(text, roundMs)
    if (outcome.answer !== null) demand.found(text, tokensIn([outcome]))
  }

  async function lookup(ids: readonly TokenId[]): Promise<void> {
    for (const id of ids) lookups.take(id, roundMs)
    const { failure } = await asker.ask({ kind: 'lookup', ids }, { freshMs: roundMs, mayCall })
    if (failure !== null) return
    for (const id of ids) if (observations.newestMs(source.name, id) === null) lookups.rest(id, UNLISTED_RETRY_MS)
  }

  return {
    due(max) {
      if (max < 1) return []
      const wanted = demand.tokens()
      const watched = demand.watchedTokens()
      lookups.keepOnly(wanted)
      const waiting = [
        ...waitingSearches(),
        ...waitingLookups(watched, WATCHED_WEIGHT),
        ...waitingLookups(
          [...wanted].filter((id) => !watched.has(id)),
          1,
        ),
      ]
      const byWaiting = waiting.sort((a, b) => b.waitedMs - a.waitedMs)
      return byWaiting.slice(0, max).map(({ question }) => question)
    },
    ask: (question) => (question.kind === 'search' ? search(question.text) : lookup(question.ids)),
  }
}
