import type { Tag, Tap, TapFate } from '../domain/taps/tap.ts'

/**
 * Tags and their taps, for ever. What is counted was committed when the promise resolved, together with everything that
 * counts it (docs/storage.md says what that means for each engine). Times are Unix milliseconds. Every method may throw
 * StoreUnavailable; nothing is then half written, and trying again later makes sense and counts nothing twice.
 */
export interface TapStore {
  /** Those of a team that were not removed, by creation and uid. */
  tags(teamId: number): Promise<readonly Tag[]>
  /** Of whichever team; null when there is none, or it was removed. */
  tag(uid: string): Promise<Tag | null>
  /** @returns `taken` when there is one of this uid, even a removed one */
  addTag(tag: Tag): Promise<Tag | 'taken'>
  /** Its name, token and target. @returns null when the team has no such tag */
  changeTag(tag: Pick<Tag, 'teamId' | 'uid' | 'name' | 'tokenId' | 'targetUrl'>): Promise<Tag | null>
  /** Its taps stay counted; new ones are refused. @returns false when the team has no such tag */
  removeTag(teamId: number, uid: string): Promise<boolean>
  /** Creates tags, and the teams of those ids that do not exist, named `team <id>`. A tag that is there stays as it is. */
  importTags(tags: readonly Tag[]): Promise<ImportedTags>
  /**
   * Records batches, each whole or not at all, in as few transactions as can be.
   * @param nowMs when taps without a time happened
   * @returns for each batch, in order, what became of it
   */
  record(batches: readonly TapBatch[], nowMs: number): Promise<readonly BatchFate[]>
  /**
   * Taps of whatever team, found by their tag; otherwise as `record`. Every tap has a time. Their ids are unique among all
   * that were ever imported, whatever team they are of, and apart from those that teams give: one that was imported for
   * another team is `id_reused`.
   */
  importTaps(taps: readonly (Tap & { readonly atMs: number })[]): Promise<readonly TapFate[]>
  /**
   * Taps of a team between each two neighbours of `bounds`: from the first on, before the second. Exact to the millisecond.
   * @param bounds ascending, two or more
   */
  counts(teamId: number, bounds: readonly number[]): Promise<readonly number[]>
  /** The same for each tag that has any there, by uid. @param tags null: all of the team, removed ones too */
  countsByTag(
    teamId: number,
    tags: readonly string[] | null,
    bounds: readonly number[],
  ): Promise<ReadonlyMap<string, readonly number[]>>
  /**
   * Begins of intervals in a time zone, ascending: the first at or before `fromMs`, the last at or after `toMs`.
   * @returns null when the engine knows no such zone
   * @throws RangeError for more than a hundred thousand, and for times beyond the year 9999
   */
  boundaries(
    unit: 'hour' | 'day' | 'week' | 'month' | 'quarter',
    zone: string,
    range: { readonly fromMs: number; readonly toMs: number },
  ): Promise<readonly number[] | null>
  /**
   * A text that changes whenever a count of the team may have, whoever wrote: as cheap as the engine allows, and never
   * the same for different counts.
   */
  version(teamId: number): Promise<string>
  /**
   * What was written for a team lately, at least in the last RECENT_MS; ids tell changes apart and have no order. What is
   * not in one answer and was not in the one before has not been written in between, if those are less than RECENT_MS apart.
   */
  recent(teamId: number): Promise<readonly RecentChange[]>
  /** Time of the first and the last tap of a team; null before the first. */
  extent(teamId: number): Promise<{ readonly firstMs: number; readonly lastMs: number } | null>
  /** Compares what was recorded with what counts it. @returns how many minutes of teams differ: 0 unless something broke */
  check(): Promise<number>
  /** Makes everything that counts anew from what was recorded. */
  rebuild(): Promise<void>
}

/** What one request brings. */
export interface TapBatch {
  readonly teamId: number
  readonly taps: readonly Tap[]
  /** The same key and fingerprint within 24 h get the same answer; null when the client gave no key. */
  readonly retry: { readonly key: string; readonly fingerprint: string } | null
}

export type BatchFate =
  /** In the order of the taps. `isReplay`: this is the answer that was given before. */
  | { readonly fates: readonly TapFate[]; readonly isReplay: boolean }
  /** The key belongs to another body: nothing was recorded. */
  | 'key_reused'

export interface RecentChange {
  readonly id: string
  /** Uid of the tag. */
  readonly tag: string
  /** Begin of the minute. */
  readonly minuteMs: number
}

export interface ImportedTags {
  readonly inserted: number
  readonly unchanged: number
  /** Uids that belong to another team than the file says: those were not touched. */
  readonly taken: readonly string[]
  /** Ids of the teams that were created. */
  readonly teams: readonly number[]
}
