import type { Allowance, Taken } from '../../ports/rate-limiter.ts'
import { type Slots, slots } from './slots.ts'

/** What this process knows of one key: enough to decide alone, and to remind a Redis that has forgotten. */
export interface Line {
  /** What this process has taken, each no earlier than Redis says. */
  readonly own: Slots
  /** The same, each no later than Redis says. */
  readonly surely: Slots
  /** Names that Redis may hold and nobody has. */
  readonly gone: Set<string>
  /** What others had taken when Redis last said so, and when all of it is surely over. */
  others: { readonly count: number; readonly untilMs: number }
  /** Number of the outage since which Redis has known all that is known here. */
  knownSince: number
  /** Those who wait while somebody else asks; null: nobody asks. */
  waiting: ((taken: Taken) => void)[] | null
}

export function newLine(windowMs: number): Line {
  return {
    own: slots(windowMs),
    surely: slots(windowMs),
    gone: new Set(),
    others: { count: 0, untilMs: 0 },
    knownSince: -1,
    waiting: null,
  }
}

export function isIdle(line: Line, nowMs: number): boolean {
  return line.waiting === null && !hasNews(line, nowMs) && nowMs >= line.others.untilMs
}

/** Whether there is anything that Redis should know. */
export function hasNews({ own, gone }: Line, nowMs: number): boolean {
  return own.count(nowMs) > 0 || gone.size > 0
}

/** More would hardly matter: what is not given back counts until its window is over. */
const GONE_MAX = 1_000

export function giveUp({ own, surely, gone }: Line, name: string): void {
  own.remove(name)
  surely.remove(name)
  if (gone.size < GONE_MAX) gone.add(name)
}

/**
 * Whether there is none left, whatever Redis would say: this process took all of them itself, so nobody else can have given
 * one back.
 */
export function isSurelyFull({ surely, others }: Line, nowMs: number, limit: number): boolean {
  return others.count === 0 && surely.count(nowMs) >= limit
}

/** Who decides without Redis. */
export interface Alone {
  /** How many this process may take, at most. */
  readonly share: number
  readonly limit: number
  /** By how much Redis may come to think that something was taken later. */
  readonly slackMs: number
}

/** Takes as many as there are, by what is known here. @returns one for each name, in order */
export function takeAlone(line: Line, names: readonly string[], nowMs: number, alone: Alone): Taken[] {
  return names.map((name) => {
    const isFree = line.own.count(nowMs) < mostAlone(line, nowMs, alone)
    if (isFree) {
      line.own.add(name, nowMs)
      line.surely.add(name, nowMs)
    }
    return { slot: isFree ? name : null, ...lookAlone(line, nowMs, alone) }
  })
}

/** How things stand, by what is known here. */
export function lookAlone(line: Line, nowMs: number, alone: Alone): Allowance {
  const most = mostAlone(line, nowMs, alone)
  if (most === 0) return { left: 0, moreInMs: Math.ceil(line.others.untilMs - nowMs) }
  const { left, moreInMs } = line.own.allowance(nowMs, most)
  return { left, moreInMs: moreInMs === 0 ? 0 : moreInMs + alone.slackMs }
}

function mostAlone({ others }: Line, nowMs: number, { share, limit }: Alone): number {
  return Math.max(0, Math.min(share, limit - (nowMs < others.untilMs ? others.count : 0)))
}
