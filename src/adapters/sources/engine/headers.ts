/** Names in lower case, as they arrive. */
export type Headers = Readonly<Record<string, string | string[] | undefined>>

const COUNT = /^\d{1,12}$/
const HOUR_MS = 3_600_000
/** The longest a source may send us away: a larger figure is a mistake or an attack, and we ask again. */
const STAY_AWAY_MS_MAX = HOUR_MS
/** The windows of `x-ratelimit-*` last a minute; a reset further away is in another unit. */
const RESET_MS_MAX = 120_000

/** One header's text; the first when it came several times, null when it did not come. */
export function header(headers: Headers, name: string): string | null {
  const value = headers[name]
  return (Array.isArray(value) ? value[0] : value)?.trim() ?? null
}

/** Milliseconds that a shared cache held the answer (`Age`); 0 when it does not say. */
export function ageMs(headers: Headers): number {
  const text = header(headers, 'age')
  return text !== null && COUNT.test(text) ? Number(text) * 1000 : 0
}

/**
 * How long `Retry-After` asks us to stay away, from seconds or an HTTP date, at most an hour.
 * Null when it is absent, unreadable or not in the future: `retry-after: 0` beside a 429 says nothing.
 */
export function retryAfterMs(headers: Headers, nowMs: number): number | null {
  const text = header(headers, 'retry-after')
  if (text === null) return null
  const waitMs = COUNT.test(text) ? Number(text) * 1000 : Date.parse(text) - serverNowMs(headers, nowMs)
  return waitMs > 0 ? Math.min(waitMs, STAY_AWAY_MS_MAX) : null
}

/** What `x-ratelimit-remaining` and `x-ratelimit-reset` (Unix seconds) say. */
export interface Allowance {
  /** Calls left until the reset; a negative count is 0. */
  readonly remaining: number
  /** Milliseconds until the reset; 0 when it has passed. */
  readonly resetInMs: number
}

/** The source's own count, or null when one of the two headers is absent or unreadable. */
export function allowance(headers: Headers, nowMs: number): Allowance | null {
  const remaining = header(headers, 'x-ratelimit-remaining')
  const reset = header(headers, 'x-ratelimit-reset')
  if (remaining === null || reset === null || !COUNT.test(reset) || !/^-?\d{1,9}$/.test(remaining)) return null
  const resetInMs = Number(reset) * 1000 - serverNowMs(headers, nowMs)
  return { remaining: Math.max(0, Number(remaining)), resetInMs: Math.min(Math.max(0, resetInMs), RESET_MS_MAX) }
}

/** The source's clock where it tells it, so that a machine with a wrong clock waits no longer than asked. */
function serverNowMs(headers: Headers, nowMs: number): number {
  const told = Date.parse(header(headers, 'date') ?? '')
  return Number.isNaN(told) ? nowMs : told
}
