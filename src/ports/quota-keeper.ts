/**
 * Remembers what was taken of quotas while the process that counts is away, so that a restart is no fresh start.
 * Both methods may fail; whoever counts goes on without, and asks again.
 */
export interface QuotaKeeper {
  /** All that was saved last. */
  load(): Promise<readonly KeptQuota[]>
  /** Replaces what is kept of each of these keys, an empty one by nothing; what is kept of others stays. */
  save(changed: readonly KeptQuota[]): Promise<void>
}

export interface KeptQuota {
  readonly key: string
  /** Unix milliseconds, oldest first. */
  readonly takenAtMs: readonly number[]
}
