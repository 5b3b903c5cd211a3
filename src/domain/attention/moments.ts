import type { Moment } from './lagging.ts'

/** Open and close of a token in one bucket of time. */
export interface PriceSpan {
  readonly open: number
  readonly close: number
}

/** Taps and prices in one bucket of time. */
export interface AttentionBucket {
  /** Unix milliseconds, half-open. */
  readonly startMs: number
  readonly endMs: number
  readonly taps: number
  /** Against the bucket before; null when one of the two is not complete. */
  readonly tapsChange: number | null
  /** The range cuts it, or it is not over yet: nothing is concluded from it. */
  readonly isPartial: boolean
  /** USD; null when nothing was recorded in it. */
  readonly price: PriceSpan | null
  /** Percent from open to close. */
  readonly priceChangePct: number | null
}

/** Puts the two beside each other. @param prices by begin of their bucket */
export function bucketsOf(
  taps: readonly (Pick<AttentionBucket, 'startMs' | 'endMs' | 'isPartial'> & { readonly count: number })[],
  prices: ReadonlyMap<number, PriceSpan>,
): AttentionBucket[] {
  return taps.map(({ startMs, endMs, count, isPartial }, i) => {
    const before = taps[i - 1]
    const price = prices.get(startMs) ?? null
    return {
      startMs,
      endMs,
      taps: count,
      tapsChange: before === undefined || before.isPartial || isPartial ? null : count - before.count,
      isPartial,
      price,
      priceChangePct: price === null ? null : changePct(price),
    }
  })
}

/** What can be compared: of complete buckets alone. */
export function momentsOf(buckets: readonly AttentionBucket[]): Moment[] {
  return buckets.map(({ tapsChange, isPartial, priceChangePct }) => ({
    tapsChange,
    priceChange: isPartial ? null : priceChangePct,
  }))
}

/** Null where it is no number: a price of zero has no percent. */
function changePct({ open, close }: PriceSpan): number | null {
  const pct = (close / open - 1) * 100
  return Number.isFinite(pct) ? pct : null
}
