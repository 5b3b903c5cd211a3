import type { BoardBody, Position } from './broadcaster.ts'

/**
 * One board beside the log of ticks, from which whoever starts can catch up. It is the oldest board that the ring of an
 * instance keeps, so that with the tail of the log a newcomer honours every position that the others honour.
 * Contract: tests/contracts/snapshot-store.test.ts
 */
export interface SnapshotStore {
  /** Null when there is none. @throws BoardUnavailable */
  load(): Promise<(Position & { readonly body: BoardBody }) | null>
  /**
   * @returns false, and stores nothing, when the fence is outdated, another owner holds the lease, the epoch is
   *   not the current one, or a snapshot of it stands that is as new or newer.
   * @throws BoardUnavailable
   */
  save(snapshot: Position & { readonly fence: number; readonly body: BoardBody }): Promise<boolean>
}
