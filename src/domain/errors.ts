/**
 * The closed list of codes a client can meet. The OpenAPI document prints it, and HTTP maps each one to a status,
 * so a code added here does not compile until it has one.
 */
export const ERROR_CODES = [
  'invalid_parameter',
  'invalid_body',
  'invalid_cursor',
  'cursor_mismatch',
  'cursor_expired',
  'key_required',
  'key_invalid',
  'scope_missing',
  'quota_exceeded',
  'too_many_requests',
  'not_found',
  'token_not_found',
  'coin_not_found',
  'unknown_network',
  'team_not_found',
  'key_not_found',
  'tag_not_found',
  'team_taken',
  'tag_taken',
  'retry_in_flight',
  'retry_key_reused',
  'method_not_allowed',
  'payload_too_large',
  'unsupported_media_type',
  'uri_too_long',
  'malformed_request',
  'headers_too_large',
  'request_timeout',
  'too_old',
  'no_data',
  'too_many_views',
  'too_many_connections',
  'origin_not_allowed',
  'upgrade_required',
  'history_unavailable',
  'access_unavailable',
  'taps_unavailable',
  'taps_busy',
  'not_ready',
  'shutting_down',
  'internal',
] as const
export type ErrorCode = (typeof ERROR_CODES)[number]

/** One part of a request that is wrong: where it stood, which one, and what it should be. */
export interface Flaw {
  readonly in: 'query' | 'path' | 'body' | 'header'
  readonly path: string
  readonly message: string
}

/** A failure with a code from the closed list and a sentence fit for strangers. */
export class ServiceError extends Error {
  override readonly name = 'ServiceError'
  readonly code: ErrorCode
  readonly flaws: readonly Flaw[]

  constructor(code: ErrorCode, message: string, options: { flaws?: readonly Flaw[]; cause?: unknown } = {}) {
    super(message, { cause: options.cause })
    this.code = code
    this.flaws = options.flaws ?? []
  }
}

/** Why a source did not answer. `snapshot.sources[].reason` shows exactly these words. */
export const SOURCE_FAILURES = [
  'timeout',
  'network',
  'http_error',
  'rate_limited',
  'unauthorized',
  'budget_spent',
  'circuit_open',
  'redirect',
  'too_large',
  'not_json',
  'bad_body',
  'empty',
  'not_asked_yet',
] as const
export type SourceFailure = (typeof SOURCE_FAILURES)[number]

/** One question to one source failed as a whole. The text is for our log; clients see only the reason. */
export class SourceError extends Error {
  override readonly name = 'SourceError'
  readonly reason: SourceFailure
  /** How long the source asked us to stay away, in milliseconds; null when it did not say. */
  readonly retryAfterMs: number | null

  constructor(
    reason: SourceFailure,
    message: string,
    options: { retryAfterMs?: number | null | undefined; cause?: unknown } = {},
  ) {
    super(message, { cause: options.cause })
    this.reason = reason
    this.retryAfterMs = options.retryAfterMs ?? null
  }
}

/** The backing system of a cache cannot be reached, is too slow, refuses, or is closed. Trying again later makes sense. */
export class CacheUnavailable extends Error {
  override readonly name = 'CacheUnavailable'
}

/** The system that instances share their board through cannot be reached, is too slow, or refuses. Try again later. */
export class BoardUnavailable extends Error {
  override readonly name = 'BoardUnavailable'
}

/**
 * The system that keeps history is still opening, cannot be reached, is too slow, refuses, or has no room. Nothing was
 * half written; trying again later makes sense. The message has no statement and no value in it.
 */
export class StoreUnavailable extends Error {
  override readonly name = 'StoreUnavailable'
}
