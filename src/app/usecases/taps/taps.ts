import type { AttentionService } from '../../../ports/attention.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { PriceService } from '../../../ports/prices.ts'
import type { TapStore } from '../../../ports/tap-store.ts'
import type { TapService } from '../../../ports/taps.ts'
import { tagNotFound, tapAnalytics } from './analytics.ts'
import { checkAttention, tapAttention } from './attention.ts'
import { available } from './available.ts'
import { batching } from './batching.ts'
import { knownTags } from './known-tags.ts'
import { type RecordingDeps, tapRecording } from './recording.ts'
import { type TagDeps, tapTags } from './tags.ts'
import { type Visiting, visiting } from './visiting.ts'

export interface TapParts extends Pick<TagDeps, 'randomUid' | 'readTokenId'>, Pick<RecordingDeps, 'digest'> {
  readonly store: TapStore
  readonly prices: Pick<PriceService, 'candles'>
  readonly clock: Clock
  /** Hears of visits that were not counted: hand over a throttled one. */
  readonly log: Log
  /** An id that no other event has. */
  readonly newEventId: () => string
}

/** The taps of all teams, while the process runs. */
export interface Taps {
  readonly service: TapService & AttentionService
  readonly figures: () => TapFigures
  /** Takes no more, and writes what waits, within some seconds. */
  stop(): Promise<void>
}

export interface TapFigures extends ReturnType<Visiting['figures']> {
  /** Taps that wait to be written. */
  readonly waiting: number
}

/** Answers the questions of ports/taps.ts from the store. */
export function teamTaps(parts: TapParts): Taps {
  const writing = batching(parts)
  const record = tapRecording({ ...parts, batching: writing })
  const tags = tapTags(parts)
  const { analytics, checkAnalytics, checkRange, counts } = tapAnalytics(parts)
  const attention = tapAttention({ ...parts, counts })
  const known = knownTags(parts)
  const visits = visiting({ ...parts, batching: writing, tags: known })
  return {
    service: {
      record: (request) => record(request),
      visit: (uid) => visits.visit(uid),
      async tag(uid) {
        const tag = await known.find(uid)
        if (tag === null) throw tagNotFound()
        return tag
      },
      tags: (teamId, request) => available(() => tags.tags(teamId, request)),
      addTag: (teamId, wish) => available(() => tags.addTag(teamId, wish)),
      changeTag: (teamId, uid, wish) =>
        available(() => tags.changeTag(teamId, uid, wish)).finally(() => known.forget(uid)),
      removeTag: (teamId, uid) => available(() => tags.removeTag(teamId, uid)).finally(() => known.forget(uid)),
      checkAnalytics: (teamId, question) => available(() => checkAnalytics(teamId, question)),
      analytics: (teamId, question) => available(() => analytics(teamId, question)),
      checkAttention: (teamId, question) => available(() => checkAttention({ ...parts, checkRange }, teamId, question)),
      attention: (teamId, question) => available(() => attention(teamId, question)),
    },
    figures: () => ({ waiting: writing.waiting(), ...visits.figures() }),
    async stop() {
      await visits.stop()
      await writing.stop()
    },
  }
}
