import type { Board } from './board.ts'
import type { ChangedSlots } from './changed-slots.ts'
import { lateStates } from './late-states.ts'
import type { TokenView } from './query.ts'
import { KEEP_BOARDS } from './ring.ts'
import { goOn, type Top, type TopSize, topOf, topSize } from './top.ts'
import type { ViewState } from './view-state.ts'
import { forgetBefore, nextState, stateAt } from './view-states.ts'

/** The views of one query that differ only in their limits: they share the work of keeping the order. */
export interface LiveQuery {
  /** Shows the first `limit` rows from now on, beginning at the board that was followed last. */
  show(limit: number): Showing
  hide(showing: Showing): void
  /** True when nobody is shown anything. */
  isIdle(): boolean
  /** Goes on to the next board. @param changed null when it shares no slots with the one before */
  follow(board: Board, changed: ChangedSlots | null): void
  /**
   * Goes on to a board that did not follow the last one: what was shown before cannot be asked for any more.
   * Versions go on by one, so to a reader who held on to an earlier state what lay in between counts for nothing.
   */
  restart(board: Board): void
}

/** What one view shows, and what it showed at the last positions. */
export interface Showing {
  readonly limit: number
  /** What it shows now. Identity changes only when something shown did. */
  state(): ViewState
  /** The first position that `at` can answer without `recall`. */
  sinceSeq(): number
  /** What it showed at a position of the followed boards; null below `sinceSeq`. */
  at(seq: number): ViewState | null
  /** Learns what it would have shown earlier. @param boards without a gap up to the one of `sinceSeq` */
  recall(boards: readonly Board[]): void
}

interface Shown extends Showing {
  next(top: Top, seq: number): void
  restart(top: Top, seq: number): void
}

/** @param size how many rows to keep in order for a limit */
export function liveQuery(view: TokenView, board: Board, size: (limit: number) => TopSize = topSize): LiveQuery {
  const showings = new Set<Shown>()
  let head = board
  let widest = 0
  let top: Top | null = null
  const topFor = (limit: number): Top => {
    if (top !== null && limit <= widest) return top
    widest = limit
    top = topOf(view, size(limit), head)
    return top
  }
  return {
    show(limit) {
      const first: ViewState = { seq: head.seq, rows: topFor(limit).first(limit), version: 0 }
      const showing = shown({ view, limit, size: size(limit) }, first)
      showings.add(showing)
      return showing
    },
    hide: (showing) => void showings.delete(showing as Shown),
    isIdle: () => showings.size === 0,
    follow(next, changed) {
      head = next
      if (top === null || !goOn(top, next, changed)) return
      for (const showing of showings) showing.next(top, next.seq)
    },
    restart(next) {
      head = next
      if (top === null) return
      top.rebuild(next)
      for (const showing of showings) showing.restart(top, next.seq)
    },
  }
}

interface ShownWhat {
  readonly view: TokenView
  readonly limit: number
  readonly size: TopSize
}

function shown(what: ShownWhat, first: ViewState): Shown {
  const { limit } = what
  let states = [first]
  let state = first
  return {
    limit,
    state: () => state,
    sinceSeq: () => states[0]?.seq ?? state.seq,
    at: (seq) => stateAt(states, seq),
    recall(boards) {
      states = [...lateStates({ ...what, known: states[0] ?? state }, boards), ...states]
    },
    next(top, seq) {
      const next = nextState(state, top.first(limit), seq)
      if (next === state) return
      state = next
      states.push(next)
      forgetBefore(states, seq - KEEP_BOARDS)
    },
    restart(top, seq) {
      state = { seq, rows: top.first(limit), version: state.version + 1 }
      states = [state]
    },
  }
}
