/** A thing that is tapped: an NFC tag, a QR code, a button. Tags of all teams have different uids. */
export interface Tag {
  /** Whole number from 1 to 2^63-1 in decimal digits: more than a double can hold. */
  readonly uid: string
  readonly teamId: number
  readonly name: string | null
  /** The token that it stands for, as everywhere: `solana:So111…`. Null: none. */
  readonly tokenId: string | null
  /** Where a tap leads, https; null: to the page of its token. */
  readonly targetUrl: string | null
  /** Unix milliseconds, as all times here. */
  readonly createdAtMs: number
}

/** One tap as its team told it. */
export interface Tap {
  /** The team's own name of this event, 1 to 64 printable characters: it is counted once, however often it comes. */
  readonly id: string
  /** Uid of the tag. */
  readonly tag: string
  /** How many taps it stands for, from 1 to TAP_COUNT_MAX. */
  readonly count: number
  /** When it happened; null: when it came. */
  readonly atMs: number | null
}

export const TAP_COUNT_MAX = 1_000_000
/** For at least so long a store names what was written lately (TapStore.recent). */
export const RECENT_MS = 2_000
/** The largest uid: what eight bytes hold. */
export const TAG_UID_MAX = 9_223_372_036_854_775_807n

/**
 * What became of a tap. `duplicate`: it was counted before, the same one. `id_reused`: its id belongs to another tap, and
 * this one is not counted. `tag_not_found`: the team has no such tag.
 */
export type TapFate = 'accepted' | 'duplicate' | 'id_reused' | 'tag_not_found'

export const TAP_INTERVALS = ['minute', 'hour', 'day', 'week', 'month', 'quarter'] as const
export type TapInterval = (typeof TAP_INTERVALS)[number]
