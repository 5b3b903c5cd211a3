import type { HeaderRecord } from './prepared.ts'

/** Which pages of other origins may read our answers. Never with credentials. */
export interface Cors {
  /** True when answers differ by origin, which caches must know. */
  readonly varies: boolean
  /** Headers that let the origin read an answer; null when it may not, or is not a page. */
  reading(origin: string | null): HeaderRecord | null
  /** Headers that let the origin send a request which is not simple. */
  preflight(origin: string | null, methods: readonly string[]): HeaderRecord
}

const EXPOSED = 'etag, link, ratelimit, ratelimit-policy, retry-after, x-next-cursor, x-request-id, x-served-at'
const ACCEPTED = 'authorization, content-type, idempotency-key, if-none-match, last-event-id, x-api-key'
const PREFLIGHT_SECONDS = 600

/** @param allowedOrigins as browsers send them (`https://example.org`), or `*` alone for any page */
export function cors(allowedOrigins: readonly string[]): Cors {
  const any = allowedOrigins.includes('*')
  const byOrigin = new Map(allowedOrigins.map((origin) => [origin, readingHeaders(origin)]))
  const anyHeaders = any ? readingHeaders('*') : null
  const reading = (origin: string | null) => (origin === null ? null : (anyHeaders ?? byOrigin.get(origin) ?? null))
  return {
    varies: !any && byOrigin.size > 0,
    reading,
    preflight(origin, methods) {
      if (reading(origin) === null) return {}
      return {
        'access-control-allow-methods': methods.join(', '),
        'access-control-allow-headers': ACCEPTED,
        'access-control-max-age': String(PREFLIGHT_SECONDS),
      }
    },
  }
}

function readingHeaders(origin: string): HeaderRecord {
  return { 'access-control-allow-origin': origin, 'access-control-expose-headers': EXPOSED }
}
