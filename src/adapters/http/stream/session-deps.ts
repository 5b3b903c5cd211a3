import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { TapFeed } from '../../../ports/tap-feed.ts'
import type { Edition } from './edition.ts'
import type { StreamLimits } from './limits.ts'
import type { Session } from './session.ts'

/** How a stream was ended from our side. */
export interface Ended {
  readonly code: number
  /** How long its reader had been behind, milliseconds; null when it was not. */
  readonly behindMs: number | null
}

/** What all sessions have in common: one object for all, which a board then finds in the processor's cache. */
export interface SessionDeps {
  readonly feed: BoardFeed
  readonly taps: TapFeed
  readonly clock: Clock
  readonly limits: StreamLimits
  /** What there is to say now; null before the first board. */
  readonly edition: () => Edition | null
  /** 0 up to 1: spreads what would otherwise happen to all clients at once. */
  readonly random: () => number
  /** Runs something of a session later; a fault in it ends the session and nothing else. */
  readonly later: (one: Session, delayMs: number, run: () => void) => void
  /** Called when a session begins to follow taps. */
  readonly onTaps: (one: Session) => void
  /** Called once, when a session has ended. @param how null when it was not we who ended it */
  readonly onEnd: (one: Session, how: Ended | null) => void
}
