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
   * Leaves a note with the lease, in place of the one before. Every later claim, by anybody, brings it: so a successor
   * knows what its predecessor was about to do, however suddenly that ended.
   * @returns false, and leaves nothing, when the lease is not ours.
   * @throws BoardUnavailable; the note may have been left all the same.
   */
  leave(note: string): Promise<boolean>
  /**
   * Gives the lease up if it is ours, so that another need not wait for its end. Harmless when it is not.
   * @throws BoardUnavailable
   */
  release(): Promise<void>
}

export type Claim = Told & (Held | { readonly held: false })

interface Told {
  /** Unix milliseconds by the clock of the shared system, at some moment of the call: the one clock that all agree on. */
  readonly nowMs: number
  /** What was left last by whoever held the lease; null when nothing was, or it is lost. */
  readonly note: string | null
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
