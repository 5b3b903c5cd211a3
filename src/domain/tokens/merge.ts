import { type Fields, fieldsOf } from './fields.ts'
import { type Heard, type Hearing, hear, isHeard } from './hearing.ts'
import type { Input, MergeContext, Merged, MergeParameters, Said } from './merged.ts'
import { type Observation, perWindow } from './observation.ts'
import { distinctPools, poolFact } from './pools.ts'
import { decide } from './status.ts'
import { DEPTH_USD, TXNS, VOLUME_USD } from './told.ts'
import { totalOf } from './totals.ts'
import { bandOf, elect, factorBetween, speak, votersAmong, within } from './vote.ts'

/** The name of the algorithm that this folder is; docs/merge.md publishes it. */
export const ALGORITHM = 'merge/1'

/**
 * One price and all other fields of one token from everything the sources said of it. Pure and total: any
 * observations, in any order, give one result, and a permutation of them gives an equal one.
 */
export function mergeToken(observations: readonly Observation[], context: MergeContext): Merged {
  const { id, nowMs, previous, parameters } = context
  const hearings = hear(observations, context)
  const said = speak(hearings.filter(isHeard))
  const voters = votersAmong(said)
  const candidate = elect(voters)
  const accepted = acceptedAmong(hearings, candidate, parameters)
  const witnesses = near(said, candidate, parameters.agreeFactor)
  const facts = factsOf(hearings, accepted, parameters)
  const ballot = {
    candidate,
    spoke: said.length,
    witnesses: witnesses.length,
    liquidityUsd: facts.liquidityUsd.chosen?.value ?? null,
  }
  const { status, priceUsd, observedAtMs, published, state } = decide(ballot, context)
  return {
    ...facts,
    id,
    nowMs,
    previous,
    state,
    priceUsd,
    status,
    source: published?.source ?? null,
    pool: published?.pool ?? null,
    band: bandOf(near(said, published, parameters.outlierFactor)),
    observedAtMs,
    witnesses: witnesses.map(({ source }) => source),
    inputs: hearings.map((hearing) => asInput(hearing, accepted)),
    said,
    voters: voters.map(({ source }) => source),
    candidateUsd: candidate?.priceUsd ?? null,
  }
}

/** What lies too far from the candidate is an outlier: it was heard for the price, and nothing else is taken from it. */
function acceptedAmong(
  hearings: readonly Hearing[],
  candidate: Said | null,
  { outlierFactor }: MergeParameters,
): readonly Heard[] {
  if (candidate === null) return []
  return hearings.filter(isHeard).filter(({ priceUsd }) => factorBetween(priceUsd, candidate.priceUsd) <= outlierFactor)
}

function near(said: readonly Said[], price: Said | null, factor: number): readonly Said[] {
  return price === null ? [] : within(said, price.priceUsd, factor)
}

type Facts = Pick<Merged, 'pools' | 'liquidityUsd' | 'volumeUsd' | 'txns'> & Fields

/** Everything but the price. */
function factsOf(hearings: readonly Hearing[], accepted: readonly Heard[], parameters: MergeParameters): Facts {
  const pools = distinctPools(accepted)
  const wholes = accepted.filter(({ observation }) => observation.pool === null)
  const subject = { pools, wholes, totalFactor: parameters.totalFactor }
  return {
    ...fieldsOf({ hearings, accepted, pools }, parameters),
    pools: pools.map(poolFact),
    liquidityUsd: totalOf(subject, DEPTH_USD),
    volumeUsd: perWindow((window) => totalOf(subject, VOLUME_USD[window])),
    txns: perWindow((window) => totalOf(subject, TXNS[window])),
  }
}

function asInput(hearing: Hearing, accepted: readonly Heard[]): Input {
  const { observation, depthUsd, weight, ageMs, reason } = hearing
  if (!isHeard(hearing)) return { observation, depthUsd, weight, ageMs, accepted: false, reason }
  const isAccepted = accepted.includes(hearing)
  return { observation, depthUsd, weight, ageMs, accepted: isAccepted, reason: isAccepted ? 'ok' : 'outlier' }
}
