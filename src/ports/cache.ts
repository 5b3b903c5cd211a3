/** A text and the moment it speaks of. */
export interface Stamped {
  readonly text: string
  /** Unix milliseconds of the fact inside, as its writer knows it; not the time of writing. */
  readonly stampMs: number
}

/**
 * Short-lived memory shared by the instances of one deployment. Losing every entry at any moment must be harmless.
 * Contract: tests/contracts/cache.test.ts, which every adapter and every composition passes.
 * CacheUnavailable is in domain/errors.ts.
 */
export interface Cache {
  /**
   * @returns the entry with the newest stamp written under `key`, or null when there is none or its time is over.
   * @throws CacheUnavailable when the backing system does not answer within its deadline.
   */
  get(key: string): Promise<Stamped | null>
  /**
   * Writes unless an entry with a newer stamp stands there: an older fact never replaces a newer one, whoever writes last.
   * An equal stamp replaces. A write that is accepted restarts the entry's time; one that is refused leaves it.
   * @param key 1 to 8,192 characters
   * @param ttlMs whole milliseconds, at least 1
   * @returns true when the entry now holds this text, false when a newer one stays.
   * @throws CacheUnavailable as above; the write may or may not have happened.
   * @throws RangeError for an empty key, a stamp that is not finite, or a time that is not as said: a caller's mistake.
   */
  put(key: string, entry: Stamped, ttlMs: number): Promise<boolean>
  /** Frees what it holds. Afterwards every call throws CacheUnavailable. Closing twice is harmless. */
  close(): Promise<void>
}
