import { countWithin, mostByStamps, mostForSure, type Span, type Tally, type Waits, waitsOf } from './quota-tally.ts'

/** What was seen while something went on. */
export interface Phase {
  readonly tally: Tally
  /** When each query was let through, by the clock of Redis. */
  readonly stampsMs: readonly number[]
  /** When Redis was certainly not there. */
  readonly away?: readonly Span[]
  /** By the figures of the services. */
  readonly decidedAlone?: number
}

export interface Terms {
  readonly windowMs: number
  /** Let through in any window. */
  readonly most: number
  /** Let through in all. */
  readonly least: number
  /** The longest waits; null: not judged. */
  readonly waitsMs: Waits | null
}

export function figuresOf(
  { tally, stampsMs, decidedAlone }: Phase,
  windowMs: number,
): Readonly<Record<string, unknown>> {
  return {
    queries: tally.asked.length,
    let_through: tally.admitted.length,
    seen_in_redis: stampsMs.length,
    most_in_any_window_by_redis: mostByStamps(stampsMs, windowMs),
    most_in_any_window_by_clients: mostForSure(tally, windowMs),
    refused: tally.refused,
    other_answers: tally.others,
    decided_without_redis: decidedAlone,
    ms: waitsOf(tally),
  }
}

export function isWithin(tally: Tally, { p50, p99, max }: Waits): boolean {
  const waits = waitsOf(tally)
  return waits.p50 <= p50 && waits.p99 <= p99 && waits.max <= max
}

export function faultsOf(name: string, phase: Phase, { windowMs, most, least, waitsMs }: Terms): string[] {
  const { tally, stampsMs, away = [], decidedAlone = 0 } = phase
  const found = Math.max(mostForSure(tally, windowMs), mostByStamps(stampsMs, windowMs))
  const other = Object.values(tally.others).reduce((sum, count) => sum + count, 0)
  const alone = countWithin(tally, away)
  const faults: readonly (readonly [isFault: boolean, words: string])[] = [
    [found > most, `${found} in one window, at most ${most} are allowed`],
    [tally.admitted.length < least, `${tally.admitted.length} let through, of at least ${least}`],
    [other > 0, `${other} answers were neither 200 nor 429`],
    [decidedAlone < alone, `${alone} answers without Redis, of which ${decidedAlone} were counted`],
    [waitsMs !== null && !isWithin(tally, waitsMs), `waits of ${JSON.stringify(waitsOf(tally))} ms`],
  ]
  return faults.filter(([isFault]) => isFault).map(([, words]) => `${name}: ${words}`)
}
