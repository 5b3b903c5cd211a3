import { SourceError } from '../../../domain/errors.ts'
import type { Observation } from '../../../domain/tokens/observation.ts'
import type { Tape, TapeMoment, TapeQuestion, TapeReplies } from '../../../ports/tape.ts'
import type { SourceAnswer, TokenSource } from '../../../ports/token-source.ts'
import type { Remembering } from '../tokens/remembering.ts'

/** The answers of the sources, each with its number on the tape. */
export interface TapedAnswers {
  source<S extends TokenSource>(source: S): S
  /** A memory whose answers keep their numbers. */
  memory(memory: Remembering): Remembering
  /** Undefined for statements that are not those of an answer. */
  numberOf(observations: readonly Observation[]): number | undefined
}

export interface TapedAnswersParts {
  readonly tape: Tape
  readonly replies: TapeReplies
  readonly now: () => TapeMoment
  /** How long the memory keeps an answer. */
  readonly keepMs: number
}

interface Remembered {
  readonly askedAtMs: number
  readonly number: number
  readonly untilMs: number
}

export function tapedAnswers({ tape, replies, now, keepMs }: TapedAnswersParts): TapedAnswers {
  const numbers = new WeakMap<readonly Observation[], number>()
  /** By the key in the memory, the answer that was put there last; the oldest first. */
  const remembered = new Map<string, Remembered>()
  let last = 0

  function write(source: string, question: TapeQuestion, end: { signal: AbortSignal; failure: Failure }): void {
    last += 1
    const { signal, failure } = end
    tape.write({ kind: 'answer', ...now(), number: last, source, question, replies: replies.take(signal), failure })
  }

  function keep(key: string, askedAtMs: number, number: number): void {
    const { monotonicMs } = now()
    for (const [old, { untilMs }] of remembered) {
      if (untilMs >= monotonicMs) break
      remembered.delete(old)
    }
    remembered.delete(key)
    // It is put there a little later.
    remembered.set(key, { askedAtMs, number, untilMs: monotonicMs + keepMs + SLACK_MS })
  }

  async function taped(source: TokenSource, question: TapeQuestion, signal: AbortSignal): Promise<SourceAnswer> {
    try {
      const answer = await ('search' in question
        ? source.search(question.search, signal)
        : source.lookup(question.lookup, signal))
      write(source.name, question, { signal, failure: null })
      numbers.set(answer.observations, last)
      return answer
    } catch (error) {
      write(source.name, question, { signal, failure: error instanceof SourceError ? error.reason : 'fault' })
      throw error
    }
  }

  return {
    numberOf: (observations) => numbers.get(observations),
    source: (source) => ({
      ...source,
      search: (text, signal) => taped(source, { search: text }, signal),
      lookup: (ids, signal) => taped(source, { lookup: ids }, signal),
    }),
    memory: ({ recall, remember }) => ({
      async remember(key, known) {
        const number = numbers.get(known.answer.observations)
        if (number !== undefined) keep(key, known.askedAtMs, number)
        await remember(key, known)
      },
      async recall(key) {
        const known = await recall(key)
        const before = remembered.get(key)
        if (known !== null && before?.askedAtMs === known.askedAtMs)
          numbers.set(known.answer.observations, before.number)
        return known
      },
    }),
  }
}

const SLACK_MS = 60_000

type Failure = SourceError['reason'] | 'fault' | null
