import { randomBytes } from 'node:crypto'
import type { Clock } from '../../ports/clock.ts'
import type { Cors } from './cors.ts'
import type { Exchange } from './exchange.ts'
import type { HeaderRecord } from './prepared.ts'

/** Nothing here is a page, and nothing may be guessed to be one. */
const SECURITY_HEADERS: HeaderRecord = {
  'x-content-type-options': 'nosniff',
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'",
}

/** The headers that belong to one answer and not to its content. */
export interface Stamps {
  /** A new id, unique among all processes, never taken from the client. */
  requestId(): string
  /** Headers of every answer that does not bring its own. */
  readonly common: HeaderRecord
  /** `base` with this answer's own headers added. */
  onto(base: HeaderRecord, exchange: Exchange): Record<string, string>
}

export function stamps(deps: { clock: Clock; cors: Cors; draining: () => boolean }): Stamps {
  const { clock, cors, draining } = deps
  const servedAt = isoClock(clock)
  const process = randomBytes(6).toString('hex')
  let count = 0
  return {
    common: cors.varies ? { ...SECURITY_HEADERS, vary: 'origin' } : SECURITY_HEADERS,
    requestId: () => `${process}-${(count++).toString(36)}`,
    onto(base, exchange) {
      const stamped: Record<string, string> = {
        ...base,
        'x-served-at': servedAt(),
        'x-request-id': exchange.requestId,
      }
      const reading = cors.reading(exchange.header('origin'))
      if (reading !== null) Object.assign(stamped, reading)
      if (draining()) stamped['connection'] = 'close'
      return stamped
    },
  }
}

/** The time as ISO text. Many answers share a millisecond, so its text is kept. */
function isoClock(clock: Clock): () => string {
  let lastMs = Number.NaN
  let text = ''
  return () => {
    const nowMs = clock.nowMs()
    if (nowMs !== lastMs) {
      lastMs = nowMs
      text = new Date(nowMs).toISOString()
    }
    return text
  }
}
