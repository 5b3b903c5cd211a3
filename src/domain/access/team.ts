/** What a key may be used for. `read`: counts, tags, prices where those are not open to all. `taps:write`: taps and tags. */
export const SCOPES = ['read', 'taps:write'] as const
export type Scope = (typeof SCOPES)[number]

export interface Team {
  /** From 1. */
  readonly id: number
  /** Not empty, and no other team's. */
  readonly name: string
  /** Unix milliseconds, as all times here. */
  readonly createdAtMs: number
}

/** What is known of a key; the key itself is not. */
export interface ApiKey {
  /** Public: it is what people revoke. */
  readonly id: string
  readonly teamId: number
  /** What its owners call it; null when they do not. */
  readonly name: string | null
  /** How it begins, long enough for its owners to recognise it. */
  readonly prefix: string
  /** Its last four characters. */
  readonly ending: string
  readonly scopes: readonly Scope[]
  readonly createdAtMs: number
  /** Refused from then on; null: never by itself. */
  readonly expiresAtMs: number | null
  /** Refused from then on; in the future while a rotated key is still honoured; null: not revoked. */
  readonly revokedAtMs: number | null
}

/** Whoever holds a key that was accepted. */
export interface Holder {
  readonly team: Team
  readonly key: ApiKey
}

/** First moment at which a key is refused; Infinity when none is set. */
export function endOf({ expiresAtMs, revokedAtMs }: ApiKey): number {
  return Math.min(expiresAtMs ?? Number.POSITIVE_INFINITY, revokedAtMs ?? Number.POSITIVE_INFINITY)
}
