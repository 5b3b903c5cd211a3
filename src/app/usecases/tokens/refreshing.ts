import type { Log } from '../../../ports/log.ts'
import { type AgendaParts, agenda } from './agenda.ts'
import type { Asker } from './asking.ts'
import { inTime } from './fetching.ts'
import { BACKGROUND_SHARE } from './settings.ts'

/** Keeps everything that is wanted fresh, in batches, within each source's schedule. */
export interface Refreshing {
  /** One round: every source in parallel. Settles when all have answered, or a second after the first. Never rejects. */
  round(): Promise<void>
}

export interface RefreshingParts extends AgendaParts {
  readonly log: Log
  /** The part of each source's calls that this instance may make. */
  readonly share: () => number
}

export function refreshing(askers: readonly Asker[], parts: RefreshingParts): Refreshing {
  const rounds = askers.map((asker) => sourceRound(asker, parts))
  return {
    async round() {
      await inTime(
        rounds.map((run) => run()),
        parts.clock,
        (done) => done,
      )
    },
  }
}

/** One source's part of a round. @returns false when it is still busy with the last one and sits this one out. */
function sourceRound(asker: Asker, parts: RefreshingParts): () => Promise<boolean> {
  const work = sourceWork(asker, parts)
  let busy = false
  return async () => {
    if (busy) return false
    busy = true
    try {
      await work()
    } catch (error) {
      parts.log.error('refresh failed', { source: asker.source.name, error })
    } finally {
      busy = false
    }
    return true
  }
}

/** Asks what is due, and then what the answers made due (tokens that a search has named), as far as the calls go. */
function sourceWork(asker: Asker, parts: RefreshingParts): () => Promise<void> {
  const { source, callsLeft } = asker
  const { due, ask } = agenda(asker, parts)
  const perRound = () => (source.callsPerMinute * BACKGROUND_SHARE * parts.share() * parts.refreshMs) / 60_000
  // A source that allows less than one call per round is asked once the shares of some rounds make up a whole one.
  // The first rounds may do more: everything is to be asked for the first time, and a failing source is to be noticed.
  let credit = Math.max(1, perRound()) - perRound() + (source.callsPerMinute * BACKGROUND_SHARE) / 3
  const next = () => due(Math.min(Math.floor(credit), callsLeft()))
  return async () => {
    credit = Math.max(credit, Math.min(credit + perRound(), Math.max(1, perRound())))
    for (let questions = next(); questions.length > 0; questions = next()) {
      credit -= questions.length
      await Promise.all(questions.map(ask))
    }
  }
}
