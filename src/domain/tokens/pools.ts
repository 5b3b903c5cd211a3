import { compareText } from './canonical-order.ts'
import type { Heard } from './hearing.ts'
import type { PoolFact } from './merged.ts'
import { finite, perWindow, quantity } from './observation.ts'
import { DEPTH_USD, firstTold, TXNS, VOLUME_USD } from './told.ts'

/** Everything that was accepted about one pool. */
export interface Pool {
  readonly pool: string
  /** By precedence. */
  readonly told: readonly [Heard, ...Heard[]]
}

/**
 * The distinct pools of accepted statements, by pool id. Two sources on one pool tell of one market.
 * @param accepted in the canonical order
 */
export function distinctPools(accepted: readonly Heard[]): readonly Pool[] {
  const pools: { pool: string; told: [Heard, ...Heard[]] }[] = []
  for (const heard of accepted.toSorted(byPool)) {
    const { pool } = heard.observation
    if (pool === null) continue
    const last = pools.at(-1)
    if (last?.pool === pool) last.told.push(heard)
    else pools.push({ pool, told: [heard] })
  }
  return pools
}

/** Stable sorting leaves the statements on one pool in their order of precedence. */
function byPool(a: Heard, b: Heard): number {
  return compareText(a.observation.pool ?? '', b.observation.pool ?? '')
}

/** One fact per pool: the highest source in precedence speaks, the others fill what it left out. */
export function poolFact({ pool, told }: Pool): PoolFact {
  const [{ observation, priceUsd }] = told
  return {
    pool,
    dex: firstTold(told, (each) => each.observation.dex),
    quote: firstTold(told, (each) => each.observation.quote),
    quoteSymbol: firstTold(told, (each) => each.observation.quoteSymbol),
    priceUsd,
    liquidityUsd: firstTold(told, (each) => quantity(each.observation.liquidityUsd)),
    depthUsd: firstTold(told, DEPTH_USD),
    volumeUsd: perWindow((window) => firstTold(told, VOLUME_USD[window])),
    txns: perWindow((window) => firstTold(told, TXNS[window])),
    createdAtMs: firstTold(told, (each) => finite(each.observation.createdAtMs)),
    observedAtMs: observation.observedAtMs,
    witnesses: told.map((each) => each.observation.source),
  }
}

/** The pool with the most believed money, unknown depth counting as less than none; ties: the lowest pool id. */
export function deepestPool(pools: readonly Pool[]): Pool | null {
  let deepest: Pool | null = null
  let deepestUsd = Number.NEGATIVE_INFINITY
  for (const pool of pools) {
    const depthUsd = firstTold(pool.told, DEPTH_USD) ?? -1
    if (depthUsd <= deepestUsd) continue
    deepest = pool
    deepestUsd = depthUsd
  }
  return deepest
}
