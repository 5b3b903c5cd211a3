import { type Dispatcher, request } from 'undici/index.js'
import { SourceError, type SourceFailure } from '../../../domain/errors.ts'
import { AttemptError } from './attempt-error.ts'
import { ACCEPT_ENCODING, readJson } from './body.ts'
import { ageMs, type Headers, header } from './headers.ts'

/** A good answer. */
export interface Reply {
  /** The parsed JSON, of any shape. */
  readonly body: unknown
  /** Unix milliseconds when its head arrived, less its HTTP `Age`. */
  readonly observedAtMs: number
  /** 200 to 299 */
  readonly status: number
}

export interface Exchange {
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly dispatcher: Dispatcher
  readonly signal: AbortSignal
  readonly bytesMax: number
  readonly nowMs: () => number
  /** What a status means at this source where it differs from custom. */
  readonly failures: Readonly<Partial<Record<number, SourceFailure>>>
  /** Told of every answer's head; says how many milliseconds we now stay away. */
  readonly heard: (status: number, headers: Headers) => number
}

/**
 * One request and its whole answer.
 * @throws AttemptError for whatever went wrong at the source, SourceError `timeout` when the caller gave up; the text
 *   names the path, never the query or a key
 */
export async function exchange(call: Exchange): Promise<Reply> {
  try {
    return await converse(call)
  } catch (cause) {
    if (cause instanceof AttemptError) throw cause
    const where = `GET ${call.url.pathname}`
    if (gaveUp(call.signal)) throw new SourceError('timeout', `${where}: the caller gave up`, { cause })
    if (call.signal.aborted || isConnectTimeout(cause)) {
      throw new AttemptError('timeout', `${where}: no whole answer in time`, { cause })
    }
    throw new AttemptError('network', `${where}: the connection failed`, { transient: true, cause })
  }
}

/** Stopped for a reason other than time, which says nothing about the source. */
function gaveUp({ aborted, reason }: AbortSignal): boolean {
  return aborted && !(reason instanceof Error && reason.name === 'TimeoutError')
}

function isConnectTimeout(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'UND_ERR_CONNECT_TIMEOUT'
}

async function converse(call: Exchange): Promise<Reply> {
  const { dispatcher, signal } = call
  const headers = { 'accept-encoding': ACCEPT_ENCODING, ...call.headers }
  const answer = await request(call.url, { method: 'GET', headers, dispatcher, signal })
  const receivedAtMs = call.nowMs()
  // Leaving a body unread makes its stream report an error to nobody, which would end the process.
  answer.body.on('error', () => {})
  try {
    const stayAwayMs = call.heard(answer.statusCode, answer.headers)
    refuseStatus(call, answer, stayAwayMs)
    const body = await readJson(answer.body, header(answer.headers, 'content-encoding'), call)
    return { body, observedAtMs: receivedAtMs - ageMs(answer.headers), status: answer.statusCode }
  } finally {
    answer.body.destroy()
  }
}

function refuseStatus(call: Exchange, answer: Dispatcher.ResponseData, stayAwayMs: number): void {
  const { statusCode: status, headers } = answer
  const type = header(headers, 'content-type') ?? ''
  const where = `GET ${call.url.pathname}: HTTP ${status}`
  if (status >= 200 && status < 300) {
    if (type.includes('html')) throw new AttemptError('not_json', `${where} with a page in place of JSON`)
    return
  }
  const reason = call.failures[status] ?? customaryReason(status)
  throw new AttemptError(reason, where, { transient: status >= 500, retryAfterMs: stayAwayMs > 0 ? stayAwayMs : null })
}

function customaryReason(status: number): SourceFailure {
  if (status >= 300 && status < 400) return 'redirect'
  if (status === 401 || status === 403) return 'unauthorized'
  return status === 429 ? 'rate_limited' : 'http_error'
}
