import type { TokenId } from '../../../domain/tokens/identity.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import { mergeParameters } from '../../../domain/tokens/parameters.ts'
import type { AddressDisplay } from '../../../ports/address-display.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapeAnswer, TapeLine, TapeStart, TapeTick } from '../../../ports/tape.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import { deciding } from '../tokens/deciding.ts'
import type { Moment } from '../tokens/history.ts'
import { writeNews } from '../tokens/news.ts'
import { observationStore } from '../tokens/observations.ts'
import { shelf } from '../tokens/shelf.ts'
import { heldClock } from './held-clock.ts'
import { playedTrends } from './taped-trends.ts'

/** An answer may be heard again from the cache: while it was worth keeping, and at the end of a call that failed then. */
const CALL_MS_MAX = 120_000

export interface ReplayParts {
  readonly displayAddress: AddressDisplay
  readonly digest: (text: string) => string
  /** Has the source's own code read the replies of an answer again. */
  readonly reread: (line: TapeAnswer) => Promise<SourceAnswer>
}

/** A line of a tape and where it stands, from 1. */
export interface NumberedLine {
  readonly number: number
  readonly line: TapeLine
}

/** One decision, made again. */
export interface Replayed {
  readonly line: number
  /** The board that came of it; null when nobody could have seen a difference. */
  readonly moment: Moment | null
  /** True when it is, to the last bit, what was decided then. */
  readonly isAsThen: boolean
}

/** Makes the boards of a tape again: the same code on the same answers, at the same moments. @throws Error naming a line */
export async function* replay(lines: AsyncIterable<NumberedLine>, parts: ReplayParts): AsyncGenerator<Replayed> {
  let run: Run | null = null
  for await (const { number, line } of lines) {
    if (line.kind === 'start') run = startRun(line, parts)
    else if (run === null) throw new Error(`line ${number}: a tape begins with a start.`)
    else if (line.kind === 'answer') await run.answer(line, number)
    else if (line.kind === 'hearing') run.hear(line, number)
    else yield { line: number, ...run.tick(line) }
  }
}

type Run = ReturnType<typeof startRun>

/** What deciding rests on, in the hands of the tape; nobody else looks at its clock. */
function startRun(start: TapeStart, { displayAddress, digest, reread }: ReplayParts) {
  const { epoch, sources, staleLimitMs } = start
  const clock = heldClock(STANDING)
  const parameters = mergeParameters(sources, staleLimitMs)
  const trends = playedTrends()
  const observations = observationStore(clock, staleLimitMs)
  const board = shelf({ clock, parameters, epoch, onBoards() {}, onMove() {} })
  const decides = deciding({ clock, parameters, displayAddress, trends }, observations, board)
  const answers = new Map<number, { readonly said: readonly Observation[]; readonly untilMs: number }>()
  let wanted: ReadonlySet<TokenId> = new Set()
  decides.takeOver()

  return {
    async answer(line: TapeAnswer, number: number): Promise<void> {
      for (const [old, { untilMs }] of answers) {
        if (untilMs >= line.monotonicMs) break
        answers.delete(old)
      }
      if (line.failure !== null) return
      const { observations: said } = await reread(line).catch((cause: unknown) => {
        throw new Error(`line ${number}: this answer of ${line.source} cannot be read again: ${cause}`, { cause })
      })
      answers.set(line.number, { said, untilMs: line.monotonicMs + staleLimitMs + CALL_MS_MAX })
    },
    hear({ answer, ...moment }: Extract<TapeLine, { kind: 'hearing' }>, number: number): void {
      const known = answers.get(answer)
      if (known === undefined) throw new Error(`line ${number}: there is no answer ${answer} to hear.`)
      clock.hold(moment, () => observations.add(known.said))
    },
    tick(line: TapeTick): Omit<Replayed, 'line'> {
      const { sources: states, answered, unlisted, settled } = line
      if (line.wanted !== undefined) wanted = new Set(line.wanted)
      trends.hear(line)
      return clock.hold(line, () => {
        const news = decides.decide({ wanted, sources: states, answered, unlisted, settled })
        const moment = news === null ? null : board.apply(news)
        return { moment, isAsThen: (news && digest(writeNews(news))) === line.news }
      })
    },
  }
}

const STANDING: Clock = { nowMs: () => 0, monotonicMs: () => 0, after: () => () => {} }
