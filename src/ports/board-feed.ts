import type { Change } from '../domain/tokens/board.ts'
import type { TokenView } from '../domain/tokens/query.ts'
import type { ViewState } from '../domain/tokens/view-state.ts'
import type { Snapshot } from './service.ts'

/** The board as a cursor: what streams ask of the service. A client costs it one pointer to a state, never a queue. */
export interface BoardFeed {
  /** The newest snapshot, or null before the first one. */
  head(): Snapshot | null
  /**
   * The shared live view of a query; equal arguments share one. Its tokens are asked of the sources while anybody holds it.
   * @throws ServiceError `no_data` before the first board, `too_many_views` when the service keeps as many as it can.
   */
  open(view: TokenView, limit: number): LiveView
  /**
   * Calls `run` after each new board, when all open views have followed.
   * `changes` are those of the ticks since the last call, in order; empty when there is no telling (a new epoch).
   * @returns a function that stops it.
   */
  onBoard(run: (snapshot: Snapshot, changes: readonly Change[]) => void): () => void
}

export interface LiveView {
  /** What it shows now. Identity changes only when something shown changed. */
  state(): ViewState
  /**
   * What it showed at an earlier position, which then resumes without a gap: exact for every seq of the ring.
   * - `ahead`: the position is of this epoch and beyond our head: another instance is faster. Wait for it.
   * - `gone`: another epoch, or no longer kept, or too many such questions at once. Start anew.
   */
  at(position: { readonly epoch: string; readonly seq: number }): ViewState | 'ahead' | 'gone'
  /** Once for every `open`. */
  close(): void
}
