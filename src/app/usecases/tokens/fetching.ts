import { SourceError } from '../../../domain/errors.ts'
import { networkOf, type TokenId } from '../../../domain/tokens/identity.ts'
import { observedToken } from '../../../domain/tokens/observation.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TokenSource } from '../../../ports/token-source.ts'
import type { Asker, Outcome, Question } from './asking.ts'
import { BACKGROUND_SHARE, GRACE_MS } from './settings.ts'

/** Asks every source one question that a client waits for, within the part of its calls that clients have. */
export interface Fetching {
  search(text: string, freshMs: number): Promise<readonly Outcome[]>
  /** Any ids, of any networks; each source is asked about those it supports, in batches. */
  lookup(ids: readonly TokenId[], freshMs: number): Promise<readonly Outcome[]>
  /**
   * Takes one of the clients' calls of a source for something that nobody waits for.
   * @throws SourceError `budget_spent` unless most of them are unused just now
   */
  lend(source: string): Promise<void>
}

/** @param share the part of each source's calls that this instance may make */
export function fetching(askers: readonly Asker[], clock: Clock, share: () => number): Fetching {
  const clients = askers.map((asker) => ({
    asker,
    mayCall: perMinute(() => callsOfClients(asker.source, share()), clock),
  }))
  return {
    search(text, freshMs) {
      const able = clients.filter(({ asker }) => asker.source.searches)
      const asks = able.map(({ asker, mayCall }) => asker.ask({ kind: 'search', text }, { freshMs, mayCall }))
      return inTime(asks, clock, answered)
    },
    lookup(ids, freshMs) {
      const asks = clients.flatMap(({ asker, mayCall }) =>
        batches(asker.source, ids).map((question) => asker.ask(question, { freshMs, mayCall })),
      )
      return inTime(asks, clock, answered)
    },
    async lend(source) {
      const client = clients.find(({ asker }) => asker.source.name === source)
      if (client === undefined) throw new SourceError('budget_spent', 'nobody asks this source')
      await client.asker.lend(() => client.mayCall(1 / 2))
    },
  }
}

function callsOfClients({ callsPerMinute }: TokenSource, share: number): number {
  return Math.max(1, Math.floor(callsPerMinute * (1 - BACKGROUND_SHARE) * share))
}

/** Says yes `max` times in any 60 s; to whoever leaves the others a part, only while more than that part is left. */
function perMinute(max: () => number, clock: Clock): (leaving?: number) => boolean {
  const takenMs: number[] = []
  return (leaving = 0) => {
    const nowMs = clock.monotonicMs()
    while (takenMs[0] !== undefined && nowMs - takenMs[0] >= 60_000) takenMs.shift()
    if (takenMs.length >= Math.floor(max() * (1 - leaving))) return false
    takenMs.push(nowMs)
    return true
  }
}

/** The questions that ask a source about the tokens: one network each, sorted, so that equal sets share one answer. */
export function batches(source: TokenSource, ids: Iterable<TokenId>): readonly LookupQuestion[] {
  const byNetwork = Map.groupBy(new Set(ids), networkOf)
  const questions: LookupQuestion[] = []
  for (const [network, group] of byNetwork) {
    if (!source.supports(network)) continue
    const sorted = group.sort()
    for (let at = 0; at < sorted.length; at += source.batchSize) {
      questions.push({ kind: 'lookup', ids: sorted.slice(at, at + source.batchSize) })
    }
  }
  return questions
}
export type LookupQuestion = Extract<Question, { kind: 'lookup' }>

/**
 * The results that are there a second after the first good one, or all of them. A hanging source must not make
 * everybody wait for its deadline; what it says later is stored and stands on a later board.
 * @param asks none of them rejects
 */
export function inTime<T>(
  asks: readonly Promise<T>[],
  clock: Clock,
  isGood: (result: T) => boolean,
): Promise<readonly T[]> {
  const { promise, resolve } = Promise.withResolvers<readonly T[]>()
  const settled: T[] = []
  let cancel: (() => void) | null = null
  const finish = () => {
    cancel?.()
    resolve([...settled])
  }
  if (asks.length === 0) finish()
  for (const ask of asks) {
    ask.then((result) => {
      settled.push(result)
      if (settled.length === asks.length) finish()
      else if (isGood(result)) cancel ??= clock.after(GRACE_MS, finish)
    })
  }
  return promise
}

const answered = (outcome: Outcome) => outcome.failure === null

/** The tokens that the answers speak of. */
export function tokensIn(outcomes: readonly Outcome[]): ReadonlySet<TokenId> {
  return new Set(outcomes.flatMap(({ answer }) => answer?.observations.map(observedToken) ?? []))
}
