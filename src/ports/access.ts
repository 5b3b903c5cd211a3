import type { ApiKey, Holder, Scope, Team } from '../domain/access/team.ts'

/** Who may ask what. Every method throws ServiceError `access_unavailable` when nobody can tell now. */
export interface AccessService {
  /** Whose key this is; null when it is nobody's, or no longer: the two look the same. */
  holder(secret: string): Promise<Holder | null>
  /** The same as far as it is known without asking anybody; undefined when somebody has to be asked. Never throws. */
  known(secret: string): Holder | null | undefined
  /** Calls back once, within two seconds of the moment from which the key is refused. @returns stops that */
  watch(key: ApiKey, onEnd: () => void): () => void
  /** For a client that can set no header: good for one stream, for a short time. */
  ticket(holder: Holder): Promise<Ticket>
  /** @returns null when it is no ticket, was used, or its time or its key's is over */
  redeem(ticket: string): Promise<Holder | null>
  /** @throws ServiceError `team_taken` */
  createTeam(name: string): Promise<Team>
  teams(): Promise<readonly Team[]>
  /** @param team id or name. @throws ServiceError `team_not_found` */
  keys(team: string): Promise<readonly ApiKey[]>
  /** @throws ServiceError `team_not_found` */
  issueKey(team: string, wish: KeyWish): Promise<IssuedKey>
  /** From now on. Revoking twice is harmless. @throws ServiceError `key_not_found` */
  revokeKey(id: string): Promise<ApiKey>
  /** A new key like the old one, which is refused when the grace is over. @throws ServiceError `key_not_found`, also for one that is over or was rotated or revoked */
  rotateKey(id: string, graceMs: number): Promise<IssuedKey>
}

export interface KeyWish {
  readonly name: string | null
  readonly scopes: readonly Scope[]
  /** Unix milliseconds; null: never by itself. */
  readonly expiresAtMs: number | null
}

export interface IssuedKey {
  readonly key: ApiKey
  /** The key itself: here, and never again. */
  readonly secret: string
}

export interface Ticket {
  readonly ticket: string
  readonly expiresAtMs: number
}
