import type { Heard } from './hearing.ts'
import type { Figure, Total } from './merged.ts'
import type { Pool } from './pools.ts'
import { firstSourced, type Reading } from './told.ts'

/** The label of a figure that is the sum over the distinct accepted pools. */
export const POOLS = 'pools'

/** Nobody said anything. */
const NO_TOTAL: Total = { chosen: null, figures: [] }

export interface TotalSubject {
  /** By pool id: sums run in this order, so that everybody gets the same bytes. */
  readonly pools: readonly Pool[]
  /** Accepted statements about the token as a whole, by precedence. */
  readonly wholes: readonly Heard[]
  readonly totalFactor: number
}

/**
 * One total of a token. The pool sum is a lower bound (an answer may miss pools) and each source's own total is a
 * figure of its own; they are never added to each other. The largest is chosen, unless it stands alone beyond belief.
 */
export function totalOf({ pools, wholes, totalFactor }: TotalSubject, read: Reading<number>): Total {
  const figures: Figure[] = []
  const sum = poolSum(pools, read)
  if (sum !== null) figures.push(sum)
  for (const whole of wholes) {
    const figure = firstSourced([whole], read)
    if (figure !== null) figures.push(figure)
  }
  return figures.length === 0 ? NO_TOTAL : { chosen: believed(figures, totalFactor), figures }
}

/** The sum of what the pools hold; as old as the oldest part of it. Null when no pool says anything. */
function poolSum(pools: readonly Pool[], read: Reading<number>): Figure | null {
  let value: number | null = null
  let observedAtMs = Number.POSITIVE_INFINITY
  for (const pool of pools) {
    const part = firstSourced(pool.told, read)
    if (part === null) continue
    value = value === null ? part.value : value + part.value
    observedAtMs = Math.min(observedAtMs, part.observedAtMs)
  }
  return value === null ? null : { value, source: POOLS, observedAtMs }
}

/** The largest figure, or the next one when the largest is more than `totalFactor` times it. Equal: the earlier listed. */
function believed(figures: readonly Figure[], totalFactor: number): Figure | null {
  let largest: Figure | null = null
  let next: Figure | null = null
  for (const figure of figures) {
    if (largest === null || figure.value > largest.value) {
      next = largest
      largest = figure
    } else if (next === null || figure.value > next.value) next = figure
  }
  const isBeyondBelief = largest !== null && next !== null && largest.value > totalFactor * next.value
  return isBeyondBelief ? next : largest
}
