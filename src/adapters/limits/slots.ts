import type { Allowance } from '../../ports/rate-limiter.ts'

/** What was taken with one key and is not over yet. Times are milliseconds of a clock that never goes back. */
export interface Slots {
  /** How many there are; what is over by now is forgotten. */
  count(nowMs: number): number
  has(name: string): boolean
  /** @param atMs not before any other's */
  add(name: string, atMs: number): void
  remove(name: string): void
  /** @param limit of how many there may be; there may be more, when it was lowered */
  allowance(nowMs: number, limit: number): Allowance
  /** The one that was added last; null: it is over, or gone. */
  newest(): readonly [name: string, atMs: number] | null
  /** Oldest first; what is over may be among them until it is counted. */
  entries(): Iterable<readonly [name: string, atMs: number]>
}

/**
 * A log of what was taken: exact, where counting per hour would let twice the limit through around the full hour.
 * What was taken at a moment counts from then until just before one window later.
 */
export function slots(windowMs: number): Slots {
  // In order of time, because a Map keeps the order in which things were put in.
  const taken = new Map<string, number>()
  let newest: string | null = null
  const count = (nowMs: number) => {
    for (const [name, atMs] of taken) {
      // The very sum that was promised as a waiting time: a difference may round otherwise.
      if (atMs + windowMs > nowMs) break
      taken.delete(name)
    }
    return taken.size
  }
  return {
    count,
    has: (name) => taken.has(name),
    add(name, atMs) {
      taken.set(name, atMs)
      newest = name
    },
    remove(name) {
      taken.delete(name)
      // Rare enough to look at all of them.
      if (newest === name) newest = [...taken.keys()].at(-1) ?? null
    },
    newest() {
      const atMs = newest === null ? undefined : taken.get(newest)
      return newest === null || atMs === undefined ? null : [newest, atMs]
    },
    entries: () => taken.entries(),
    allowance(nowMs, limit) {
      const held = count(nowMs)
      if (held === 0) return { left: limit, moreInMs: 0 }
      const next = nth(taken.values(), Math.max(0, held - limit))
      return { left: Math.max(0, limit - held), moreInMs: waitMs(next + windowMs, nowMs) }
    },
  }
}

/** Whole milliseconds after which `untilMs` is there. */
export function waitMs(untilMs: number, nowMs: number): number {
  const ms = Math.max(0, Math.ceil(untilMs - nowMs))
  // Of a sum of large fractions the last digit may be lost.
  return nowMs + ms < untilMs ? ms + 1 : ms
}

function nth(values: Iterable<number>, index: number): number {
  let left = index
  for (const value of values) {
    if (left === 0) return value
    left -= 1
  }
  return Number.NEGATIVE_INFINITY
}
