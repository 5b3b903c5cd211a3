/** What is left of the queries of a key, as the last answer told. */
export interface Quota {
  /** Null when nobody said. */
  readonly limit: number | null
  readonly left: number
  /** By the local clock, Unix milliseconds: when there is one more; in the past when all are there. */
  readonly moreAtMs: number
}

/** From the headers `RateLimit` and `RateLimit-Policy`; null when they are not there or make no sense. */
export function quotaOf(headers: Pick<Headers, 'get'>, nowMs: number): Quota | null {
  const told = membersOf(headers.get('ratelimit'))
  const left = told.get('r')
  if (left === undefined) return null
  const limit = membersOf(headers.get('ratelimit-policy')).get('q') ?? null
  return { limit, left, moreAtMs: nowMs + 1000 * (told.get('t') ?? 0) }
}

/** Whole numbers by name, of one item such as `"hour";r=87;t=720`. */
function membersOf(header: string | null): ReadonlyMap<string, number> {
  const found = [...(header ?? '').matchAll(/;\s*([a-z]+)=(\d{1,9})/g)]
  return new Map(found.map(([, name = '', digits]) => [name, Number(digits)]))
}

/** `87 of 100 queries left, one more in 12 min` */
export function quotaText({ limit, left, moreAtMs }: Quota, nowMs: number): string {
  const of = limit === null ? '' : ` of ${limit}`
  const isWhole = limit !== null && left >= limit
  const more = isWhole || moreAtMs <= nowMs ? '' : `, one more in ${waitText(moreAtMs - nowMs)}`
  return `${left}${of} ${(limit ?? left) === 1 ? 'query' : 'queries'} left${more}`
}

/** `40 s`, `12 min`, `3 h`: rounded up, so that whoever waits so long has waited long enough. */
export function waitText(ms: number): string {
  const seconds = Math.max(1, Math.ceil(ms / 1000))
  if (seconds < 120) return `${seconds} s`
  const minutes = Math.ceil(seconds / 60)
  return minutes < 120 ? `${minutes} min` : `${Math.ceil(minutes / 60)} h`
}
