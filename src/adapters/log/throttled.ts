import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'

type Level = keyof Log

interface Said {
  atMs: number
  suppressed: number
}

/** More different messages than code has; beyond it the oldest is forgotten, and may then be said again early. */
const MESSAGES_MAX = 1000

/**
 * A log that says each message (of one level) at most once in `everyMs`, for faults that repeat with every request.
 * The next line that is written says in `suppressed` how many were not; the count of a message that never comes again
 * is never told. Messages must be fixed texts, with what varies in the fields.
 */
export function throttled(log: Log, clock: Clock, everyMs = 10_000): Log {
  const said = new Map<string, Said>()
  const at =
    (level: Level) =>
    (message: string, fields: Readonly<Record<string, unknown>> = {}) => {
      const key = `${level} ${message}`
      const last = said.get(key)
      const nowMs = clock.monotonicMs()
      if (last !== undefined && nowMs - last.atMs < everyMs) {
        last.suppressed += 1
        return
      }
      remember(said, key, nowMs)
      log[level](
        message,
        last === undefined || last.suppressed === 0 ? fields : { ...fields, suppressed: last.suppressed },
      )
    }
  return { debug: at('debug'), info: at('info'), warn: at('warn'), error: at('error') }
}

function remember(said: Map<string, Said>, key: string, atMs: number): void {
  said.delete(key)
  said.set(key, { atMs, suppressed: 0 })
  const oldest = said.keys().next()
  if (said.size > MESSAGES_MAX && oldest.done !== true) said.delete(oldest.value)
}
