import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type LiveViews, liveViews } from '../../../src/app/usecases/tokens/live-views.ts'
import { VIEWS_MAX } from '../../../src/app/usecases/tokens/open-views.ts'
import { applyTick, type Board, type Change, emptyBoard } from '../../../src/domain/tokens/board.ts'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import type { ViewState } from '../../../src/domain/tokens/view-state.ts'
import { deltaBetween } from '../../../src/domain/tokens/view-states.ts'
import type { LiveView } from '../../../src/ports/board-feed.ts'
import type { Snapshot } from '../../../src/ports/service.ts'
import { anyBoards, anyView, changesBetween, expected, read, shown } from '../../domain/tokens/live-histories.ts'
import { IDS, row, WHOLE_BOARD } from '../../domain/tokens/rows.ts'
import { fakeClock } from '../../support/fake-clock.ts'

const [A = 'solana:x'] = IDS
const snapshotOf = ({ epoch, seq }: Board): Snapshot => ({
  epoch,
  seq,
  asOfMs: 0,
  solUsd: null,
  solUsdObservedAtMs: null,
  sources: [],
})

/** Two tokens, of which one changes places or looks, or nothing does. */
function stage() {
  const clock = fakeClock()
  const feed = liveViews({ clock })
  let board = emptyBoard('1')
  const next = (poolCount: number | null): [Board, readonly Change[]] => {
    const upserts = poolCount === null ? [] : [row(A, { poolCount })]
    const { board: after, changes } = applyTick(board, { seq: board.seq + 1, upserts, removes: [] })
    board = after
    return [after, changes]
  }
  return {
    clock,
    feed,
    next,
    /** @param poolCount null: nothing changes */
    tick(poolCount: number | null) {
      const [after, changes] = next(poolCount)
      feed.follow([after], changes, snapshotOf(after))
    },
    position: (seq: number) => ({ epoch: board.epoch, seq }),
    /** Another run of seqs begins. */
    newEpoch(epoch: string) {
      board = emptyBoard(epoch)
    },
  }
}

const seqOf = (state: ViewState | 'ahead' | 'gone') => (typeof state === 'string' ? state : state.seq)
const poolsOf = (state: ViewState | 'ahead' | 'gone') => (typeof state === 'string' ? state : state.rows[0]?.poolCount)

describe('opening', () => {
  test('a view before the first board is refused', () => {
    const { feed } = stage()
    expect(feed.head()).toBeNull()
    expect(() => feed.open(WHOLE_BOARD, 5)).toThrow(expect.objectContaining({ code: 'no_data' }))
  })

  test('the same view twice gives one that is shared, and another limit another one', () => {
    const { feed, tick } = stage()
    tick(1)
    expect(feed.open({ ...WHOLE_BOARD }, 5).state()).toBe(feed.open(WHOLE_BOARD, 5).state())
    expect(feed.open(WHOLE_BOARD, 6).state()).not.toBe(feed.open(WHOLE_BOARD, 5).state())
  })

  test('tells which texts are watched, once each, while somebody holds them', () => {
    const { feed, tick } = stage()
    tick(1)
    const views = [5, 6].map((limit) => feed.open({ ...WHOLE_BOARD, q: 'fig' }, limit))
    feed.open(WHOLE_BOARD, 5)
    expect([...feed.heldQueries()]).toEqual(['fig'])
    for (const view of views) view.close()
    expect([...feed.heldQueries()]).toEqual([])
  })
})

describe('a view that nobody holds', () => {
  test('is found again for a minute, as it was left', async () => {
    const { feed, tick, clock } = stage()
    tick(1)
    const view = feed.open(WHOLE_BOARD, 5)
    tick(2)
    const left = view.state()
    view.close()
    await clock.advance(59_999)
    tick(null)
    expect(feed.open(WHOLE_BOARD, 5).state()).toBe(left)
  })

  test('is forgotten after a minute', async () => {
    const { feed, tick, clock } = stage()
    tick(1)
    const view = feed.open(WHOLE_BOARD, 5)
    const left = view.state()
    view.close()
    await clock.advance(60_000)
    tick(null)
    tick(2)
    expect(view.state()).toBe(left)
    expect(poolsOf(feed.open(WHOLE_BOARD, 5).state())).toBe(2)
  })

  test('is held as long as one of its holders is left, who may close it twice', async () => {
    const { feed, tick, clock } = stage()
    tick(1)
    const [one, other] = [feed.open(WHOLE_BOARD, 5), feed.open(WHOLE_BOARD, 5)]
    one.close()
    one.close()
    await clock.advance(120_000)
    tick(2)
    expect(poolsOf(other.state())).toBe(2)
    expect(feed.open(WHOLE_BOARD, 5).state()).toBe(other.state())
  })
})

describe('when as many views live as may', () => {
  const full = (): ReturnType<typeof stage> & { views: LiveView[] } => {
    const all = stage()
    all.tick(1)
    return { ...all, views: Array.from({ length: VIEWS_MAX }, (_, i) => all.feed.open(WHOLE_BOARD, i + 1)) }
  }

  test('another one is refused, and those that live are still shared', () => {
    const { feed, views } = full()
    expect(() => feed.open({ ...WHOLE_BOARD, q: 'fig' }, 5)).toThrow(
      expect.objectContaining({ code: 'too_many_views' }),
    )
    expect(feed.open(WHOLE_BOARD, 7).state()).toBe(views[6]?.state())
  })

  test('the one that nobody has held for longest makes room', () => {
    const { feed, views, tick } = full()
    tick(2)
    const left = views.map((view) => view.state())
    views[8]?.close()
    views[3]?.close()
    feed.open({ ...WHOLE_BOARD, q: 'fig' }, 5)
    expect(feed.open(WHOLE_BOARD, 4).state()).toBe(left[3])
    expect(() => feed.open(WHOLE_BOARD, 9)).toThrow(expect.objectContaining({ code: 'too_many_views' }))
  })
})

describe('a position', () => {
  test('beyond the head is ahead, and of another epoch gone', () => {
    const { feed, tick, position } = stage()
    tick(1)
    const view = feed.open(WHOLE_BOARD, 5)
    expect([view.at(position(1)), view.at(position(2)), view.at({ epoch: '0', seq: 1 })]).toEqual([
      view.state(),
      'ahead',
      'gone',
    ])
  })

  test('from before the view was opened is answered from the boards that are kept', () => {
    const { feed, tick, position } = stage()
    for (const pools of [1, 2, 2, 3, 4]) tick(pools)
    const view = feed.open(WHOLE_BOARD, 5)
    const before = view.state()
    expect([4, 3, 2, 1].map((seq) => poolsOf(view.at(position(seq))))).toEqual([3, 2, 2, 1])
    expect(view.at(position(0))).toBe('gone')
    expect(view.state()).toBe(before)
    const first = view.at(position(1))
    expect(typeof first === 'string' ? first : deltaBetween(first, before)?.conflated).toBe(2)
  })

  test('is kept for 64 boards and for a minute, whichever is longer', async () => {
    const { feed, tick, position, clock } = stage()
    for (let i = 1; i <= 100; i++) tick(i)
    const pools = (seq: number, limit: number) => poolsOf(feed.open(WHOLE_BOARD, limit).at(position(seq)))
    expect(pools(1, 5)).toBe(1)
    await clock.advance(60_001)
    tick(101)
    expect([pools(101 - 64, 6), pools(101 - 63, 6)]).toEqual(['gone', 38])
  })

  test('however old is answered while the view has not changed since', async () => {
    const { feed, tick, position, clock } = stage()
    tick(1)
    const view = feed.open(WHOLE_BOARD, 5)
    for (let i = 0; i < 200; i++) tick(null)
    await clock.advance(60_001)
    tick(null)
    expect(view.at(position(3))).toBe(view.state())
    expect(feed.open(WHOLE_BOARD, 6).at(position(3))).toBe('gone')
  })

  test('is refused when too many boards have to be walked at once, and answered a moment later', async () => {
    const { feed, tick, position, clock } = stage()
    for (let i = 1; i <= 64; i++) tick(i)
    const views = [1, 2, 3, 4, 5].map((limit) => feed.open(WHOLE_BOARD, limit))
    const ask = () => views.map((view) => poolsOf(view.at(position(1))))
    expect(ask()).toEqual([1, 1, 1, 'gone', 'gone'])
    expect(ask()).toEqual([1, 1, 1, 'gone', 'gone'])
    await clock.advance(100)
    expect(ask()).toEqual([1, 1, 1, 1, 1])
  })
})

describe('boards', () => {
  test('are told once the views have followed, with what changed, until one stops listening', () => {
    const { feed, tick, next } = stage()
    tick(1)
    const view = feed.open(WHOLE_BOARD, 5)
    const heard: unknown[] = []
    const stop = feed.onBoard((snapshot, changes) => {
      heard.push([snapshot.seq, view.state().seq, changes.map(([, after]) => after?.poolCount)])
    })
    tick(2)
    const [[second, some], [third, more]] = [next(3), next(4)]
    feed.follow([second, third], [...some, ...more], snapshotOf(third))
    stop()
    tick(5)
    expect(heard).toEqual([
      [2, 2, [2]],
      [4, 4, [3, 4]],
    ])
    expect([poolsOf(view.at({ epoch: '1', seq: 3 })), feed.head()?.seq]).toEqual([3, 5])
  })

  test('of a new epoch start the views anew: earlier positions are gone, those of the new boards are answered', () => {
    const { feed, tick, next, newEpoch, position } = stage()
    for (const pools of [1, 2, 3]) tick(pools)
    const view = feed.open(WHOLE_BOARD, 5)
    const heard: number[] = []
    feed.onBoard((_, changes) => void heard.push(changes.length))
    newEpoch('2')
    const [[first, some], [second, more]] = [next(7), next(8)]
    feed.follow([first, second], [...some, ...more], snapshotOf(second))
    expect([poolsOf(view.state()), view.at({ epoch: '1', seq: 2 }), heard]).toEqual([8, 'gone', [0]])
    expect([1, 2, 3].map((seq) => poolsOf(view.at(position(seq))))).toEqual([7, 8, 'ahead'])
    tick(9)
    expect(poolsOf(view.state())).toBe(9)
  })

  test('after a gap start the views anew', () => {
    const { feed, tick, next, position } = stage()
    for (const pools of [1, 2]) tick(pools)
    const view = feed.open(WHOLE_BOARD, 5)
    next(3)
    tick(4)
    expect([2, 3, 4].map((seq) => seqOf(view.at(position(seq))))).toEqual(['gone', 'gone', 4])
  })

  test('never go back within an epoch', () => {
    const { feed, tick, next } = stage()
    const [first] = next(1)
    tick(2)
    expect(() => feed.follow([first], [], snapshotOf(first))).toThrow(RangeError)
    expect(feed.head()?.seq).toBe(2)
  })
})

/** What somebody does to one of a few views after a board. */
const anyAct = fc.record({ which: fc.nat(2), close: fc.boolean() })
const anyLife = fc.record({
  boards: anyBoards,
  views: fc.array(fc.record({ view: anyView, limit: fc.integer({ min: 1, max: 6 }) }), { minLength: 3, maxLength: 3 }),
  acts: fc.array(fc.array(anyAct, { maxLength: 2 }), { minLength: 15, maxLength: 15 }),
  oneQuery: fc.boolean(),
})

test('whoever opens, closes and comes back, every view answers every kept position exactly', {
  timeout: 60_000,
}, () => {
  fc.assert(
    fc.property(anyLife, ({ boards, views, acts, oneQuery }) => {
      let ms = 0
      const feed = liveViews({ clock: { ...fakeClock(), monotonicMs: () => ms } })
      const asked = views.map((one) => (oneQuery ? { ...one, view: views[0]?.view ?? one.view } : one))
      const open: LiveView[][] = asked.map(() => [])
      for (const [i, board] of boards.entries()) {
        feed.follow([board], [], snapshotOf(board))
        // Long enough that some views are forgotten, never so long that a board is.
        ms += 25_000
        for (const { which, close } of acts[i] ?? []) act(feed, { asked: asked[which], open: open[which] ?? [], close })
      }
      for (const one of asked) {
        const view = feed.open(one.view, one.limit)
        ms += 100
        checkEveryPosition(view, boards, one)
      }
    }),
    { numRuns: 1000 },
  )
})

interface Asked {
  readonly view: TokenView
  readonly limit: number
}

function act(feed: LiveViews, { asked, open, close }: { asked: Asked | undefined; open: LiveView[]; close: boolean }) {
  if (close) open.pop()?.close()
  else if (asked !== undefined) open.push(feed.open(asked.view, asked.limit))
}

function checkEveryPosition(view: LiveView, boards: readonly Board[], { view: query, limit }: Asked): void {
  const truth = boards.map((board) => expected(board, query, limit))
  const head = view.state()
  for (const [place, board] of boards.entries()) {
    const state = view.at(board)
    if (typeof state === 'string') throw new Error(`position ${board.seq} is ${state}`)
    const held = state.rows.map(shown)
    const delta = deltaBetween(state, head)
    expect(held).toEqual(truth[place])
    expect(delta === null ? held : read(held, delta)).toEqual(truth.at(-1))
    expect(head.version - state.version).toBe(changesBetween(truth, place, boards.length - 1))
  }
}
