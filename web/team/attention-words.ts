import { digits, MINUS } from '../format/digits.ts'
import type { Interval } from './wish.ts'

/** What the page reads of `GET /v1/attention`. */
export interface Attention {
  readonly token_id: string
  readonly interval: Interval
  readonly tz: string
  readonly data: readonly AttentionBucket[]
  readonly correlation: {
    readonly lags: readonly Lag[]
    readonly strongest: Strongest | null
    /** Why there is no strongest. */
    readonly reason: 'not_enough_data' | 'no_variation' | 'nothing_stands_out' | null
    readonly note: string
  }
}

export interface AttentionBucket {
  readonly start: string
  readonly end: string
  readonly taps: number
  readonly partial: boolean
  /** USD; null when none was recorded in it. */
  readonly close: number | null
}

export interface Lag {
  /** Buckets; negative: the price comes first. */
  readonly taps_lead_by: number
  readonly n: number
  readonly r: number | null
  readonly low: number | null
  readonly high: number | null
}

interface Strongest extends Lag {
  readonly r: number
  readonly low: number
  readonly high: number
}

/** What can be said of the two, in a sentence with its n; never of a cause. */
export function attentionText({ correlation, interval }: Attention): string {
  const { strongest, reason, lags } = correlation
  const n = Math.max(0, ...lags.map((lag) => lag.n))
  const pairs = `n = ${digits(n, {})}`
  if (strongest !== null) {
    const { r, low, high } = strongest
    const sure = `between ${correlationText(low)} and ${correlationText(high)}`
    return `Strongest when ${lagText(strongest.taps_lead_by, interval)}: r = ${correlationText(r)}, ${sure}, n = ${digits(strongest.n, {})}.`
  }
  if (reason === 'not_enough_data') return `Not enough data to compare (${pairs}).`
  if (reason === 'no_variation') return `Taps or price never changed, so there is nothing to compare (${pairs}).`
  return `Nothing stands out: no lag can be told from chance (${pairs}).`
}

/** `taps come 2 hours before the price` */
export function lagText(tapsLeadBy: number, interval: Interval): string {
  const count = Math.abs(tapsLeadBy)
  const buckets = `${count} ${interval}${count === 1 ? '' : 's'}`
  if (tapsLeadBy === 0) return `taps and price change in the same ${interval}`
  return tapsLeadBy > 0 ? `taps come ${buckets} before the price` : `the price comes ${buckets} before the taps`
}

export function correlationText(r: number): string {
  return digits(r, { minimumFractionDigits: 2, maximumFractionDigits: 2 }).replace('-', MINUS)
}

/** `solana:So1111…1112`: enough to tell it from others. */
export function shortToken(id: string): string {
  const colon = id.indexOf(':')
  const address = id.slice(colon + 1)
  return address.length <= 16 ? id : `${id.slice(0, colon)}:${address.slice(0, 6)}…${address.slice(-4)}`
}
