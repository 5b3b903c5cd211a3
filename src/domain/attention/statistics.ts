/** Pearson's correlation of pairs; null when one of the two never changes, or there is no pair. */
export function pearson(xs: readonly number[], ys: readonly number[]): number | null {
  const meanX = mean(xs)
  const meanY = mean(ys)
  let [xx, xy, yy] = [0, 0, 0]
  for (let i = 0; i < xs.length; i += 1) {
    const dx = (xs[i] ?? Number.NaN) - meanX
    const dy = (ys[i] ?? Number.NaN) - meanY
    xx += dx * dx
    xy += dx * dy
    yy += dy * dy
  }
  const spread = Math.sqrt(xx) * Math.sqrt(yy)
  // Of numbers so small or so large that their squares are none, nothing can be said.
  if (isConstant(xs) || isConstant(ys) || !(spread > 0) || !Number.isFinite(spread)) return null
  return Math.min(1, Math.max(-1, xy / spread))
}

/** Each value's place in the order of size, from 0; equal ones share the middle of theirs. */
export function ranks(values: readonly number[]): number[] {
  const order = values.map((_, i) => i).sort((a, b) => (values[a] ?? 0) - (values[b] ?? 0))
  const places: number[] = new Array(values.length).fill(0)
  for (let first = 0; first < order.length; ) {
    const value = values[order[first] ?? 0]
    let end = first + 1
    while (end < order.length && values[order[end] ?? 0] === value) end += 1
    for (const i of order.slice(first, end)) places[i] = (first + end - 1) / 2
    first = end
  }
  return places
}

/** How much a series repeats itself after 1, 2, … `lagsMax` steps; null stands for a value that there is not. */
export function autocorrelations(series: readonly (number | null)[], lagsMax: number): number[] {
  const known = series.filter((value) => value !== null)
  const centre = mean(known)
  const variance = mean(known.map((value) => (value - centre) ** 2))
  const offs = series.map((value) => (value === null ? 0 : value - centre))
  return Array.from({ length: lagsMax }, (_, i) => {
    const rho = repeated(series, offs, i + 1) / variance
    return Number.isFinite(rho) ? Math.min(1, Math.max(-1, rho)) : 0
  })
}

/** The mean product of a value and the one `lag` steps later, where there are both. */
function repeated(series: readonly (number | null)[], offs: readonly number[], lag: number): number {
  let sum = 0
  let count = 0
  // A loop: this runs over all of a long range for every lag.
  for (let t = 0; t + lag < offs.length; t += 1) {
    if (series[t] === null || series[t + lag] === null) continue
    sum += (offs[t] ?? 0) * (offs[t + lag] ?? 0)
    count += 1
  }
  return sum / count
}

/**
 * As how many independent pairs so many count, when both series repeat themselves (Bartlett): two series that each wander
 * slowly look alike more often than chance would have it. Never more than there are.
 */
export function effectiveCount(n: number, rhosX: readonly number[], rhosY: readonly number[]): number {
  const shared = rhosX.reduce((sum, rho, i) => sum + Math.max(0, 1 - (i + 1) / n) * rho * (rhosY[i] ?? 0), 0)
  return n / Math.max(1, 1 + 2 * shared)
}

/**
 * Where the correlation lies with a given confidence (Fisher's z).
 * @param n more than 3
 * @param doubt 0.05 for an interval of 95 %
 */
export function interval(r: number, n: number, doubt: number): { readonly low: number; readonly high: number } {
  const z = Math.atanh(r)
  const reach = quantile(1 - doubt / 2) / Math.sqrt(n - 3)
  return { low: Math.tanh(z - reach), high: Math.tanh(z + reach) }
}

/** The value that a normal variable stays below with probability `p` (Acklam's approximation, right to nine digits). */
export function quantile(p: number): number {
  if (p < P_LOW) return tail(Math.sqrt(-2 * Math.log(p)))
  if (p > 1 - P_LOW) return -tail(Math.sqrt(-2 * Math.log(1 - p)))
  const q = p - 0.5
  return (polynomial(A, q * q) * q) / polynomial([...B, 1], q * q)
}

const P_LOW = 0.02425
const A = [
  -39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239,
]
const B = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572]
const C = [
  -0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968,
  2.938163982698783,
]
const D = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416]

function tail(q: number): number {
  return polynomial(C, q) / polynomial([...D, 1], q)
}

/** Coefficients of the highest power first. */
function polynomial(coefficients: readonly number[], x: number): number {
  return coefficients.reduce((sum, coefficient) => sum * x + coefficient, 0)
}

function mean(values: readonly number[]): number {
  let sum = 0
  for (const value of values) sum += value
  return sum / values.length
}

/** By the values: a mean is rounded, so that what differs from it may be nothing but that. */
function isConstant(values: readonly number[]): boolean {
  return values.every((value) => value === values[0])
}
