/** What the page reads of `GET /v1/tokens/{network}/{address}/explain`. */
export interface Explanation {
  readonly algo: string
  readonly result: { readonly source: string | null }
  readonly inputs: readonly {
    readonly source: string
    readonly pool: string | null
    readonly dex: string | null
    readonly price_usd: number | null
    readonly depth_usd: number | null
    readonly age_ms: number
    readonly accepted: boolean
    readonly reason: string
  }[]
  readonly steps: { readonly voters: readonly string[] }
  /** Where it came from. */
  readonly path: string
}

export interface Failure {
  /** A sentence for people. */
  readonly problem: string
  readonly code: string
  readonly requestId: string
}

/** @param id `network:address` */
export async function fetchExplanation(id: string): Promise<Explanation | Failure> {
  const colon = id.indexOf(':')
  const path = `/v1/tokens/${id.slice(0, colon)}/${encodeURIComponent(id.slice(colon + 1))}/explain`
  try {
    const response = await fetch(path)
    const body = await response.json()
    if (response.ok) return { ...body, path }
    return { problem: body.detail, code: body.code, requestId: body.request_id }
  } catch {
    return { problem: 'The service does not answer.', code: 'network', requestId: '' }
  }
}
