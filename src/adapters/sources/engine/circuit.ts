import { CircuitState, ConsecutiveBreaker, circuitBreaker, type FailureReason, handleWhen } from 'cockatiel'
import { SourceError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { AttemptError } from './attempt-error.ts'

const FAILURES_TO_OPEN = 5
const OPEN_MS = 15_000

/** Failures that say the source is unwell. A wrong key, a 404 or a limit does not: it answers, and fast. */
const UNWELL = new Set(['timeout', 'too_large', 'not_json', 'redirect'])

/** Stops asking a source that keeps failing, and tries it again with one call at a time. */
export interface Circuit {
  /** Calls it would let through now: none, one, or as many as you like. */
  admits(): number
  /** Runs a call and learns from its outcome. @throws SourceError `circuit_open`, caused by the last failure */
  run<T>(call: () => Promise<T>): Promise<T>
}

/** Opens after five failures in a row, for 15 s; then one call decides. */
export function circuit(clock: Clock): Circuit {
  let openedAtMs = 0
  const probing = () => policy.state === CircuitState.HalfOpen
  const policy = circuitBreaker(
    // The probe must succeed: anything else says nothing about health, so the circuit stays open.
    handleWhen((error) => probing() || isUnwell(error)),
    // Cockatiel measures by the wall clock, which an operator may step. It is told that the time is always over
    // (no difference of stamps is below minus infinity), and `waitMs` below keeps the time by a clock that never jumps.
    { halfOpenAfter: Number.NEGATIVE_INFINITY, breaker: new ConsecutiveBreaker(FAILURES_TO_OPEN) },
  )
  policy.onBreak(() => {
    openedAtMs = clock.monotonicMs()
  })
  const waitMs = () =>
    policy.state === CircuitState.Open ? Math.max(0, openedAtMs + OPEN_MS - clock.monotonicMs()) : 0
  const admits = () => {
    if (policy.state === CircuitState.Closed) return Number.POSITIVE_INFINITY
    return probing() || waitMs() > 0 ? 0 : 1
  }
  return {
    admits,
    run(call) {
      if (admits() > 0) return policy.execute(call)
      const options = { retryAfterMs: Math.ceil(waitMs()), cause: lastError(policy.lastFailure) }
      return Promise.reject(new SourceError('circuit_open', 'the source failed several times in a row', options))
    },
  }
}

function isUnwell(error: unknown): boolean {
  return error instanceof AttemptError && (error.transient || UNWELL.has(error.reason))
}

function lastError(failure: FailureReason<unknown> | undefined): unknown {
  return failure !== undefined && 'error' in failure ? failure.error : undefined
}
