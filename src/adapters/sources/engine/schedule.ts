import { SourceError } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { slidingBudget } from './budget.ts'
import { allowance, type Headers, retryAfterMs } from './headers.ts'

const FIRST_HOLD_MS = 5_000
const HOLD_MS_MAX = 60_000
const UNTOLD = { remaining: Number.POSITIVE_INFINITY, untilMs: Number.NEGATIVE_INFINITY }

/** When the next request may start: our own budget, and what the source said last. */
export interface Schedule {
  /** Requests that may start now. */
  left(): number
  /** Why none may start now (`rate_limited` or `budget_spent`), or null when one may. */
  refusal(): SourceError | null
  /** Takes the right to start one request. @throws SourceError the refusal, if there is one */
  take(): void
  /** Learns from an answer's status and headers. @returns milliseconds we now stay away; 0 for not at all */
  heard(status: number, headers: Headers): number
}

/** @param options `random` is 0 to below 1, for the jitter of holds that the source did not time */
export function schedule(options: { perMinute: number; clock: Clock; random: () => number }): Schedule {
  const { clock, random } = options
  const budget = slidingBudget(options.perMinute, clock)
  let heldUntilMs = Number.NEGATIVE_INFINITY
  let refusalsInARow = 0
  /** The source's own count of the calls left to us, good until its reset. */
  let told = UNTOLD

  const heldForMs = () => Math.max(0, heldUntilMs - clock.monotonicMs())
  const toldForMs = () => Math.max(0, told.untilMs - clock.monotonicMs())
  const remaining = () => (toldForMs() > 0 ? told.remaining : Number.POSITIVE_INFINITY)
  const left = () => (heldForMs() > 0 ? 0 : Math.max(0, Math.min(budget.left(), remaining())))
  // Half fixed, half random: a full jitter could be next to nothing, straight after being told to slow down.
  const ownHoldMs = () => Math.min(FIRST_HOLD_MS * 2 ** (refusalsInARow - 1), HOLD_MS_MAX) * (0.5 + 0.5 * random())
  const refusal = () => {
    if (heldForMs() > 0) return refused('rate_limited', 'the source asked us to wait', heldForMs())
    if (remaining() <= 0) return refused('rate_limited', 'the source counts no calls left', toldForMs())
    return left() > 0 ? null : refused('budget_spent', 'our own calls per minute are used up', budget.freeInMs())
  }
  return {
    left,
    refusal,
    take() {
      const refused = refusal()
      if (refused !== null) throw refused
      budget.take()
      told = { ...told, remaining: told.remaining - 1 }
    },
    heard(status, headers) {
      const stated = allowance(headers, clock.nowMs())
      if (stated !== null) told = { remaining: stated.remaining, untilMs: clock.monotonicMs() + stated.resetInMs }
      refusalsInARow = status === 429 ? refusalsInARow + 1 : 0
      const askedMs = status === 429 || status >= 500 ? retryAfterMs(headers, clock.nowMs()) : null
      const resetMs = status === 429 && remaining() <= 0 ? toldForMs() : null
      const holdMs = askedMs ?? resetMs ?? (status === 429 ? ownHoldMs() : 0)
      heldUntilMs = Math.max(heldUntilMs, clock.monotonicMs() + holdMs)
      return Math.ceil(heldForMs())
    },
  }
}

function refused(reason: 'rate_limited' | 'budget_spent', message: string, waitMs: number): SourceError {
  return new SourceError(reason, message, { retryAfterMs: Math.ceil(waitMs) })
}
