import type { StreamToken } from '../../clients/stream.ts'

/** What the page reads of `GET /v1/tokens/{network}/{address}/explain`. */
export interface Explanation {
  readonly algo: string
  /** When it was decided, ISO 8601. */
  readonly now: string
  readonly result: {
    readonly price_usd: number | null
    readonly source: string | null
    readonly band: readonly [low: number, high: number] | null
    readonly witnesses: readonly string[]
  }
  readonly previous: { readonly pending: { readonly price_usd: number } | null } | null
  readonly inputs: readonly Statement[]
  readonly steps: {
    readonly sources: readonly { readonly source: string; readonly price_usd: number }[]
    readonly voters: readonly string[]
  }
  readonly published: { readonly status: StreamToken['status']; readonly price_usd: number | null }
}

/** What one source says of one pool, or of the token as a whole. */
export interface Statement {
  readonly source: string
  readonly pool: string | null
  readonly dex: string | null
  readonly price_usd: number | null
  readonly depth_usd: number | null
  readonly observed_at: string
  readonly weight: number
  readonly accepted: boolean
  readonly reason: string
}

/** What the page reads of `GET /v1/tokens/{network}/{address}`. */
export interface Detail {
  readonly reason: string | null
  readonly pools: readonly Pool[]
}

export interface Pool {
  readonly pool: string
  readonly dex: string | null
  readonly quote_symbol: string | null
  readonly price_usd: number
  readonly depth_usd: number | null
  readonly volume_usd: Readonly<Record<'24h', number | null>>
  readonly transactions: Readonly<Record<'24h', number | null>>
  readonly created_at: string | null
  readonly witnesses: readonly string[]
}

/** What the page reads of `GET /v1/tokens/{network}/{address}/candles`. */
export interface Candle {
  /** ISO 8601, UTC: where it begins, in whatever zone its day is of. */
  readonly open_time: string
  readonly open: number | null
  readonly high: number | null
  readonly low: number | null
  readonly close: number | null
  readonly volume: number | null
  readonly closed: boolean
}

export interface Failure {
  /** A sentence for people. */
  readonly problem: string
  readonly code: string
  readonly requestId: string
}

/** A refusal as the service sends it. */
interface Problem {
  readonly detail: string
  readonly code: string
  readonly request_id: string
}

export function isFailure(answer: object): answer is Failure {
  return 'problem' in answer
}

/** Where everything about a token is. @param id `network:address`, and an address may have colons of its own */
export function pathOf(id: string): string {
  const colon = id.indexOf(':')
  return `/v1/tokens/${id.slice(0, colon)}/${encodeURIComponent(id.slice(colon + 1))}`
}

/** Asks the service; its refusals and its silence come back as values. */
export async function ask<T extends object>(path: string): Promise<T | Failure> {
  try {
    const response = await fetch(path)
    const body: unknown = await response.json()
    if (response.ok) return body as T
    const { detail, code, request_id: requestId } = body as Problem
    return { problem: detail, code, requestId }
  } catch {
    return { problem: 'The service does not answer.', code: 'network', requestId: '' }
  }
}
