import { CacheUnavailable } from '../../../domain/errors.ts'
import type { Cache } from '../../../ports/cache.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { SourceAnswer } from '../../../ports/token-source.ts'
import { isAhead } from './stamps.ts'

/**
 * An answer and when it was asked for: freshness goes by the asking (a source may serve its own cache for a minute,
 * and asking again would not help), ages go by what is inside.
 */
export interface Remembered {
  readonly askedAtMs: number
  readonly answer: SourceAnswer
}

/** Good answers in the cache. It never fails: a cache that cannot be reached is one that holds nothing. */
export interface Remembering {
  /** Null also for an entry that is not ours, or that was written before our clock was set back. */
  recall(key: string): Promise<Remembered | null>
  remember(key: string, known: Remembered): Promise<void>
}

export interface RememberingParts {
  readonly cache: Cache
  readonly clock: Clock
  readonly log: Log
  /** How long a good answer is worth keeping. */
  readonly keepMs: number
}

// The cache is shared by versions of this program that run side by side; the number changes with Observation's shape.
const KEY_PREFIX = 'answer:1:'

export function remembering({ cache, clock, log, keepMs }: RememberingParts): Remembering {
  return {
    async recall(key) {
      try {
        const entry = await cache.get(KEY_PREFIX + key)
        const known: unknown = entry === null ? null : JSON.parse(entry.text)
        return isRemembered(known) && !isAhead(known.askedAtMs, clock.nowMs()) ? known : null
      } catch (error) {
        log.warn('cache not readable', { reason: reasonOf(error) })
        return null
      }
    },
    async remember(key, known) {
      try {
        await cache.put(KEY_PREFIX + key, { text: JSON.stringify(known), stampMs: known.askedAtMs }, keepMs)
      } catch (error) {
        log.warn('cache not writable', { reason: reasonOf(error) })
      }
    },
  }
}

/** Unreachable is common and says enough by its name; anything else needs its message to be found. */
function reasonOf(error: unknown): string {
  return error instanceof CacheUnavailable ? error.name : String(error)
}

function isRemembered(value: unknown): value is Remembered {
  const known = value as Partial<Remembered> | null
  return typeof known?.askedAtMs === 'number' && isSourceAnswer(known.answer)
}

/** The outline of an answer: enough that nothing which trusts its type falls over. */
export function isSourceAnswer(value: unknown): value is SourceAnswer {
  const answer = value as Partial<SourceAnswer> | null | undefined
  if (typeof answer?.observedAtMs !== 'number') return false
  if (!Array.isArray(answer.observations) || !Array.isArray(answer.unresolved)) return false
  return answer.observations.every((said) => typeof said?.token === 'string' && typeof said.observedAtMs === 'number')
}
