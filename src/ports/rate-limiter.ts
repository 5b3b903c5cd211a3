/**
 * At most `limit` things in any window of `windowMs`, for each key by itself: not only in windows that begin at a certain
 * time. Nothing here throws: when what instances share cannot be reached, this one decides alone, within its share.
 */
export interface RateLimiter {
  readonly limit: number
  readonly windowMs: number
  /** Takes one, if there is one. */
  take(key: string): Promise<Taken>
  /** Gives one back that was taken for nothing: what it was taken for has failed on our side. */
  giveBack(key: string, slot: string): Promise<void>
  /** How things stand, without taking any. */
  look(key: string): Promise<Allowance>
  close(): Promise<void>
}

export interface Allowance {
  /** How many more there would be now. */
  readonly left: number
  /** Milliseconds until there is one more than now; 0 when all are there. */
  readonly moreInMs: number
}

export interface Taken extends Allowance {
  /** Names what was taken; null: there was none to take, and after `moreInMs` there is. */
  readonly slot: string | null
}
