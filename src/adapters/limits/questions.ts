import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { redisConnection } from '../redis/connection.ts'
import type { Send } from '../redis/link.ts'

export interface QuestionsOptions {
  readonly url: string
  readonly key: string
  readonly clock: Clock
  readonly log: Log
  readonly answerMs: number
}

/** A Redis that may be away: whoever asks goes on without it. */
export interface Questions {
  /** Each question is asked once. @returns null when there is no answer; it may have been done all the same */
  ask<T>(question: (send: Send) => Promise<unknown>): Promise<T | null>
  /** Whether it is worth asking. */
  isWorthIt(): boolean
  close(): void
}

/** Fewer than a connection lets wait; others wait here, instead of taking a crowd for an outage. */
const ASKED_MAX = 400
const FAILURES_MAX = 3
/**
 * How long nobody asks after so many failures that took their time, without an answer between them; the next one begins it
 * anew. A failure that comes at once costs nothing, and whoever asks on finds out early that Redis is back.
 */
export const PAUSE_MS = 2_000

/** @throws TypeError for an URL that is none */
export function questions(options: QuestionsOptions): Questions {
  const { clock, answerMs } = options
  // The connection tells the log why it fails; here every reason is the same.
  const unavailable = (message: string) => new Error(message)
  const redis = redisConnection({ ...options, clock: inTwoParts(clock), what: 'quotas', unavailable, strings: 'text' })
  let failures = 0
  let pausedUntilMs = Number.NEGATIVE_INFINITY
  let isOpen = true
  let asked = 0
  const waiting: (() => void)[] = []
  const isWorthIt = () => isOpen && !redis.isAway() && clock.monotonicMs() >= pausedUntilMs
  const askNow = async <T>(question: (send: Send) => Promise<unknown>): Promise<T | null> => {
    const startMs = clock.monotonicMs()
    try {
      const answer = await redis.ask(question)
      failures = 0
      pausedUntilMs = Number.NEGATIVE_INFINITY
      return answer as T
    } catch {
      if (clock.monotonicMs() - startMs > answerMs / 2) failures += 1
      if (failures >= FAILURES_MAX) pausedUntilMs = clock.monotonicMs() + PAUSE_MS
      return null
    }
  }
  return {
    isWorthIt,
    async ask<T>(question: (send: Send) => Promise<unknown>) {
      if (!isWorthIt()) return null
      if (asked === ASKED_MAX) await new Promise<void>((resolve) => waiting.push(resolve))
      else asked += 1
      const answer = isWorthIt() ? await askNow<T>(question) : null
      const next = waiting.shift()
      if (next === undefined) asked -= 1
      else next()
      return answer
    },
    close() {
      isOpen = false
      redis.close()
    },
  }
}

/**
 * A clock whose alarms wait in two parts. After a moment in which this process stood still all its alarms are due before
 * it looks at any socket, and answers that are there would be too late: in the second part it looks.
 */
function inTwoParts(clock: Clock): Clock {
  return {
    ...clock,
    after(delayMs, run) {
      let cancel = clock.after(delayMs / 2, () => {
        cancel = clock.after(delayMs / 2, run)
      })
      return () => cancel()
    },
  }
}
