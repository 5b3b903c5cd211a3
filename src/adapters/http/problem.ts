import { type ErrorCode, type Flaw, ServiceError } from '../../domain/errors.ts'

/** A new ErrorCode does not compile until it has a status. */
export const STATUS = {
  invalid_parameter: 400,
  invalid_body: 400,
  invalid_cursor: 400,
  cursor_mismatch: 400,
  malformed_request: 400,
  key_required: 401,
  key_invalid: 401,
  scope_missing: 403,
  origin_not_allowed: 403,
  not_found: 404,
  token_not_found: 404,
  coin_not_found: 404,
  unknown_network: 404,
  team_not_found: 404,
  key_not_found: 404,
  tag_not_found: 404,
  method_not_allowed: 405,
  request_timeout: 408,
  team_taken: 409,
  tag_taken: 409,
  retry_in_flight: 409,
  cursor_expired: 410,
  payload_too_large: 413,
  uri_too_long: 414,
  unsupported_media_type: 415,
  retry_key_reused: 422,
  upgrade_required: 426,
  quota_exceeded: 429,
  too_many_requests: 429,
  too_many_connections: 429,
  headers_too_large: 431,
  internal: 500,
  too_old: 503,
  no_data: 503,
  too_many_views: 503,
  history_unavailable: 503,
  access_unavailable: 503,
  taps_unavailable: 503,
  taps_busy: 503,
  not_ready: 503,
  shutting_down: 503,
} as const satisfies Record<ErrorCode, number>

/** What each code means, whatever the request was. The detail says what was wrong with this one. */
export const TITLES: Readonly<Record<ErrorCode, string>> = {
  invalid_parameter: 'A parameter is not valid',
  invalid_body: 'The body is not valid',
  invalid_cursor: 'The cursor is not valid',
  cursor_mismatch: 'The cursor belongs to another query',
  malformed_request: 'The request is malformed',
  key_required: 'An API key is needed',
  key_invalid: 'The API key is not valid',
  scope_missing: 'The API key may not do this',
  quota_exceeded: 'The quota of the key is used up',
  too_many_requests: 'Too many requests',
  origin_not_allowed: 'Pages of this origin may not open streams',
  not_found: 'There is nothing here',
  token_not_found: 'No source lists this token',
  coin_not_found: 'There is no such coin',
  team_not_found: 'There is no such team',
  key_not_found: 'There is no such key',
  tag_not_found: 'There is no such tag',
  team_taken: 'There is a team of this name',
  tag_taken: 'There is a tag of this uid',
  retry_in_flight: 'The same request is being answered',
  retry_key_reused: 'The idempotency key belongs to another body',
  unknown_network: 'The network is not known',
  method_not_allowed: 'The method is not allowed here',
  request_timeout: 'The request took too long to arrive',
  cursor_expired: 'The cursor has expired',
  payload_too_large: 'The body is too large',
  uri_too_long: 'The address is too long',
  unsupported_media_type: 'The body has the wrong media type',
  upgrade_required: 'This path speaks WebSocket',
  too_many_connections: 'Too many connections are open',
  headers_too_large: 'The headers are too large',
  internal: 'Something went wrong',
  too_old: 'The data is too old',
  no_data: 'There is no data yet',
  too_many_views: 'Too many different live views are open',
  history_unavailable: 'The price history cannot be read now',
  access_unavailable: 'Keys cannot be checked now',
  taps_unavailable: 'Taps cannot be kept or counted now',
  taps_busy: 'Too many taps wait to be written',
  not_ready: 'The service is not ready',
  shutting_down: 'The service is shutting down',
}

/** A refusal that says something in headers: how long to wait, or how to do better. */
export class Refusal extends ServiceError {
  /** Names in lower-case. */
  readonly headers: Readonly<Record<string, string>>

  constructor(code: ErrorCode, message: string, headers: Readonly<Record<string, string>>) {
    super(code, message)
    this.headers = headers
  }
}

/** What an error says in headers. */
export function headersOf(error: unknown): Readonly<Record<string, string>> {
  return error instanceof Refusal ? error.headers : {}
}

export const PROBLEM_TYPE = 'application/problem+json'

/** Seconds after which a 429 or 503 is worth another try, when nobody knows better: sources are asked again about this often. */
export const RETRY_AFTER_SECONDS = 5

/** RFC 9457, with the members that this service adds. */
export interface Problem {
  readonly type: string
  readonly title: string
  readonly status: number
  readonly detail: string
  readonly code: ErrorCode
  readonly request_id: string
  readonly errors: readonly Flaw[]
  /** The detail again, for clients of the compatibility routes. */
  readonly error?: string
  /** The same for chart libraries that speak UDF, on its routes. */
  readonly s?: 'error'
  readonly errmsg?: string
}

/** Where a problem happened: decides which members it has. */
export interface Occasion {
  readonly requestId: string
  /** Path of the request, without its query. */
  readonly path: string
}

/** Paths whose clients read `error`. */
const COMPATIBILITY_PATHS: ReadonlySet<string> = new Set([
  '/api/tokens',
  '/dashboard',
  '/search',
  '/v1/api/tap/analytics',
])

const UDF_PATHS = '/udf/'

export function isCompatibilityPath(path: string): boolean {
  return COMPATIBILITY_PATHS.has(path)
}

/** @returns the problem as it is sent. An error that is not ours becomes `internal` with a fixed text: its own never leaves the process. */
export function problemOf(error: unknown, occasion: Occasion): Problem {
  const known = error instanceof ServiceError && error.code !== 'internal' ? error : null
  const code = known?.code ?? 'internal'
  const detail = known?.message ?? 'Something went wrong on our side. The request id finds it in our log.'
  return {
    type: `urn:tickertap:problem:${code}`,
    title: TITLES[code],
    status: STATUS[code],
    detail,
    code,
    request_id: occasion.requestId,
    errors: known?.flaws ?? [],
    ...(isCompatibilityPath(occasion.path) && { error: detail }),
    ...(occasion.path.startsWith(UDF_PATHS) && { s: 'error' as const, errmsg: detail }),
  }
}

/** @param extra members and headers beyond those every problem has */
export function problemResponse(
  problem: Problem,
  extra: { headers?: Readonly<Record<string, string>>; members?: Readonly<Record<string, unknown>> } = {},
): Response {
  const headers: Record<string, string> = { 'content-type': PROBLEM_TYPE, 'cache-control': 'no-store' }
  if (problem.status === 503 || problem.status === 429) headers['retry-after'] = String(RETRY_AFTER_SECONDS)
  if (problem.status === 401) headers['www-authenticate'] = 'Bearer'
  Object.assign(headers, extra.headers)
  // What is left of the body is not read, so the connection cannot carry another request.
  if (problem.status === 413) headers['connection'] = 'close'
  return new Response(JSON.stringify({ ...problem, ...extra.members }), { status: problem.status, headers })
}
