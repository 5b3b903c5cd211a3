import type { Cache, Stamped } from '../../ports/cache.ts'

/** An entry and how long it has to live. */
export interface Held {
  readonly entry: Stamped
  /** Whole milliseconds left when it was looked at, at least 1; never more than it really had. */
  readonly lifeMs: number
}

/**
 * A cache that can say how long an entry has left. It is what `tieredCache` is made of: a value that moves from one
 * tier to the other takes its remaining life with it, so that moving never makes anything live longer.
 */
export interface Tier extends Cache {
  /** As `get`, with the remaining life. */
  look(key: string): Promise<Held | null>
}

/**
 * Every adapter refuses the same nonsense, so that none of them stores what another would not.
 * @throws RangeError for an empty key, a stamp that is no number, or a time that is not whole milliseconds from 1 on:
 *   mistakes of the caller, which trying again cannot help.
 */
export function assertStorable(key: string, entry: Stamped, ttlMs: number): void {
  if (key === '') throw new RangeError('A cache key needs at least one character.')
  if (!Number.isFinite(entry.stampMs)) throw new RangeError('The stamp of a cache entry must be a finite number.')
  if (!Number.isSafeInteger(ttlMs) || ttlMs < 1) throw new RangeError('The time of a cache entry is at least 1 ms.')
}
