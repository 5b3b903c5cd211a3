/** One query: it was decided at some moment between the two. Milliseconds of one clock. */
export interface Span {
  readonly sentMs: number
  readonly receivedMs: number
}

/** All answers of a phase. */
export interface Tally {
  readonly asked: readonly Span[]
  /** Those of them that were let through. */
  readonly admitted: readonly Span[]
  readonly refused: number
  /** How many of each status that is neither 200 nor 429, and of connections that failed (0). */
  readonly others: Readonly<Record<number, number>>
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

/** Queries that began and ended within one of these spans. */
export function countWithin({ asked }: Tally, spans: readonly Span[]): number {
  const isWithin = ({ sentMs, receivedMs }: Span) =>
    spans.some((span) => sentMs >= span.sentMs && receivedMs <= span.receivedMs)
  return asked.filter(isWithin).length
}

/** How long queries waited for their answers, in milliseconds. */
export interface Waits {
  readonly p50: number
  readonly p99: number
  readonly max: number
}

export function waitsOf({ asked }: Tally): Waits {
  const sorted = asked.map(({ sentMs, receivedMs }) => receivedMs - sentMs).toSorted((a, b) => a - b)
  const quantile = (part: number) => Math.round(sorted[Math.floor(sorted.length * part)] ?? Number.NaN)
  return { p50: quantile(0.5), p99: quantile(0.99), max: quantile(1 - Number.EPSILON) }
}
