import { JSON_HEADERS } from '../support/wire.ts'

/** An answer, its body read. */
export interface Answer {
  readonly status: number
  readonly headers: Headers
  readonly body: unknown
}

/** Whoever has this key or token, at a service. */
export interface Client {
  get(path: string): Promise<Answer>
  post(path: string, body: object, headers?: Readonly<Record<string, string>>): Promise<Answer>
  delete(path: string): Promise<Answer>
}

export function clientOf(url: string, key: string): Client {
  const ask = async (path: string, init: RequestInit & { headers?: Record<string, string> } = {}): Promise<Answer> => {
    const headers = { authorization: `Bearer ${key}`, ...init.headers }
    const response = await fetch(url + path, { redirect: 'manual', ...init, headers })
    const text = await response.text()
    const isJson = response.headers.get('content-type')?.includes('json') ?? false
    return { status: response.status, headers: response.headers, body: isJson ? JSON.parse(text) : text }
  }
  return {
    get: (path) => ask(path),
    post: (path, body, headers = {}) =>
      ask(path, { method: 'POST', body: JSON.stringify(body), headers: { ...JSON_HEADERS, ...headers } }),
    delete: (path) => ask(path, { method: 'DELETE' }),
  }
}
