import { StoreUnavailable } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { TapFeed } from '../../../ports/tap-feed.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import { ownTag } from '../taps/analytics.ts'
import { available } from '../taps/available.ts'
import { type LiveTeam, liveTeam } from './team.ts'

export interface LiveTapsParts {
  readonly store: Pick<TapStore, 'tag' | 'recent' | 'countsByTag'>
  readonly clock: Clock
  /** Hears of every question that the store did not answer: hand over a throttled one. */
  readonly log: Log
  /** Another text at each call, of any process: up to 64 characters. */
  readonly newEpoch: () => string
}

/** Follows the taps of every team that somebody reads. Teams share nothing. */
export function liveTaps({ store, clock, log, newEpoch }: LiveTapsParts): TapFeed & { stop(): void } {
  const teams = new Map<number, LiveTeam>()
  const listeners = new Set<() => void>()
  const onNews = () => {
    for (const run of listeners) run()
  }
  const onFault = (error: unknown) => {
    if (error instanceof StoreUnavailable) log.warn('live taps stand still: the store is away', { error })
    else log.error('live taps could not be followed', { error })
  }
  const team = (teamId: number): LiveTeam => {
    const known = teams.get(teamId)
    if (known !== undefined) return known
    const onIdle = () => void teams.delete(teamId)
    const fresh = liveTeam({ teamId, store, clock, newEpoch, onNews, onFault, onIdle })
    teams.set(teamId, fresh)
    return fresh
  }
  return {
    open: (teamId, question) =>
      available(async () => {
        if (question.tag !== null) await ownTag(store, teamId, question.tag)
        return team(teamId).open(question)
      }),
    onNews(run) {
      listeners.add(run)
      return () => listeners.delete(run)
    },
    stop() {
      for (const one of teams.values()) one.stop()
    },
  }
}
