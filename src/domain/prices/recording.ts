import type { PriceRecord } from './candle.ts'

const MINUTE_MS = 60_000

/** A price as it was published. */
export interface Quote {
  readonly priceUsd: number
  readonly marketCapUsd: number | null
  /** Unix milliseconds when its source's answer came. */
  readonly observedAtMs: number
}

/**
 * The minute of a price, as far as that one price tells. The volume stays unknown: sources only say what was traded in
 * the hours before, which is nothing about this minute.
 */
export function minuteOf({ priceUsd, marketCapUsd, observedAtMs }: Quote): PriceRecord {
  return {
    openTimeMs: Math.floor(observedAtMs / MINUTE_MS) * MINUTE_MS,
    open: priceUsd,
    high: priceUsd,
    low: priceUsd,
    close: priceUsd,
    volume: null,
    marketCap: marketCapUsd,
  }
}

/** One minute of which two parts are known, in their order. */
export function joined(earlier: PriceRecord, later: PriceRecord): PriceRecord {
  return {
    openTimeMs: earlier.openTimeMs,
    open: earlier.open,
    high: Math.max(earlier.high, later.high),
    low: Math.min(earlier.low, later.low),
    close: later.close,
    volume: later.volume ?? earlier.volume,
    marketCap: later.marketCap ?? earlier.marketCap,
  }
}
