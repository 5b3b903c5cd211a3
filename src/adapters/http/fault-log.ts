import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { Exchange } from './exchange.ts'
import { pathOf } from './target.ts'

/** Exceptions that nobody expected. One line per kind and period, so that an outage does not drown the log. */
export type FaultLog = (error: unknown, exchange: Exchange) => void

const PERIOD_MS = 10_000
const KINDS_MAX = 100

export function faultLog(deps: { clock: Clock; log: Log }): FaultLog {
  const seen = new Map<string, { lastMs: number; unsaid: number }>()
  return (error, { method, target, requestId }) => {
    const kind = String(error).slice(0, 200)
    const nowMs = deps.clock.monotonicMs()
    const before = seen.get(kind)
    if (before !== undefined && nowMs - before.lastMs < PERIOD_MS) {
      before.unsaid++
      return
    }
    if (seen.size >= KINDS_MAX) seen.clear()
    seen.set(kind, { lastMs: nowMs, unsaid: 0 })
    const stack = error instanceof Error ? error.stack : undefined
    const fields = { request_id: requestId, method, path: pathOf(target), kind, stack }
    deps.log.error('a request failed', { ...fields, same_since_last_line: before?.unsaid ?? 0 })
  }
}
