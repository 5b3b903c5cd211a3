import type { ApiKey, Holder, Team } from '../domain/access/team.ts'

/**
 * Teams and their keys, for ever. Keys are known by a digest: 64 hexadecimal digits of SHA-256. Every method may throw
 * StoreUnavailable; nothing is then half written.
 */
export interface AccessStore {
  /** @param id null: the next free one. @returns `taken` when the id, or a name of the same nameKey, is another team's */
  createTeam(name: string, id: number | null, nowMs: number): Promise<Team | 'taken'>
  /** All, by id. */
  teams(): Promise<readonly Team[]>
  /** @param idOrName an id wins over a name that looks like one; names are the same by nameKey */
  team(idOrName: string): Promise<Team | null>
  /** @throws ServiceError `team_not_found` */
  addKey(key: ApiKey, digest: string): Promise<void>
  /** All that the team ever had, newest first; empty for an unknown team. */
  keys(teamId: number): Promise<readonly ApiKey[]>
  key(id: string): Promise<ApiKey | null>
  /** Never later than it was revoked before. @returns the key as it is now; null when there is none of this id */
  revokeKey(id: string, atMs: number): Promise<ApiKey | null>
  /**
   * The next key in place of one that was never revoked, which ends at that time; both or neither.
   * @returns false when there is none of this id, or it was revoked: also by another rotation at the same moment
   */
  replaceKey(id: string, endsAtMs: number, next: ApiKey, digest: string): Promise<boolean>
  /** Whether or not the key still holds: that is the caller's to check. */
  holder(digest: string): Promise<Holder | null>
  /** Another number than before whenever a team or a key has changed, whoever did it; one cheap question. */
  version(): Promise<number>
  /** A ticket opens one stream in the name of a key. Those that have ended are swept up. */
  addTicket(digest: string, keyId: string, expiresAtMs: number): Promise<void>
  /** Takes it away, so that it is good once, wherever it is used. @returns null when there is none, or it had ended */
  takeTicket(digest: string, nowMs: number): Promise<Holder | null>
}
