import type { Market } from './market.ts'

/** What a program asked of a fake source. `path` stands without the source's base. */
export interface Ask {
  readonly path: string
  readonly query: URLSearchParams
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>
}

/** An answer before it meets faults and the wire. `text` is the body as it is sent. */
export interface Reply {
  readonly status: number
  readonly headers: Readonly<Record<string, string>>
  readonly text: string
}

/** @param parts the path's captured pieces, percent-decoded */
type Handler = (parts: readonly string[], ask: Ask, market: Market) => Reply
export type Route = readonly [RegExp, Handler]

export function json(body: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): Reply {
  return {
    status,
    headers: { 'content-type': 'application/json; charset=utf-8', ...headers },
    text: JSON.stringify(body),
  }
}

export function plain(text: string, status: number, headers: Readonly<Record<string, string>> = {}): Reply {
  return { status, headers: { 'content-type': 'text/plain; charset=utf-8', ...headers }, text }
}

/** The first route whose pattern fits, or null. A path that cannot be decoded fits none. */
export function follow(routes: readonly Route[], ask: Ask, market: Market): Reply | null {
  for (const [pattern, handler] of routes) {
    const match = pattern.exec(ask.path)
    if (match === null) continue
    const parts = decoded(match.slice(1))
    return parts === null ? null : handler(parts, ask, market)
  }
  return null
}

function decoded(parts: readonly (string | undefined)[]): string[] | null {
  try {
    return parts.map((part) => decodeURIComponent(part ?? ''))
  } catch {
    return null
  }
}

/** The pieces of a comma-separated list, blanks left out. */
export function listed(text: string | null | undefined): string[] {
  return (text ?? '').split(',').flatMap((piece) => (piece.trim() === '' ? [] : [piece.trim()]))
}

/** A whole number of the query within bounds; the fallback when it is absent or not a number. */
export function whole(text: string | null, bounds: { readonly fallback: number; readonly max: number }): number {
  const value = Number(text ?? '')
  return text === null || !Number.isInteger(value) || value < 1 ? bounds.fallback : Math.min(value, bounds.max)
}
