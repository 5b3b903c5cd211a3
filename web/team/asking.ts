import { type Quota, quotaOf } from './quota.ts'

/** A refusal, or silence, for people. */
export interface Refusal {
  /** One sentence or two. */
  readonly problem: string
  readonly code: string
  /** 0 when there was no answer. */
  readonly status: number
  readonly requestId: string
  /** By the local clock, Unix milliseconds; null when waiting does not help or nobody knows how long. */
  readonly againAtMs: number | null
}

export interface Answer<T> {
  readonly body: T | Refusal
  /** Null when this answer tells nothing of it. */
  readonly quota: Quota | null
}

export interface Question {
  readonly path: string
  readonly key: string
  readonly method?: 'GET' | 'POST'
  readonly as?: 'json' | 'text'
}

export function isRefusal(body: unknown): body is Refusal {
  return typeof body === 'object' && body !== null && 'problem' in body
}

/** What a header can carry; anything else was pasted by mistake. */
const KEY = /^[\x21-\x7e]{1,256}$/

/** Asks with the team's key, which is in a header and nowhere else. Refusals and silence come back as values. */
export async function askWithKey<T>({ path, key, method = 'GET', as = 'json' }: Question): Promise<Answer<T>> {
  if (!KEY.test(key)) return { body: { ...SILENCE, problem: 'This is not a key.', code: 'no_key' }, quota: null }
  try {
    const init = { method, headers: { 'x-api-key': key }, cache: 'no-store', credentials: 'omit' } as const
    const response = await fetch(path, init)
    const quota = quotaOf(response.headers, Date.now())
    if (!response.ok) return { body: refusalOf(response, await problemIn(response)), quota }
    return { body: (await response[as]()) as T, quota }
  } catch {
    return { body: SILENCE, quota: null }
  }
}

const SILENCE: Refusal = {
  problem: 'The service does not answer.',
  code: 'network',
  status: 0,
  requestId: '',
  againAtMs: null,
}

interface Problem {
  readonly detail?: string
  readonly code?: string
  readonly request_id?: string
}

/** Something in front of the service may refuse in words of its own. */
async function problemIn(response: Response): Promise<Problem> {
  const body: unknown = await response.json().catch(() => null)
  return typeof body === 'object' && body !== null ? body : {}
}

function refusalOf({ status, headers }: Response, { detail, code = '', request_id = '' }: Problem): Refusal {
  const seconds = Number.parseInt(headers.get('retry-after') ?? '', 10)
  const againAtMs = Number.isNaN(seconds) ? null : Date.now() + 1000 * seconds
  return { problem: sentenceOf(status, code, detail), code, status, requestId: request_id, againAtMs }
}

/** In words that say what to do. */
function sentenceOf(status: number, code: string, detail: string | undefined): string {
  if (status === 401) return 'This key is not known, or no longer valid.'
  if (code === 'quota_exceeded') return 'This key has no queries left for now.'
  if (status === 503) return `The service cannot tell now. ${detail ?? ''}`.trim()
  return detail ?? `The service refused (${status}).`
}
