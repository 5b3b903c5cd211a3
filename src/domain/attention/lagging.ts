import { autocorrelations, effectiveCount, interval, pearson, ranks } from './statistics.ts'

/** Fewer pairs of changes say nothing. */
export const PAIRS_MIN = 10
export const DOUBT = 0.05
/** After so many buckets a series is taken to have forgotten what was: a day of hours, and some. */
const MEMORY_MAX = 25

/** One bucket of time. What is not known, or not complete, is null. */
export interface Moment {
  /** Taps in it against the taps in the bucket before. */
  readonly tapsChange: number | null
  /** Price at its end against the price at its begin. */
  readonly priceChange: number | null
}

export interface Lagged {
  /** Buckets by which the changes of taps come before those of the price; negative: after. */
  readonly tapsLeadBy: number
  /** Pairs of changes. */
  readonly n: number
  /** As how many independent pairs they count. */
  readonly effectiveN: number
  /** Null, with the reason. */
  readonly r: number | null
  /** Of 95 %. */
  readonly low: number | null
  readonly high: number | null
  readonly reason: Silence | null
}

/** Why there is nothing to tell. `no_variation`: taps or prices never changed otherwise than they always did. */
export type Silence = 'not_enough_data' | 'no_variation'

export interface Found extends Lagged {
  readonly r: number
  readonly low: number
  readonly high: number
  readonly reason: null
}

export interface Strongest extends Found {
  /** The correlation of the ranks of the same pairs (Spearman). */
  readonly rankR: number
}

export interface Correlation {
  /** From the longest lead of the price to the longest lead of the taps. */
  readonly lags: readonly Lagged[]
  /**
   * The largest correlation of those whose interval is not around zero even when it is made wide enough for the number of
   * lags that were tried (Bonferroni): `low` and `high` are those of the wide one. The same must hold of their ranks, with
   * the same sign: one burst of taps beside one jump of the price is a coincidence, however large both are.
   */
  readonly strongest: Strongest | null
  /** Why there is no strongest. */
  readonly reason: Silence | 'nothing_stands_out' | null
}

/** Correlates changes of taps with changes of the price so many buckets later, and earlier. */
export function correlate(moments: readonly Moment[], lagsMax: number): Correlation {
  const taps = moments.map(({ tapsChange }) => tapsChange)
  const prices = moments.map(({ priceChange }) => priceChange)
  const memory = Math.min(MEMORY_MAX, Math.floor(moments.length / 4))
  const rhos = [autocorrelations(taps, memory), autocorrelations(prices, memory)] as const
  const series = { taps, prices, rhos }
  const lags = Array.from({ length: 2 * lagsMax + 1 }, (_, i) => laggedBy(i - lagsMax, series))
  const found = lags.filter(isFound)
  const strongest = strongestOf(found, series)
  return { lags, strongest, reason: strongest === null ? silenceOf(lags, found) : null }
}

interface Series {
  readonly taps: readonly (number | null)[]
  readonly prices: readonly (number | null)[]
  readonly rhos: readonly [readonly number[], readonly number[]]
}

function laggedBy(tapsLeadBy: number, series: Series): Lagged {
  const { xs, ys } = pairsOf(tapsLeadBy, series)
  const n = xs.length
  const effectiveN = n === 0 ? 0 : effectiveCount(n, ...series.rhos)
  const silent = (reason: Silence) => ({ tapsLeadBy, n, effectiveN, r: null, low: null, high: null, reason })
  if (n < PAIRS_MIN || effectiveN <= 3) return silent('not_enough_data')
  const r = pearson(xs, ys)
  if (r === null) return silent('no_variation')
  return { tapsLeadBy, n, effectiveN, r, ...interval(r, effectiveN, DOUBT), reason: null }
}

function isFound(lagged: Lagged): lagged is Found {
  return lagged.r !== null
}

/** The changes of taps, and those of the price so many buckets later. */
function pairsOf(tapsLeadBy: number, { taps, prices }: Series): { readonly xs: number[]; readonly ys: number[] } {
  const xs: number[] = []
  const ys: number[] = []
  const end = Math.min(taps.length, prices.length - tapsLeadBy)
  for (let t = Math.max(0, -tapsLeadBy); t < end; t += 1) {
    const x = taps[t] ?? null
    const y = prices[t + tapsLeadBy] ?? null
    if (x === null || y === null) continue
    xs.push(x)
    ys.push(y)
  }
  return { xs, ys }
}

function strongestOf(found: readonly Found[], series: Series): Strongest | null {
  const doubt = DOUBT / found.length
  const wide = found.map((one) => ({ ...one, ...interval(one.r, one.effectiveN, doubt) })).filter(isTelling)
  // The largest first: ranks cost more than all the rest.
  for (const one of wide.sort((a, b) => Math.abs(b.r) - Math.abs(a.r))) {
    const { xs, ys } = pairsOf(one.tapsLeadBy, series)
    const rankR = pearson(ranks(xs), ranks(ys))
    if (rankR !== null && rankR * one.r > 0 && isTelling(interval(rankR, one.effectiveN, doubt)))
      return { ...one, rankR }
  }
  return null
}

function isTelling({ low, high }: { readonly low: number; readonly high: number }): boolean {
  return low > 0 || high < 0
}

function silenceOf(lags: readonly Lagged[], found: readonly Found[]): NonNullable<Correlation['reason']> {
  if (found.length > 0) return 'nothing_stands_out'
  return lags.some(({ reason }) => reason === 'no_variation') ? 'no_variation' : 'not_enough_data'
}
