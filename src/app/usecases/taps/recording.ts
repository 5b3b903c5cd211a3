import { ServiceError } from '../../../domain/errors.ts'
import { canonicalJson } from '../../../domain/taps/canonical-json.ts'
import { isTooEarly, readTap, type TapFlaw } from '../../../domain/taps/reading.ts'
import type { Tap, TapFate } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Recorded, RejectedTap, TapRequest } from '../../../ports/taps.ts'
import type { Batching } from './batching.ts'

export interface RecordingDeps {
  readonly batching: Pick<Batching, 'record'>
  readonly clock: Clock
  /** Two texts have the same one only when they are the same text. */
  readonly digest: (text: string) => string
}

/** A tap that can be one, and where it stood in the request. */
interface Placed {
  readonly index: number
  readonly tap: Tap
}

type Rejection = Recorded['rejected'][number]

/** Answers requests that bring taps: each tap is judged by itself, and what is good of a request is written as one. */
export function tapRecording({ batching, clock, digest }: RecordingDeps): (request: TapRequest) => Promise<Recorded> {
  const inFlight = new Set<string>()
  const record = async ({ teamId, taps, retryKey }: TapRequest): Promise<Recorded> => {
    const { placed, rejected } = readAll(taps)
    const nowMs = clock.nowMs()
    const wanted = placed.filter(({ tap }) => !isTooEarly(tap, nowMs))
    const retry = retryKey === null ? null : { key: retryKey, fingerprint: digest(canonicalJson(taps)) }
    if (wanted.length === 0 && retry === null) return answer([], [], [...rejected, ...earlyOf(placed, wanted)])
    const fate = await batching.record({ teamId, taps: wanted.map(({ tap }) => tap), retry })
    if (fate === 'key_reused') throw reused()
    const written = fate.isReplay ? writtenThen(placed, fate.fates.length) : wanted
    return answer(written, fate.fates, [...rejected, ...earlyOf(placed, written)])
  }
  return async (request) => {
    if (request.retryKey === null) return record(request)
    const name = `${request.teamId} ${request.retryKey}`
    if (inFlight.has(name)) throw twice()
    inFlight.add(name)
    try {
      return await record(request)
    } finally {
      inFlight.delete(name)
    }
  }
}

function readAll(taps: readonly unknown[]): { readonly placed: Placed[]; readonly rejected: Rejection[] } {
  const placed: Placed[] = []
  const rejected: Rejection[] = []
  taps.forEach((value, index) => {
    const tap: Tap | TapFlaw = readTap(value)
    if (typeof tap === 'string') rejected.push({ index, code: tap })
    else placed.push({ index, tap })
  })
  return { placed, rejected }
}

/**
 * Those of a request sent again that were written the first time. Taps without a time always are; of the others it was
 * the earliest, because what was too far in the future then was later than all that was not.
 */
function writtenThen(placed: readonly Placed[], count: number): readonly Placed[] {
  const byTime = [...placed].sort((a, b) => timeOf(a) - timeOf(b))
  return byTime.slice(0, count).sort((a, b) => a.index - b.index)
}

function timeOf({ tap }: Placed): number {
  return tap.atMs ?? Number.NEGATIVE_INFINITY
}

function earlyOf(placed: readonly Placed[], written: readonly Placed[]): Rejection[] {
  const kept = new Set(written)
  return placed.filter((one) => !kept.has(one)).map(({ index }) => ({ index, code: 'in_the_future' }))
}

function answer(written: readonly Placed[], fates: readonly TapFate[], rejected: readonly Rejection[]): Recorded {
  const refused = written.flatMap(({ index }, i): Rejection[] => {
    const code = rejectionOf(fates[i])
    return code === null ? [] : [{ index, code }]
  })
  return {
    accepted: fates.filter((fate) => fate === 'accepted').length,
    duplicates: fates.filter((fate) => fate === 'duplicate').length,
    rejected: [...rejected, ...refused].sort((a, b) => a.index - b.index),
  }
}

function rejectionOf(fate: TapFate | undefined): RejectedTap | null {
  if (fate === undefined) throw new RangeError('The store left out a tap.')
  return fate === 'accepted' || fate === 'duplicate' ? null : fate
}

function reused(): ServiceError {
  return new ServiceError('retry_key_reused', 'This Idempotency-Key was used with another body in the last 24 hours.')
}

function twice(): ServiceError {
  return new ServiceError(
    'retry_in_flight',
    'A request with this Idempotency-Key is being answered. Ask again in a moment.',
  )
}
