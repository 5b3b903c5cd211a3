/** One query that was let through: at some moment between the two. Milliseconds of one clock. */
export interface Admitted {
  readonly sentMs: number
  readonly receivedMs: number
}

/** All answers of a phase. */
export interface Tally {
  readonly admitted: readonly Admitted[]
  readonly refused: number
  /** How many of each status that is neither 200 nor 429, and of connections that failed (0). */
  readonly others: Readonly<Record<number, number>>
  readonly latenciesMs: readonly number[]
}

/** Most in any window, by the stamps that Redis gave them. */
export function mostByStamps(stampsMs: readonly number[], windowMs: number): number {
  return most(
    stampsMs.map((atMs) => [atMs, atMs]),
    windowMs,
  )
}

/** Most that were certainly let through within one window: from the first one's sending to the last one's answer. */
export function mostForSure({ admitted }: Tally, windowMs: number): number {
  return most(
    admitted.map(({ sentMs, receivedMs }) => [sentMs, receivedMs]),
    windowMs,
  )
}

/** Most spans that lie within one window, wherever it begins. */
function most(spans: readonly (readonly [fromMs: number, toMs: number])[], windowMs: number): number {
  const sorted = spans.toSorted((a, b) => a[0] - b[0])
  const within = (first: number) => {
    const startMs = sorted[first]?.[0] ?? 0
    let count = 0
    for (let at = first; at < sorted.length; at++) {
      const [fromMs = 0, toMs = 0] = sorted[at] ?? []
      if (fromMs - startMs >= windowMs) break
      if (toMs - startMs < windowMs) count += 1
    }
    return count
  }
  return Math.max(0, ...sorted.map((_, first) => within(first)))
}

export function figuresOf(
  tally: Tally,
  stampsMs: readonly number[],
  windowMs: number,
): Readonly<Record<string, unknown>> {
  const sorted = tally.latenciesMs.toSorted((a, b) => a - b)
  const quantile = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN)
  return {
    queries: tally.latenciesMs.length,
    let_through: tally.admitted.length,
    seen_in_redis: stampsMs.length,
    most_in_any_window_by_redis: mostByStamps(stampsMs, windowMs),
    most_in_any_window_by_clients: mostForSure(tally, windowMs),
    refused: tally.refused,
    other_answers: tally.others,
    ms_p50: quantile(0.5),
    ms_p99: quantile(0.99),
    ms_max: quantile(1 - Number.EPSILON),
  }
}
