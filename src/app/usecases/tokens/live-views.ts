import type { Board, Change } from '../../../domain/tokens/board.ts'
import { slotComparer } from '../../../domain/tokens/changed-slots.ts'
import type { Showing } from '../../../domain/tokens/live-query.ts'
import { type BoardRing, boardRing, isNext } from '../../../domain/tokens/ring.ts'
import type { ViewState } from '../../../domain/tokens/view-state.ts'
import type { BoardFeed, LiveView } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { openViews } from './open-views.ts'
import { noData } from './pages.ts'

/** What views that did not live at the asked position may cost in a while, in boards walked: a burst must not block. */
const LATE_BOARDS_MAX = 200
const LATE_WHILE_MS = 100
/** Each begins by reading a whole board, which takes about as long as going on over so many. */
const LATE_BEGIN_BOARDS = 10

/** The feed that streams read, and what drives it. */
export interface LiveViews extends BoardFeed {
  /**
   * All views go on to the newest board.
   * @param boards every board since the last call, in order; a first one that does not follow on starts all views anew
   * @param changes those of all these boards
   * @param snapshot that of the last of them
   * @throws RangeError when a board is not newer than the head of its epoch
   */
  follow(boards: readonly Board[], changes: readonly Change[], snapshot: Snapshot): void
  /** The texts that somebody watches just now. */
  heldQueries(): ReadonlySet<string>
}

type Listener = Parameters<BoardFeed['onBoard']>[0]

export function liveViews({ clock }: { readonly clock: Clock }): LiveViews {
  const ring = boardRing()
  const views = openViews(clock)
  const compare = slotComparer()
  const recall = recaller(ring, clock)
  const listeners = new Set<Listener>()
  let newest: Snapshot | null = null

  function followEach(boards: readonly Board[]): void {
    for (const board of boards) {
      const before = ring.head()
      ring.push(board, clock.monotonicMs())
      if (before === null) continue
      const changed = compare(before, board)
      for (const query of views.queries()) query.follow(board, changed)
    }
  }

  function restart(boards: readonly Board[]): void {
    for (const board of boards) ring.push(board, clock.monotonicMs())
    const head = ring.head()
    if (head !== null) for (const query of views.queries()) query.restart(head)
  }

  return {
    head: () => newest,
    heldQueries: views.heldQueries,
    open(view, limit) {
      const head = ring.head()
      if (head === null) throw noData()
      const { showing, release } = views.hold(view, limit, head)
      return liveView({ showing, release, ring, recall })
    },
    onBoard(run) {
      const listener: Listener = (snapshot, changes) => run(snapshot, changes)
      listeners.add(listener)
      return () => void listeners.delete(listener)
    },
    follow(boards, changes, snapshot) {
      const isUnbroken = boards.every((board, i) => follows(boards[i - 1] ?? ring.head(), board))
      if (isUnbroken) followEach(boards)
      else restart(boards)
      newest = snapshot
      views.dropUnheld()
      for (const listener of listeners) listener(snapshot, isUnbroken ? changes : [])
    },
  }
}

/** @throws RangeError rather than show an earlier board after a later one */
function follows(before: Board | null, board: Board): boolean {
  if (before !== null && before.epoch === board.epoch && board.seq <= before.seq) {
    throw new RangeError(`board ${board.seq} cannot follow board ${before.seq}`)
  }
  return before !== null && isNext(before, board)
}

interface LiveViewParts {
  readonly showing: Showing
  readonly release: () => void
  readonly ring: BoardRing
  readonly recall: (showing: Showing, seq: number) => ViewState | null
}

function liveView({ showing, release, ring, recall }: LiveViewParts): LiveView {
  return {
    state: showing.state,
    at({ epoch, seq }) {
      const head = ring.head()
      if (head === null || head.epoch !== epoch) return 'gone'
      if (seq > head.seq) return 'ahead'
      return showing.at(seq) ?? recall(showing, seq) ?? 'gone'
    },
    close: release,
  }
}

/** Finds out, from the boards that are kept, what a view would have shown before it was opened. */
function recaller(ring: BoardRing, clock: Clock): LiveViewParts['recall'] {
  let whileBeganMs = Number.NEGATIVE_INFINITY
  let walked = 0
  return (showing, seq) => {
    const nowMs = clock.monotonicMs()
    if (nowMs - whileBeganMs >= LATE_WHILE_MS) {
      whileBeganMs = nowMs
      walked = 0
    }
    const boards = ring.between(seq, showing.sinceSeq())
    if (boards.length === 0 || walked >= LATE_BOARDS_MAX) return null
    walked += boards.length + LATE_BEGIN_BOARDS
    showing.recall(boards)
    return showing.at(seq)
  }
}
