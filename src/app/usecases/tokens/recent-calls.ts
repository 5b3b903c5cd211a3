import type { Clock } from '../../../ports/clock.ts'
import { isAhead } from './stamps.ts'

const KEPT_MS = 60_000

/**
 * The calls that a source has had in the last minute, from us and, as far as we were told, from other instances. A call is
 * known by its stamp (Unix milliseconds), so that one that is told twice counts once.
 */
export interface RecentCalls {
  /** A call that is about to be made. @returns its stamp, which no other call has */
  note(): number
  /** One that was not made after all. */
  drop(stampMs: number): void
  /** Calls that others know of; ours may be among them. */
  hear(stampsMs: readonly number[]): void
  stamps(): readonly number[]
}

export function recentCalls(clock: Clock): RecentCalls {
  /** By stamp, the monotonic time at which it began: the wall clock may be set meanwhile. */
  const starts = new Map<number, number>()
  const forget = () => {
    const oldestMs = clock.monotonicMs() - KEPT_MS
    for (const [stampMs, startMs] of starts) if (startMs <= oldestMs) starts.delete(stampMs)
  }
  return {
    note() {
      let stampMs = clock.nowMs()
      while (starts.has(stampMs)) stampMs += 1
      starts.set(stampMs, clock.monotonicMs())
      return stampMs
    },
    drop: (stampMs) => void starts.delete(stampMs),
    hear(stampsMs) {
      const nowMs = clock.nowMs()
      for (const stampMs of stampsMs) {
        if (starts.has(stampMs)) continue
        // From before the clock was set back: nobody knows when it was, so it counts as made just now.
        const ageMs = isAhead(stampMs, nowMs) ? 0 : nowMs - stampMs
        starts.set(stampMs, clock.monotonicMs() - ageMs)
      }
      forget()
    },
    stamps() {
      forget()
      return [...starts.keys()]
    },
  }
}

/** Calls by source, as one instance leaves them for the next. */
type ToldCalls = Readonly<Record<string, readonly number[]>>

export function writeCalls(calls: ToldCalls): string {
  return JSON.stringify(calls)
}

/** No calls for what `writeCalls` did not write. */
export function readCalls(text: string): ToldCalls {
  try {
    const told: unknown = JSON.parse(text)
    const entries = Object.entries(told ?? {}).filter((entry): entry is [string, number[]] => isStamps(entry[1]))
    return Object.fromEntries(entries)
  } catch {
    return {}
  }
}

function isStamps(value: unknown): value is number[] {
  return Array.isArray(value) && value.every(Number.isSafeInteger)
}
