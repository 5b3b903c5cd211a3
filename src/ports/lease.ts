/**
 * Who may compute the next board. At most one owner at a time holds the lease; because a paused owner may wake up late,
 * every write it makes carries the fence it was given, and an older fence is refused (broadcaster.ts, snapshot-store.ts).
 * Contract: tests/contracts/lease.test.ts
 */
export interface Lease {
  /**
   * Claims the lease, or renews it when it is already ours (an owner must never shut itself out).
   * The lease ends by itself `ttlMs` after the last successful claim or append.
   * @throws BoardUnavailable when the shared system does not answer.
   */
  claim(): Promise<Claim>
  /**
   * Gives the lease up if it is ours, so that another need not wait for its end. Harmless when it is not.
   * @throws BoardUnavailable
   */
  release(): Promise<void>
}

export type Claim = ClaimedAt & (Held | { readonly held: false })

interface ClaimedAt {
  /** Unix milliseconds by the clock of the shared system, at some moment of the call: the one clock that all agree on. */
  readonly nowMs: number
}

interface Held {
  readonly held: true
  /** Larger than that of every claim before by another owner. */
  readonly fence: number
  /** The newest board that is known, null when none is. */
  readonly head: { readonly epoch: string; readonly seq: number } | null
  /** False: the shared system was restarted or lost its memory since that board, so a new epoch must begin. */
  readonly continues: boolean
}
