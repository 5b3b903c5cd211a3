import type { Correlation } from '../domain/attention/lagging.ts'
import type { AttentionBucket } from '../domain/attention/moments.ts'
import type { When } from '../domain/calendar.ts'
import type { TapInterval } from '../domain/taps/tap.ts'

/** What a team may ask of its taps beside the price of a token. */
export interface AttentionService {
  /** As TapService.checkAnalytics. @throws ServiceError `invalid_parameter`, `tag_not_found`, `taps_unavailable` */
  checkAttention(teamId: number, question: AttentionQuestion): Promise<void>
  /**
   * @throws ServiceError `invalid_parameter`, `tag_not_found`, `taps_unavailable`, `history_unavailable`
   */
  attention(teamId: number, question: AttentionQuestion): Promise<Attention>
}

export interface AttentionQuestion {
  /** A tag by its uid, and the token that it names; or a token, and all tags of the team that name it. */
  readonly of: { readonly tag: string } | { readonly token: string }
  readonly from: When
  /** Not included; of a day, the whole of it is. */
  readonly to: When
  readonly interval: TapInterval
  /** IANA name */
  readonly zone: string
  /** Lags of up to so many buckets are tried, either way. */
  readonly lagsMax: number
}

export interface Attention {
  readonly tokenId: string
  /** Uids of the tags whose taps were counted. */
  readonly tags: readonly string[]
  /** Unix milliseconds, half-open. */
  readonly fromMs: number
  readonly toMs: number
  readonly interval: TapInterval
  readonly zone: string
  readonly buckets: readonly AttentionBucket[]
  readonly correlation: Correlation
}
