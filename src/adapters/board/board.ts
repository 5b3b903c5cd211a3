import type { Broadcaster } from '../../ports/broadcaster.ts'
import type { Lease } from '../../ports/lease.ts'
import type { SnapshotStore } from '../../ports/snapshot-store.ts'
import type { Wishes } from '../../ports/wishes.ts'

/**
 * What instances share their board through, as one owner sees it. The first three belong together: a fence that the
 * lease gave is what the log and the snapshot check.
 */
export interface Board {
  readonly broadcaster: Broadcaster
  readonly lease: Lease
  readonly snapshots: SnapshotStore
  readonly wishes: Wishes
  /** Frees what it holds; the lease is not given up. Every call, a waiting one too, then throws BoardUnavailable. */
  close(): Promise<void>
}

/**
 * Entries the log keeps: 64 for the ring of boards, 16 for the ticks between two snapshots, and 8 to spare for the
 * time a newcomer needs between loading the snapshot and reading on from it.
 */
export const LOG_ENTRIES_MAX = 64 + 16 + 8

/** How long a read waits for something to come, in milliseconds. */
export const READ_WAIT_MS = 1000

/** Entries that one read brings at most; the next read brings the rest. */
export const READ_ENTRIES_MAX = 64

/** Wishes that are kept: those of many instances for as long as what is wished stays wanted. */
export const WISHES_MAX = 1000
export const WISHES_KEPT_MS = 300_000
