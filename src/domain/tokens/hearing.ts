import { canonicalOrder } from './canonical-order.ts'
import { depthUsd, weightOf } from './depth.ts'
import { addressOf } from './identity.ts'
import type { MergeContext, Reason } from './merged.ts'
import { type Observation, quantity } from './observation.ts'

/** A statement that is heard. Whether it is an outlier shows after the vote. */
export interface Heard {
  readonly observation: Observation
  readonly ageMs: number
  readonly reason: 'ok'
  /** Above zero. */
  readonly priceUsd: number
  /** Null when it cannot be told. */
  readonly depthUsd: number | null
  /** At least 1. */
  readonly weight: number
}

/** A statement that is not heard: it weighs nothing, and its depth is not even asked for. */
export interface Refused {
  readonly observation: Observation
  readonly ageMs: number
  readonly reason: Exclude<Reason, 'ok' | 'outlier'>
  readonly depthUsd: null
  readonly weight: 0
}

export type Hearing = Heard | Refused

export function isHeard(hearing: Hearing): hearing is Heard {
  return hearing.reason === 'ok'
}

/** Every observation exactly once, in the canonical order, heard or refused for the first reason that applies. */
export function hear(observations: readonly Observation[], context: MergeContext): readonly Hearing[] {
  const hearOne = hearer(context)
  let last: Heard | null = null
  return observations.toSorted(canonicalOrder(context.parameters.precedence)).map((observation) => {
    const hearing = hearOne(observation)
    if (!isHeard(hearing)) return hearing
    if (last !== null && repeats(hearing, last)) return refuse(hearing, 'repeated')
    last = hearing
    return hearing
  })
}

function hearer({ id, nowMs, parameters }: MergeContext): (observation: Observation) => Hearing {
  const address = addressOf(id)
  return (observation) => {
    const ageMs = nowMs - observation.observedAtMs
    const stated = { observation, ageMs }
    if ((observation.base ?? observation.token) !== address) return refuse(stated, 'quote_side')
    const priceUsd = quantity(observation.priceUsd)
    if (priceUsd === null || priceUsd === 0) return refuse(stated, 'bad_price')
    if (!parameters.precedence.includes(observation.source)) return refuse(stated, 'unknown_source')
    // A time that is no time has no age, so it cannot be young enough.
    if (!(Number.isFinite(ageMs) && ageMs <= parameters.maxAgeMs)) return refuse(stated, 'too_old')
    const depth = depthUsd(observation, parameters)
    return { observation, ageMs, reason: 'ok', priceUsd, depthUsd: depth, weight: weightOf(depth) }
  }
}

function refuse({ observation, ageMs }: Pick<Hearing, 'observation' | 'ageMs'>, reason: Refused['reason']): Refused {
  return { observation, ageMs, reason, depthUsd: null, weight: 0 }
}

/** The canonical order puts the statement to keep (the newest, then the cheapest) first of its source and pool. */
function repeats({ observation }: Heard, last: Heard): boolean {
  return last.observation.source === observation.source && last.observation.pool === observation.pool
}
