import type { When } from '../domain/calendar.ts'
import type { Tag, TapInterval } from '../domain/taps/tap.ts'

/**
 * What a team may do with its tags and taps. Every method throws ServiceError `taps_unavailable` when the store cannot
 * answer now. A tag of another team is `tag_not_found`, like one that does not exist.
 */
export interface TapService {
  /** Resolves when all is committed. @throws ServiceError `taps_busy` when too much waits, `retry_key_reused`, `retry_in_flight` */
  record(request: TapRequest): Promise<Recorded>
  /**
   * Counts one tap of a tag, whoever's it is. While the store is away a tag that was tapped here before is still known,
   * and the tap is counted when the store is back.
   * @throws ServiceError `tag_not_found`
   */
  visit(uid: string): Promise<Tag>
  /** The same tag, without counting anything. @throws ServiceError `tag_not_found` */
  tag(uid: string): Promise<Tag>
  /** A page of those of a team, by creation and uid. @throws ServiceError `invalid_cursor` */
  tags(teamId: number, request: TagsRequest): Promise<TagPage>
  /** @throws ServiceError `tag_taken`, `invalid_body` */
  addTag(teamId: number, wish: TagWish & { readonly uid: string | null }): Promise<Tag>
  /** What is left out stays. @throws ServiceError `tag_not_found`, `invalid_body` */
  changeTag(teamId: number, uid: string, wish: TagWish): Promise<Tag>
  /** Its taps stay counted. @throws ServiceError `tag_not_found` */
  removeTag(teamId: number, uid: string): Promise<void>
  /**
   * Says what is wrong with a question, without counting anything: for whoever gives something for the answer.
   * @throws ServiceError `invalid_parameter`, `tag_not_found`
   */
  checkAnalytics(teamId: number, question: TapQuestion): Promise<void>
  /** @throws ServiceError as `checkAnalytics`, which leaves out what cannot be told without counting */
  analytics(teamId: number, question: TapQuestion): Promise<TapCounts>
}

export interface TapRequest {
  readonly teamId: number
  /** As they came: each is judged by itself. */
  readonly taps: readonly unknown[]
  /** What the client calls this request, to send it again; null: nothing. */
  readonly retryKey: string | null
}

export interface Recorded {
  readonly accepted: number
  readonly duplicates: number
  readonly rejected: readonly { readonly index: number; readonly code: RejectedTap }[]
}

export type RejectedTap =
  | 'invalid_tap'
  | 'invalid_id'
  | 'invalid_count'
  | 'invalid_time'
  | 'in_the_future'
  | 'id_reused'
  | 'tag_not_found'

export interface TagsRequest {
  /** At most so many. */
  readonly limit: number
  /** Text of an earlier page's `nextCursor`; null: from the first. */
  readonly cursor: string | null
}

export interface TagPage {
  readonly tags: readonly Tag[]
  /** Null on the last page. */
  readonly nextCursor: string | null
}

export interface TagWish {
  readonly name?: string | null | undefined
  readonly tokenId?: string | null | undefined
  readonly targetUrl?: string | null | undefined
}

export interface TapQuestion {
  readonly from: When
  /** Not included; of a day, the whole of it is. */
  readonly to: When
  readonly interval: TapInterval
  /** IANA name */
  readonly zone: string
  /** Uid; null: all of the team. */
  readonly tag: string | null
  readonly byTag: boolean
}

export interface TapCounts {
  /** Unix milliseconds, half-open. */
  readonly fromMs: number
  readonly toMs: number
  readonly interval: TapInterval
  readonly zone: string
  /** All that touch the range, oldest first, zero-filled. */
  readonly buckets: readonly TapBucket[]
  /** By tag; null when it was not asked for. Tags without a tap in the range are left out. */
  readonly byTag: readonly { readonly tag: string; readonly counts: readonly number[] }[] | null
  readonly total: number
}

export interface TapBucket {
  readonly startMs: number
  readonly endMs: number
  readonly count: number
  /** It is cut by the range, or not over yet. */
  readonly isPartial: boolean
}
