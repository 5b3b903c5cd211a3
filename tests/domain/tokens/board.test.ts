import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { applyTick, type Board, emptyBoard, liveRows, rowOf, type Tick } from '../../../src/domain/tokens/board.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { row } from './rows.ts'

type Model = ReadonlyMap<TokenId, TokenRow>

/** Enough tokens that a board of few live ones is compacted. */
const ids = Array.from({ length: 160 }, (_, i): TokenId => `solana:token${i}`)
const few = fc.shuffledSubarray([...ids], { maxLength: 40 })
const most = fc.shuffledSubarray([...ids], { minLength: 120 })
/** Some tokens come or change; now and then nearly all go. */
const change = fc
  .record({ named: few, removes: fc.oneof({ weight: 3, arbitrary: few }, most), poolCount: fc.nat(3) })
  .map(({ named, removes, poolCount }) => ({
    removes,
    upserts: named.filter((id) => !removes.includes(id)).map((id) => row(id, { poolCount })),
  }))
const anyHistory = fc.array(change, { minLength: 1, maxLength: 10 })

function next(model: Model, tick: Pick<Tick, 'upserts' | 'removes'>): Model {
  const after = new Map(model)
  for (const id of tick.removes) after.delete(id)
  for (const one of tick.upserts) after.set(one.id, one)
  return after
}

function expectSame(board: Board, model: Model): void {
  expect(new Map(liveRows(board).map((one) => [one.id, one]))).toEqual(model)
  expect(liveRows(board)).toHaveLength(model.size)
  expect(ids.filter((id) => rowOf(board, id) !== model.get(id))).toEqual([])
}

test('over any history each board holds exactly what its ticks said, and no older board changes', () => {
  let compactions = 0
  fc.assert(
    fc.property(anyHistory, (history) => {
      const kept: { board: Board; model: Model }[] = [{ board: emptyBoard('1'), model: new Map() }]
      for (const tick of history) {
        const last = kept.at(-1) ?? { board: emptyBoard('1'), model: new Map() }
        const { board } = applyTick(last.board, { ...tick, seq: last.board.seq + 1 })
        if (board.index !== last.board.index) compactions += 1
        kept.push({ board, model: next(last.model, tick) })
      }
      for (const { board, model } of kept) expectSame(board, model)
    }),
    { numRuns: 1000 },
  )
  expect(compactions).toBeGreaterThan(100)
})

test('a board that two ticks followed, each on its own, gives two boards that know nothing of each other', () => {
  fc.assert(
    fc.property(change, change, change, (first, one, other) => {
      const start = applyTick(emptyBoard('1'), { ...first, seq: 1 }).board
      const model = next(new Map(), first)
      const left = applyTick(start, { ...one, seq: 2 }).board
      const right = applyTick(start, { ...other, seq: 2 }).board
      expectSame(start, model)
      expectSame(left, next(model, one))
      expectSame(right, next(model, other))
    }),
    { numRuns: 1000 },
  )
})

test('the changes of a tick lead from the board before to the board after', () => {
  fc.assert(
    fc.property(change, change, (first, second) => {
      const before = applyTick(emptyBoard('1'), { ...first, seq: 1 }).board
      const { board, changes } = applyTick(before, { ...second, seq: 2 })
      const model = new Map(next(new Map(), first))
      for (const [was, is] of changes) {
        const id = was?.id ?? is?.id ?? 'solana:none'
        expect(model.get(id)).toBe(was)
        if (is === undefined) model.delete(id)
        else model.set(id, is)
      }
      expectSame(board, model)
    }),
    { numRuns: 1000 },
  )
})

describe('a tick', () => {
  test.each([0, 2, 3, -1])('with seq %i cannot follow an empty board', (seq) => {
    expect(() => applyTick(emptyBoard('1'), { seq, upserts: [], removes: [] })).toThrow(RangeError)
  })

  test('that is refused leaves the board as it was', () => {
    const board = emptyBoard('1')
    expect(() => applyTick(board, { seq: 2, upserts: ids.map((id) => row(id)), removes: [] })).toThrow(RangeError)
    expect(board.index.size).toBe(0)
  })

  test('that removes what was never there changes nothing but the seq', () => {
    const { board, changes } = applyTick(emptyBoard('1'), { seq: 1, upserts: [], removes: ids })
    expect([board.seq, changes, liveRows(board)]).toEqual([1, [], []])
  })

  test('keeps the epoch', () => {
    expect(applyTick(emptyBoard('7'), { seq: 1, upserts: [], removes: [] }).board.epoch).toBe('7')
  })
})
