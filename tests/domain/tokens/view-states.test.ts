import { describe, expect, test } from 'vitest'
import { applyTick, type Board, emptyBoard } from '../../../src/domain/tokens/board.ts'
import { slotComparer } from '../../../src/domain/tokens/changed-slots.ts'
import { liveQuery } from '../../../src/domain/tokens/live-query.ts'
import { KEEP_BOARDS } from '../../../src/domain/tokens/ring.ts'
import { deltaBetween, forgetBefore, nextState, stateAt } from '../../../src/domain/tokens/view-states.ts'
import { IDS, row, WHOLE_BOARD } from './rows.ts'

const [A = 'solana:x', B = 'solana:x'] = IDS
const stateOf = (seq: number, version = 0, poolCount = seq) => ({ seq, version, rows: [row(A, { poolCount })] })
const states = [3, 5, 9].map((seq, version) => stateOf(seq, version))

test('a state holds from its own seq until the next one', () => {
  expect([2, 3, 4, 5, 8, 9, 99].map((seq) => stateAt(states, seq)?.seq ?? null)).toEqual([null, 3, 3, 5, 5, 9, 9])
})

test('of what is forgotten the state that held at the floor stays, however old', () => {
  const kept = (floor: number) => {
    const some = [...states]
    forgetBefore(some, floor)
    return some.map(({ seq }) => seq)
  }
  expect([0, 3, 4, 5, 8, 9, 99].map(kept)).toEqual([[3, 5, 9], [3, 5, 9], [3, 5, 9], [5, 9], [5, 9], [9], [9]])
})

describe('the next state', () => {
  const state = { seq: 1, version: 0, rows: [row(A, { poolCount: 1 }), row(B)] }

  test.each([
    ['rows that are equal', [row(A, { poolCount: 1 }), row(B)]],
    ['rows that differ where nobody looks', [row(A, { poolCount: 1, labels: { text: 'x', quotes: [] } }), row(B)]],
  ])('is the same one for %s', (_, rows) => {
    expect(nextState(state, rows, 7)).toBe(state)
  })

  test.each([
    ['a row that looks different', [row(A, { poolCount: 2 }), row(B)]],
    ['another order', [row(B), row(A, { poolCount: 1 })]],
    ['a row less', [row(A, { poolCount: 1 })]],
    ['a row more', [row(A, { poolCount: 1 }), row(B), row('solana:y')]],
    ['no rows', []],
  ])('is a new one for %s', (_, rows) => {
    expect(nextState(state, rows, 7)).toEqual({ seq: 7, version: 1, rows })
  })
})

describe('a delta', () => {
  test('counts the states in between, whatever their seqs', () => {
    const conflated = [1, 2, 3, 7].map((version) => deltaBetween(stateOf(1, 0), stateOf(50, version))?.conflated)
    expect(conflated).toEqual([null, 1, 2, 6])
  })

  test('is none when the reader sees what it saw, however much happened in between', () => {
    expect(deltaBetween(stateOf(1, 0, 5), stateOf(50, 8, 5))).toBeNull()
  })
})

test('a view that changes with every board keeps the states of the last boards, and no more', () => {
  let board: Board = applyTick(emptyBoard('1'), { seq: 1, upserts: [row(A)], removes: [] }).board
  const query = liveQuery(WHOLE_BOARD, board)
  const showing = query.show(1)
  const compare = slotComparer()
  for (let poolCount = 1; poolCount <= 500; poolCount++) {
    const next = applyTick(board, { seq: board.seq + 1, upserts: [row(A, { poolCount })], removes: [] }).board
    query.follow(next, compare(board, next))
    board = next
  }
  expect(showing.sinceSeq()).toBe(board.seq - KEEP_BOARDS)
  expect(showing.at(board.seq - KEEP_BOARDS)?.rows[0]?.poolCount).toBe(500 - KEEP_BOARDS)
})
