import { CLOSE, type StreamLimits } from './limits.ts'
import type { Sink } from './sink.ts'

/** Why a connection has to end; 'dead': there is nobody to tell. */
export type Ending = { readonly code: number; readonly reason: string } | 'dead'

/** Watches whether a connection may go on. Times are monotonic milliseconds. */
export interface Liveness {
  /** @returns null while it may. Asks the other end for a sign of life when it is time to. */
  check(nowMs: number): Ending | null
  /** The sign of life. */
  alive(): void
  /** Whether anything is followed over it. */
  used(isUsed: boolean, nowMs: number): void
}

export interface LivenessOptions {
  readonly limits: StreamLimits
  readonly bornMs: number
  readonly sink: Pick<Sink, 'ping'>
  readonly random: () => number
}

export function liveness({ limits, bornMs, sink, random }: LivenessOptions): Liveness {
  const dieAtMs = bornMs + limits.ageMs * (1 - random() / 10)
  let pingAtMs = bornMs + limits.pingMs
  let pongByMs = Number.POSITIVE_INFINITY
  let unusedSinceMs = bornMs
  const askForLife = (nowMs: number) => {
    if (sink.ping === null || nowMs < pingAtMs) return
    pingAtMs = nowMs + limits.pingMs
    pongByMs = Math.min(pongByMs, nowMs + limits.pongMs)
    sink.ping()
  }
  return {
    check(nowMs) {
      if (nowMs >= pongByMs) return 'dead'
      if (nowMs >= dieAtMs) return { code: CLOSE.goingAway, reason: 'old age: connect again' }
      if (nowMs - unusedSinceMs >= limits.unusedMs) return { code: CLOSE.policy, reason: 'nothing is subscribed to' }
      askForLife(nowMs)
      return null
    },
    alive() {
      pongByMs = Number.POSITIVE_INFINITY
    },
    used(isUsed, nowMs) {
      unusedSinceMs = isUsed ? Number.POSITIVE_INFINITY : Math.min(unusedSinceMs, nowMs)
    },
  }
}
