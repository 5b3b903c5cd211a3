import type { LastGood, MergeContext, MergeParameters, Pending, Said, Status } from './merged.ts'
import { factorBetween } from './vote.ts'

/** What the vote of one tick came to. */
export interface Ballot {
  /** The price before the jump rule; null when nobody was heard. */
  readonly candidate: Said | null
  /** How many sources spoke. */
  readonly spoke: number
  /** How many of them agree with the candidate. */
  readonly witnesses: number
  readonly liquidityUsd: number | null
}

/** What is shown, and what is kept for the next tick. */
export interface Decision {
  readonly status: Status
  readonly priceUsd: number | null
  readonly observedAtMs: number | null
  /** The statement that is published; null when the last good price, or none, is shown in its place. */
  readonly published: Said | null
  readonly state: LastGood | null
}

/** The status table of merge/1: the first line that fits. */
export function decide(ballot: Ballot, { previous, nowMs, parameters }: MergeContext): Decision {
  const { candidate } = ballot
  if (candidate === null) return unheard(previous, nowMs, parameters)
  if (previous !== null && isJump(candidate, previous, parameters) && ballot.witnesses < 2) {
    const sameSide = pendingOnSameSide(candidate, previous)
    if (sameSide === null || candidate.observedAtMs <= sameSide.observedAtMs) {
      return show('held', { ...previous, pending: sameSide ?? asPending(candidate) })
    }
  }
  return publish(statusOf(ballot, parameters), candidate)
}

/** Nobody was heard: the last good price with its own time, until it is too old to be kept. */
function unheard(previous: LastGood | null, nowMs: number, { staleLimitMs }: MergeParameters): Decision {
  if (previous !== null && nowMs - previous.observedAtMs < staleLimitMs) return show('stale', previous)
  return { status: 'unknown', priceUsd: null, observedAtMs: null, published: null, state: null }
}

function isJump(candidate: Said, previous: LastGood, { jumpFactor }: MergeParameters): boolean {
  return factorBetween(candidate.priceUsd, previous.priceUsd) > jumpFactor
}

/** The earlier look at a jump in the same direction; null when there was none. */
function pendingOnSameSide(candidate: Said, { priceUsd, pending }: LastGood): Pending | null {
  if (pending === null) return null
  return pending.priceUsd > priceUsd === candidate.priceUsd > priceUsd ? pending : null
}

function asPending({ priceUsd, observedAtMs }: Said): Pending {
  return { priceUsd, observedAtMs }
}

function statusOf({ spoke, witnesses, liquidityUsd }: Ballot, { minLiquidityUsd }: MergeParameters): Status {
  if (spoke >= 2 && witnesses < 2) return 'disputed'
  if (spoke === 1 || liquidityUsd === null || liquidityUsd < minLiquidityUsd) return 'thin'
  return 'ok'
}

function show(status: Status, lastGood: LastGood): Decision {
  const { priceUsd, observedAtMs } = lastGood
  return { status, priceUsd, observedAtMs, published: null, state: lastGood }
}

function publish(status: Status, published: Said): Decision {
  const { priceUsd, observedAtMs } = published
  return { status, priceUsd, observedAtMs, published, state: { priceUsd, observedAtMs, pending: null } }
}
