import { randomUUID } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Allowance, RateLimiter, Taken } from '../../ports/rate-limiter.ts'
import { evaluate } from '../redis/script.ts'
import { byKey } from './by-key.ts'
import { type Alone, giveUp, isIdle, isSurelyFull, type Line, lookAlone, newLine, takeAlone } from './line.ts'
import { presence } from './presence.ts'
import { questions } from './questions.ts'
import { type Held, limitScripts, lookArgs } from './scripts.ts'
import { sharedLines } from './shared-lines.ts'

export interface RedisLimiterOptions {
  /** As in the port. */
  readonly limit: number
  readonly windowMs: number
  /** One Redis or a cluster, in the forms that `serversOf` lists. Never logged, never part of an error. */
  readonly url: string
  readonly clock: Clock
  /** Is told of every fault: hand over a throttled one. */
  readonly log: Log
  /** Names what is limited, for all that share one Redis; it is the hash tag of every key. No braces. */
  readonly keyPrefix: string
  /** How many instances share a limit while they cannot talk; absent: they count each other while they can. */
  readonly instances?: () => number
  /** Called for every decision that was made without Redis. */
  readonly onAlone?: () => void
  /** The longest that an answer of Redis may take, in milliseconds; 150 by default. */
  readonly answerMs?: number
  /** Beyond so many keys, what this process knows of the one used least recently is forgotten. */
  readonly keysMax?: number
  /** Lua for Redis' time; tests turn it by hand. */
  readonly readTime?: string
}

const ANSWER_MS = 150
const KEYS_MAX = 20_000

/**
 * Counted in Redis 6 or later, on its clock, for every instance with the same URL and prefix; exact. What this process
 * takes, it remembers too:
 * - A key whose whole limit it has taken itself is refused without asking.
 * - While Redis cannot be asked it decides alone: within its share of the limit, and by what it last heard that others
 *   had taken.
 * - When Redis can be asked again, or turns out to have forgotten, it is told all that this process still knows.
 *
 * Those who ask for one key at a time share one question. A question is not asked twice: it may have been done, and then
 * it is the same names that are counted, here and there. In a cluster all keys are in one slot, for a connection goes to
 * one node.
 * @throws TypeError for an URL that is none.
 */
export function redisLimiter(options: RedisLimiterOptions): RateLimiter {
  const { limit, windowMs, clock, keyPrefix, onAlone = () => {}, answerMs = ANSWER_MS } = options
  const { keysMax = KEYS_MAX } = options
  const scripts = limitScripts(options.readTime)
  const keyInRedis = (key: string) => `{${keyPrefix}}${key}`
  const redis = questions({ ...options, key: keyInRedis(''), answerMs })
  const lines = byKey({ make: () => newLine(windowMs), isIdle: (one) => isIdle(one, clock.monotonicMs()), keysMax })
  const owner = randomUUID().slice(0, 8)
  const present =
    options.instances === undefined
      ? presence({ questions: redis, key: `${keyInRedis('')}#instances`, owner, clock })
      : { instances: options.instances, close: async () => {} }
  let named = 0
  const names = (count: number) => Array.from({ length: count }, () => `${owner}${(named++).toString(36)}`)
  const alone = (): Alone => {
    const share = Math.max(1, Math.floor(limit / Math.max(1, present.instances())))
    return { share, limit, slackMs: answerMs }
  }

  const takeMany = async (key: string, line: Line, decisions: number): Promise<Taken[]> => {
    // More than the limit cannot be taken at a time.
    const wanted = names(Math.min(decisions, limit))
    const isAsked = redis.isWorthIt()
    const held = await shared.take(key, line, wanted)
    if (held !== null) return takenOf(held, wanted, limit)
    for (let n = 0; n < decisions; n++) onAlone()
    const taken = takeAlone(line, wanted, clock.monotonicMs(), alone())
    // Redis may have taken it all the same.
    if (isAsked) for (const [at, { slot }] of taken.entries()) if (slot === null) giveUp(line, wanted[at] ?? '')
    return taken
  }
  /** Answers all who wait for this key, those who come meanwhile included. */
  const serve = async (key: string, line: Line, first: NonNullable<Line['waiting']>) => {
    let batch = first
    do {
      line.waiting = []
      const taken = await takeMany(key, line, batch.length)
      // Those beyond the limit are told the same as the last, or that none is left.
      for (const [at, answer] of batch.entries()) answer(taken[at] ?? { ...(taken.at(-1) ?? NONE), slot: null })
      batch = line.waiting
    } while (batch.length > 0)
    line.waiting = null
  }
  const shared = sharedLines({ ...options, questions: redis, lines, scripts, keyInRedis }, (key, line) =>
    serve(key, line, []),
  )

  return {
    limit,
    windowMs,
    async take(key) {
      const line = lines.of(key)
      const nowMs = clock.monotonicMs()
      if (isSurelyFull(line, nowMs, limit)) return { slot: null, ...line.own.allowance(nowMs, limit) }
      return new Promise((resolve) => {
        if (line.waiting === null) void serve(key, line, [resolve])
        else line.waiting.push(resolve)
      })
    },
    async giveBack(key, slot) {
      const line = lines.of(key)
      giveUp(line, slot)
      const answer = await redis.ask((send) => send(['ZREM', keyInRedis(key), slot]))
      if (answer === null) shared.lost()
      else line.gone.delete(slot)
    },
    async look(key) {
      const line = lines.peek(key) ?? newLine(windowMs)
      const args = ['1', keyInRedis(key), ...lookArgs(limit, windowMs)]
      const held = await redis.ask<Held>((send) => evaluate(send, scripts.look, args))
      return held === null ? lookAlone(line, clock.monotonicMs(), alone()) : allowanceOf(held, 0, limit)
    },
    async close() {
      shared.close()
      await present.close()
      redis.close()
    },
  }
}

const NONE: Taken = { slot: null, left: 0, moreInMs: 0 }

function takenOf(held: Held, wanted: readonly string[], limit: number): Taken[] {
  const [taken] = held
  return wanted.map((name, at) => ({
    slot: at < taken ? name : null,
    ...allowanceOf(held, Math.max(0, taken - 1 - at), limit),
  }))
}

/** @param later how many of those taken at once come after this one */
function allowanceOf([, held, moreInMicros]: Held, later: number, limit: number): Allowance {
  return { left: Math.max(0, limit - held + later), moreInMs: Math.max(0, Math.ceil(moreInMicros / 1000)) }
}
