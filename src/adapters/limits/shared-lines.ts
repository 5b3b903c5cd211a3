import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { evaluate } from '../redis/script.ts'
import type { ByKey } from './by-key.ts'
import { hasNews, type Line } from './line.ts'
import { PAUSE_MS, type Questions } from './questions.ts'
import { type Held, type Scripts, takeArgs } from './scripts.ts'

export interface SharedLinesOptions {
  readonly questions: Questions
  readonly lines: ByKey<Line>
  readonly scripts: Scripts
  readonly limit: number
  readonly windowMs: number
  readonly keyInRedis: (key: string) => string
  readonly clock: Clock
  readonly log: Log
}

/** Keeps what this process knows and what Redis knows the same. */
export interface SharedLines {
  /** Takes as many of the names as there are; null: Redis gave no answer, and may have taken them. One call for a line at a time. */
  take(key: string, line: Line, names: readonly string[]): Promise<Held | null>
  /** Redis gave no answer to a question of somebody else. */
  lost(): void
  isKnown(line: Line): boolean
  close(): void
}

/** @param tell brings one line's news to Redis, when nobody else is about to */
export function sharedLines(
  { questions, lines, scripts, limit, windowMs, keyInRedis, clock, log }: SharedLinesOptions,
  tell: (key: string, line: Line) => Promise<void>,
): SharedLines {
  /** How often Redis was away, or had lost what it knew. */
  let outage = 0
  let remindedOf = 0
  let isReminding = false
  let isOpen = true
  let cancelReminder = () => {}
  const isKnown = (line: Line) => line.knownSince === outage

  const remindLater = () => {
    cancelReminder()
    if (isOpen) cancelReminder = clock.after(PAUSE_MS, () => void remind())
  }
  /** Key by key: what Redis is told of one, other instances know at once. */
  const remind = async () => {
    if (isReminding) return
    isReminding = true
    const about = outage
    let isDone = true
    for (const [key, line] of [...lines.entries()]) {
      if (isKnown(line) || !hasNews(line, clock.monotonicMs())) continue
      if (line.waiting === null) await tell(key, line)
      if (!isKnown(line)) isDone = false
      if (about !== outage) break
    }
    isReminding = false
    if (isDone && about === outage) remindedOf = about
    else remindLater()
  }
  const lost = () => {
    outage += 1
    // Somebody has to find out when Redis is back, even if nobody asks this process anything.
    remindLater()
  }

  const wish = (line: Line, names: readonly string[], nowMs: number) => {
    const remembered = isKnown(line) ? [] : [...line.own.entries()]
    const newest = isKnown(line) ? line.surely.newest() : null
    // One that is nearly over may be gone before Redis is asked.
    const isWitness = newest !== null && newest[1] + windowMs / 2 > nowMs
    return { limit, windowMs, witness: isWitness ? newest[0] : '', names, gone: [...line.gone], remembered }
  }
  const take = async (key: string, line: Line, names: readonly string[]): Promise<Held | null> => {
    const sentMs = clock.monotonicMs()
    const since = outage
    for (const slots of [line.own, line.surely]) slots.count(sentMs)
    const wanted = wish(line, names, sentMs)
    const args = ['1', keyInRedis(key), ...takeArgs(wanted, sentMs)]
    const held = await questions.ask<Held | -1>((send) => evaluate(send, scripts.take, args))
    if (held === null) {
      lost()
      return null
    }
    if (held === -1) {
      log.warn('Redis has forgotten what was taken of quotas; it is told again.')
      outage += 1
      return take(key, line, names)
    }
    const nowMs = clock.monotonicMs()
    // Redis believes them to be younger by the time that the question was on its way, at most.
    for (const [name, atMs] of wanted.remembered) if (line.own.has(name)) line.own.add(name, atMs + nowMs - sentMs)
    for (const name of wanted.gone) line.gone.delete(name)
    for (const name of names.slice(0, held[0])) {
      line.own.add(name, nowMs)
      line.surely.add(name, sentMs)
    }
    line.others = { count: Math.max(0, held[1] - line.own.count(nowMs)), untilMs: nowMs + windowMs }
    line.knownSince = since
    if (remindedOf !== outage) void remind()
    return held
  }
  return {
    take,
    lost,
    isKnown,
    close() {
      isOpen = false
      cancelReminder()
    },
  }
}
