import { ErrorReply } from 'redis'

/** A question was not answered within its deadline. */
export class AnswerLate extends Error {}

/** There is no connection at the moment. */
export class NotConnected extends Error {}

/**
 * A short word for what went wrong: `WRONGPASS`, `OOM`, `READONLY` (Redis refused), `ECONNREFUSED` (the system did),
 * `AnswerLate` (we gave up). Never the message: an old Redis quotes the whole command in it, and the first command
 * carries the password.
 */
export function faultOf(error: unknown): string {
  if (error instanceof ErrorReply) return /^[A-Z]{2,20}(?= )/.exec(error.message)?.[0] ?? 'ERR'
  if (!(error instanceof Error)) return 'unknown'
  return 'code' in error && typeof error.code === 'string' ? error.code : error.constructor.name
}

/**
 * Whether this connection cannot serve any more: no answer came, or the server behind it is no longer the one that
 * holds the keys (`MOVED` and `CLUSTERDOWN` in a cluster, the second from a node that is cut off from the others;
 * `READONLY` and `UNBLOCKED` when it became a replica).
 */
export function isConnectionSpent(error: unknown): boolean {
  if (!(error instanceof ErrorReply)) return error instanceof AnswerLate
  return ['MOVED', 'CLUSTERDOWN', 'READONLY', 'UNBLOCKED'].includes(faultOf(error))
}
