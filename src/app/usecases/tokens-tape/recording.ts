import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { PriceTrends } from '../../../ports/price-trends.ts'
import { TAPE_FORMAT, type Tape, type TapeReplies, type TapeStart } from '../../../ports/tape.ts'
import type { TokenSource } from '../../../ports/token-source.ts'
import type { Deciding } from '../tokens/deciding.ts'
import { writeNews } from '../tokens/news.ts'
import type { Observations } from '../tokens/observations.ts'
import type { Remembering } from '../tokens/remembering.ts'
import { heldClock } from './held-clock.ts'
import { tapedAnswers } from './taped-answers.ts'
import { tapedTrends } from './taped-trends.ts'

/** Parts of the live tokens that write to a tape what goes through them, and change nothing else. */
export interface Recording {
  /** For whatever takes statements in and decides on them. */
  readonly clock: Clock
  readonly trends: PriceTrends
  source<S extends TokenSource>(source: S): S
  memory(memory: Remembering): Remembering
  observations(store: Observations): Observations
  deciding(deciding: Deciding): Deciding
}

export interface RecordingParts {
  readonly clock: Clock
  readonly tape: Tape
  readonly replies: TapeReplies
  readonly trends: PriceTrends
  /** The same for the same text, anywhere and always; hardly ever for two. */
  readonly digest: (text: string) => string
  readonly start: Pick<TapeStart, 'epoch' | 'version' | 'sources' | 'staleLimitMs'>
}

export function recording(parts: RecordingParts): Recording {
  const { tape, digest } = parts
  const clock = heldClock(parts.clock)
  const trends = tapedTrends(parts.trends)
  const { source, memory, numberOf } = tapedAnswers({ ...parts, now: clock.now, keepMs: parts.start.staleLimitMs })
  let wanted: ReadonlySet<TokenId> | null = null
  tape.write({ kind: 'start', ...clock.now(), format: TAPE_FORMAT, ...parts.start })
  return {
    clock,
    trends,
    source,
    memory,
    observations: (store) => ({
      ...store,
      add(observations) {
        const answer = numberOf(observations)
        const moment = clock.now()
        if (answer !== undefined && observations.length > 0) tape.write({ kind: 'hearing', ...moment, answer })
        clock.hold(moment, () => store.add(observations))
      },
    }),
    deciding: (deciding) => ({
      ...deciding,
      decide(wish) {
        const moment = clock.now()
        const news = clock.hold(moment, () => deciding.decide(wish))
        const { sources, answered, unlisted, settled } = wish
        const told = { sources, answered, unlisted, settled, ...trends.takeSaid() }
        const isOther = wish.wanted !== wanted
        const asked = isOther ? { wanted: [...wish.wanted] } : {}
        tape.write({ kind: 'tick', ...moment, ...asked, ...told, news: news && digest(writeNews(news)) })
        if (isOther) trends.keepOnly(wish.wanted)
        wanted = wish.wanted
        return news
      },
    }),
  }
}
