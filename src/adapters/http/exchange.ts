import type { Holder } from '../../domain/access/team.ts'
import type { Caller } from '../../ports/caller.ts'

/** What the runtime hands over beside the request, as far as plain answers need it. */
export type RuntimeEnv = Pick<Caller, 'incoming'>

/** One request while it is being answered. */
export interface Exchange {
  readonly method: string
  /** Path and query as sent. */
  readonly target: string
  readonly requestId: string
  /** Null when it was not sent. @param name lower-case */
  header(name: string): string | null
  /** Null where nothing listens: a request made in this process. */
  readonly caller: Caller | null
  /** Who may have the answer. Set by the gate before any handler. */
  readonly audience?: Audience
  /** Whose key or ticket came with the request and was checked; absent: nobody's was. */
  readonly holder?: Holder
}

/** `everyone`; `holders`: whoever has a key, the same for all of them; `one`: the team, or the operator, that asks. */
export type Audience = 'everyone' | 'holders' | 'one'

/** What handlers find in `c.env`. */
export interface EdgeEnv {
  Bindings: { exchange: Exchange }
}

/** Reads a header the cheap way where there is one: building a Headers object costs more than a prepared answer. */
export function headerReader(request: Request, env: RuntimeEnv | undefined): (name: string) => string | null {
  const headers = env?.incoming?.headers
  if (headers === undefined) return (name) => request.headers.get(name)
  return (name) => {
    const value = headers[name]
    return typeof value === 'string' ? value : (value?.join(', ') ?? null)
  }
}
