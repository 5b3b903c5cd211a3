import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Board } from '../../../src/domain/tokens/board.ts'
import { slotComparer } from '../../../src/domain/tokens/changed-slots.ts'
import { liveQuery, type Showing } from '../../../src/domain/tokens/live-query.ts'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import type { ViewState } from '../../../src/domain/tokens/view-state.ts'
import { deltaBetween } from '../../../src/domain/tokens/view-states.ts'
import { anyBoards, anyView, changesBetween, expected, read, type Shown, shown } from './live-histories.ts'

/** A view that is opened at some board and lives on. */
interface Opened {
  readonly limit: number
  readonly bornAt: number
}

const anyCase = fc.record({
  boards: anyBoards,
  view: anyView,
  spare: fc.nat(2),
  opened: fc.array(fc.record({ limit: fc.integer({ min: 1, max: 6 }), bornAt: fc.nat(14) }), {
    minLength: 1,
    maxLength: 3,
  }),
  /** Where readers stand, as shares of the history. */
  reads: fc.array(fc.nat(14), { maxLength: 5 }),
})

/** Follows all boards; each view is opened at its own, or at the last one. */
function live(boards: readonly Board[], view: TokenView, spare: number, opened: readonly Opened[]): Showing[] {
  const [first, ...later] = boards
  if (first === undefined) throw new Error('a history has a board')
  const query = liveQuery(view, first, (limit) => ({ least: limit, most: limit + spare }))
  const compare = slotComparer()
  const showings: Showing[] = []
  const open = (place: number) => {
    for (const [i, { limit, bornAt }] of opened.entries()) {
      if (Math.min(bornAt, boards.length - 1) === place) showings[i] = query.show(limit)
    }
  }
  open(0)
  let before = first
  for (const [place, board] of later.entries()) {
    query.follow(board, compare(before, board))
    before = board
    open(place + 1)
  }
  return showings
}

const RUNS = { numRuns: 5000 }

test('whatever happens, a reader at any position who applies the deltas holds exactly the view', {
  timeout: 120_000,
}, () => {
  let late = 0
  fc.assert(
    fc.property(anyCase, ({ boards, view, spare, opened, reads }) => {
      const showings = live(boards, view, spare, opened)
      for (const [i, showing] of showings.entries()) {
        const truth = boards.map((board) => expected(board, view, opened[i]?.limit ?? 0))
        for (const from of [...reads, boards.length - 1]) {
          const place = Math.min(from, boards.length - 1)
          const seq = boards[place]?.seq ?? 0
          if (seq < showing.sinceSeq()) {
            late += 1
            showing.recall(boards.filter((board) => board.seq >= seq && board.seq <= showing.sinceSeq()))
          }
          const state = showing.at(seq)
          expect(state?.rows.map(shown)).toEqual(truth[place])
        }
        checkReader(showing, boards, truth, reads)
      }
    }),
    RUNS,
  )
  expect(late).toBeGreaterThan(1000)
})

/** Reads at some positions, misses all others, and ends at the newest. */
function checkReader(
  showing: Showing,
  boards: readonly Board[],
  truth: readonly (readonly Shown[])[],
  reads: readonly number[],
) {
  const last = boards.length - 1
  const stops = [...new Set([...reads.map((at) => Math.min(at, last)), last])].sort((a, b) => a - b)
  let held: { place: number; state: ViewState; rows: readonly Shown[] } | null = null
  for (const place of stops) {
    const state = showing.at(boards[place]?.seq ?? 0)
    if (state === null) throw new Error('a position of the history is answered')
    if (held !== null) {
      const delta = deltaBetween(held.state, state)
      const rows = delta === null ? held.rows : read(held.rows, delta)
      expect(rows).toEqual(truth[place])
      const changes = changesBetween(truth, held.place, place)
      expect(state.version - held.state.version).toBe(changes)
      expect(delta === null).toBe(JSON.stringify(truth[held.place]) === JSON.stringify(truth[place]))
      if (delta !== null) expect(delta.conflated).toBe(changes > 1 ? changes - 1 : null)
    }
    held = { place, state, rows: truth[place] ?? [] }
  }
  expect(showing.state().rows.map(shown)).toEqual(truth[last])
}
