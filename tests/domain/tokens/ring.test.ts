import { expect, test } from 'vitest'
import { type Board, emptyBoard } from '../../../src/domain/tokens/board.ts'
import { boardRing, KEEP_BOARDS, KEEP_BOARDS_MAX, KEEP_MS } from '../../../src/domain/tokens/ring.ts'

const board = (seq: number, epoch = '1'): Board => ({ ...emptyBoard(epoch), seq })
/** How many boards are kept, when they come every so many milliseconds. */
function kept(count: number, everyMs: number): number {
  const ring = boardRing()
  for (let i = 1; i <= count; i++) ring.push(board(i), i * everyMs)
  const oldest = Array.from({ length: count }, (_, i) => i + 1).find((seq) => ring.between(seq, count).length > 0) ?? 0
  return ring.between(oldest, count).length
}

test('boards that come slowly are kept by number, fast ones by age, and those beyond measure by a limit', () => {
  expect(kept(200, 10_000)).toBe(KEEP_BOARDS)
  expect(kept(500, 500)).toBe(KEEP_MS / 500 + 1)
  expect(kept(3000, 1)).toBe(KEEP_BOARDS_MAX)
})

test('the boards between two seqs come with both ends, and not at all when the first is not kept', () => {
  const ring = boardRing()
  expect([ring.head(), ring.between(1, 2)]).toEqual([null, []])
  for (let seq = 5; seq <= 9; seq++) ring.push(board(seq), 0)
  expect(ring.between(6, 8).map(({ seq }) => seq)).toEqual([6, 7, 8])
  expect(ring.between(9, 9).map(({ seq }) => seq)).toEqual([9])
  expect([ring.between(4, 8), ring.between(10, 12), ring.between(6, 5)]).toEqual([[], [], []])
})

test.each([
  ['a gap', board(7)],
  ['another epoch', board(6, '2')],
])('%s drops what came before', (_, next) => {
  const ring = boardRing()
  ring.push(board(4), 0)
  ring.push(board(5), 0)
  ring.push(next, 0)
  expect(ring.head()).toBe(next)
  expect([ring.between(4, 9), ring.between(5, 9), ring.between(next.seq, 9)]).toEqual([[], [], [next]])
})
