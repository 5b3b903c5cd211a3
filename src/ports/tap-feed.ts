import type { TapState } from '../domain/taps/live-state.ts'
import type { TapLiveInterval } from '../domain/taps/live-window.ts'

/**
 * The taps of each team as a cursor: what streams ask of the service. A reader costs it one pointer to a state, never a
 * queue; the store is asked once for all readers of a team, and not at all for a team without readers.
 */
export interface TapFeed {
  /**
   * The shared live view of a question, of this team alone. Resolves when there is something to show.
   * @throws ServiceError `tag_not_found` also for a tag of another team, `taps_unavailable`
   */
  open(teamId: number, question: TapLiveQuestion): Promise<TapView>
  /** Calls `run` whenever a view shows something else. @returns a function that stops it */
  onNews(run: () => void): () => void
}

export interface TapLiveQuestion {
  readonly interval: TapLiveInterval
  /** Uid; null: every tag of the team, removed ones too. */
  readonly tag: string | null
}

export interface TapView {
  readonly question: TapLiveQuestion
  /** What it shows now: one object for all readers. Its state is another one only when something of the team's taps is. */
  head(): TapMoment
  /** What it showed at an earlier position, which then resumes without a gap; null: not known here (any more). */
  at(position: { readonly epoch: string; readonly seq: number }): TapState | null
  /** Once for every `open`. */
  close(): void
}

export interface TapMoment {
  /** Another one: changes may have been missed, or this is another instance. Positions of the old one mean nothing. */
  readonly epoch: string
  readonly state: TapState
  /** Everything that was committed up to then is counted. Unix milliseconds; it stands still while the store is away. */
  readonly asOfMs: number
}
