import { type ErrorCode, ServiceError } from '../../../domain/errors.ts'
import type { Tag, Tap } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import { tagNotFound } from './analytics.ts'
import type { Batching } from './batching.ts'
import type { KnownTags } from './known-tags.ts'
import { PATIENCE_MS, within } from './patience.ts'

/** Visits that are kept while the store is away. */
export const KEPT_VISITS_MAX = 10_000
const RETRY_MS = 1_000
const RETRY_TAPS_MAX = 1_000

/** People who follow a tag: they are led on whatever happens, and what could not be counted at once is counted later. */
export interface Visiting {
  visit(uid: string): Promise<Tag>
  figures(): VisitFigures
  /** Gives what is kept a last chance; call it before the batching stops. */
  stop(): Promise<void>
}

export interface VisitFigures {
  /** Visits that wait to be counted because they could not be at once. */
  readonly keptVisits: number
  /** Visits that will never be counted. */
  readonly lostVisits: number
}

export interface VisitingDeps {
  readonly batching: Pick<Batching, 'record'>
  readonly tags: Pick<KnownTags, 'find' | 'forget'>
  readonly clock: Clock
  readonly log: Log
  readonly newEventId: () => string
}

interface Visit {
  readonly teamId: number
  readonly tap: Tap
}

export function visiting({ batching, tags, clock, log, newEventId }: VisitingDeps): Visiting {
  let kept: Visit[] = []
  let lost = 0
  let retrying: (() => void) | null = null
  let stopped = false

  const lose = (count: number, reason: string) => {
    lost += count
    log.warn('Visits of tags will not be counted.', { count, reason })
  }
  const keep = (visits: readonly Visit[]) => {
    if (stopped) return lose(visits.length, 'the service ended before the store was back')
    const room = KEPT_VISITS_MAX - kept.length
    kept.push(...visits.slice(0, room))
    if (visits.length > room) lose(visits.length - room, 'too many wait for the store')
    if (kept.length > 0) retrying ??= clock.after(RETRY_MS, retry)
  }
  const retry = async () => {
    retrying = null
    await countKept()
  }
  /** One team after the other: a batch is of one. */
  const countKept = async () => {
    const waiting = kept
    kept = []
    for (const visits of Map.groupBy(waiting, ({ teamId }) => teamId).values()) {
      for (let i = 0; i < visits.length; i += RETRY_TAPS_MAX) await countAll(visits.slice(i, i + RETRY_TAPS_MAX))
    }
  }
  const countAll = async (visits: readonly Visit[]) => {
    const [first] = visits
    if (first === undefined) return
    try {
      await batching.record({ teamId: first.teamId, taps: visits.map(({ tap }) => tap), retry: null })
    } catch (error) {
      if (isPassing(error)) keep(visits)
      else lose(visits.length, 'the store refused them')
    }
  }
  /** @returns whether there is such a tag, as far as anybody knows by now */
  const count = async (visit: Visit): Promise<boolean> => {
    try {
      const fate = await batching.record({ teamId: visit.teamId, taps: [visit.tap], retry: null })
      return fate === 'key_reused' || fate.fates[0] !== 'tag_not_found'
    } catch (error) {
      if (!isPassing(error)) throw error
      keep([visit])
      return true
    }
  }
  return {
    async visit(uid) {
      const tag = await tags.find(uid)
      if (tag === null) throw tagNotFound()
      // With its own time it is the same tap, however often it is sent.
      const visit = { teamId: tag.teamId, tap: { id: newEventId(), tag: uid, count: 1, atMs: clock.nowMs() } }
      const isThere = await within(clock, PATIENCE_MS, { doing: count(visit), otherwise: true })
      if (isThere) return tag
      tags.forget(uid)
      throw tagNotFound()
    },
    figures: () => ({ keptVisits: kept.length, lostVisits: lost }),
    async stop() {
      stopped = true
      retrying?.()
      await countKept()
    },
  }
}

const PASSING: ReadonlySet<ErrorCode> = new Set(['taps_unavailable', 'taps_busy', 'shutting_down'])

function isPassing(error: unknown): boolean {
  return error instanceof ServiceError && PASSING.has(error.code)
}
