import type { Board } from './board.ts'
import { slotComparer } from './changed-slots.ts'
import type { TokenView } from './query.ts'
import { goOn, type TopSize, topOf } from './top.ts'
import type { ViewState } from './view-state.ts'
import { nextState } from './view-states.ts'

export interface LateView {
  readonly view: TokenView
  readonly limit: number
  readonly size: TopSize
  /** The earliest state that is known. */
  readonly known: ViewState
}

/**
 * What a view showed before anybody looked: the states that come before the known one, with the versions they would
 * have had. They are what a view that always lived would hold, since it is made of the same boards by the same steps.
 * @param boards one after the other, the last one being that of the known state
 */
export function lateStates(late: LateView, boards: readonly Board[]): ViewState[] {
  const states = fold(late, boards)
  const behind = late.known.version - (states.at(-1)?.version ?? 0)
  const earlier = states.filter(({ seq }) => seq < late.known.seq)
  return earlier.map((state) => ({ ...state, version: state.version + behind }))
}

function fold({ view, limit, size }: LateView, boards: readonly Board[]): ViewState[] {
  const [first, ...later] = boards
  if (first === undefined) return []
  const compare = slotComparer()
  const top = topOf(view, size, first)
  let state: ViewState = { seq: first.seq, rows: top.first(limit), version: 0 }
  const states = [state]
  let before = first
  for (const board of later) {
    if (goOn(top, board, compare(before, board))) state = nextState(state, top.first(limit), board.seq)
    if (state !== states.at(-1)) states.push(state)
    before = board
  }
  return states
}
