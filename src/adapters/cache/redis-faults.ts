import { ErrorReply } from 'redis'

/**
 * A short word for what went wrong: `WRONGPASS`, `OOM`, `READONLY` (Redis refused), `ECONNREFUSED` (the system did),
 * `SocketTimeoutError` (the client gave up). Never the message: an old Redis quotes the whole command in it, and the
 * first command carries the password.
 */
export function faultOf(error: unknown): string {
  if (error instanceof ErrorReply) return /^[A-Z]{2,20}(?= )/.exec(error.message)?.[0] ?? 'ERR'
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
}
