import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyTick, type Board, emptyBoard } from '../../../src/domain/tokens/board.ts'
import { slotComparer } from '../../../src/domain/tokens/changed-slots.ts'
import { topOf, topSize } from '../../../src/domain/tokens/top.ts'
import { anyBoards, anyView, expected, shown } from './live-histories.ts'
import { IDS, row, WHOLE_BOARD } from './rows.ts'

test('over any history a top holds the first rows of its view, and says so when they change', {
  timeout: 60_000,
}, () => {
  const anyCase = fc.record({
    boards: anyBoards,
    view: anyView,
    least: fc.integer({ min: 1, max: 6 }),
    spare: fc.nat(2),
  })
  fc.assert(
    fc.property(anyCase, ({ boards: [first = emptyBoard('1'), ...later], view, least, spare }) => {
      const top = topOf(view, { least, most: least + spare }, first)
      const compare = slotComparer()
      let before = first
      let held = top.first(least)
      expect(held.map(shown)).toEqual(expected(first, view, least))
      for (const board of later) {
        const changed = compare(before, board)
        if (changed === null) top.rebuild(board)
        else if (!top.follow(board, changed)) expect(top.first(least)).toEqual(held)
        held = top.first(least)
        expect(held.map(shown)).toEqual(expected(board, view, least))
        before = board
      }
    }),
    { numRuns: 3000 },
  )
})

/** A board that counts how often it is read as a whole: then its first slot is read though nothing changed there. */
function counted(board: Board): { readonly board: Board; reads(): number } {
  let reads = 0
  const rows = board.rows.slice()
  const [first] = rows
  Object.defineProperty(rows, 0, {
    get() {
      reads += 1
      return first
    },
  })
  return { board: { ...board, rows }, reads: () => reads }
}

test('a top reads the whole board only once it has fewer rows than it must show, though there are more', () => {
  const ids = Array.from({ length: 10 }, (_, i) => `solana:t${i}` as const)
  const upserts = ids.map((id, i) => row(id, { liquidityUsd: i }))
  let board = applyTick(emptyBoard('1'), { seq: 1, upserts, removes: [] }).board
  const top = topOf({ ...WHOLE_BOARD, sort: 'liquidity' }, { least: 2, most: 4 }, board)
  const wholeReads = [9, 8, 7, 6].map((i) => {
    const next = applyTick(board, { seq: board.seq + 1, upserts: [], removes: [`solana:t${i}`] }).board
    const changed = slotComparer()(board, next)
    const watched = counted(next)
    if (changed !== null) top.follow(watched.board, changed)
    board = next
    return watched.reads()
  })
  expect(wholeReads).toEqual([0, 0, 1, 0])
  expect(top.first(2).map(({ id }) => id)).toEqual(['solana:t5', 'solana:t4'])
})

test('two boards that number their slots differently cannot be compared', () => {
  const { board } = applyTick(emptyBoard('1'), { seq: 1, upserts: IDS.map((id) => row(id)), removes: [] })
  const again = { ...board, seq: 2, index: new Map(board.index) }
  expect(slotComparer()(board, again)).toBeNull()
})

test('the marks of one comparison do not last into the next, however the board grows', () => {
  const compare = slotComparer()
  const one = applyTick(emptyBoard('1'), { seq: 1, upserts: [row('solana:a')], removes: [] }).board
  const two = applyTick(one, { seq: 2, upserts: [row('solana:b'), row('solana:c')], removes: [] }).board
  const three = applyTick(two, { seq: 3, upserts: [], removes: ['solana:b'] }).board
  const pairs: readonly (readonly [Board, Board])[] = [
    [one, two],
    [two, three],
    [three, three],
  ]
  const seen = pairs.map(([before, after]) => {
    const changed = compare(before, after)
    return [changed?.slots, [0, 1, 2].filter((slot) => changed?.has(slot))]
  })
  expect(seen).toEqual([
    [
      [1, 2],
      [1, 2],
    ],
    [[1], [1]],
    [[], []],
  ])
})

test('a top keeps more rows than it must show', () => {
  expect(topSize(100)).toEqual({ least: 100, most: 232 })
})
