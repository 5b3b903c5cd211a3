import { type LiveViews, liveViews } from '../../src/app/usecases/tokens/live-views.ts'
import { applyTick, type Board, type Change, liveRows } from '../../src/domain/tokens/board.ts'
import { ORDERS, SORTS, type TokenView } from '../../src/domain/tokens/query.ts'
import { type TokenRow, WINDOWS } from '../../src/domain/tokens/row.ts'
import type { ViewState } from '../../src/domain/tokens/view-state.ts'
import { deltaBetween } from '../../src/domain/tokens/view-states.ts'
import type { LiveView } from '../../src/ports/board-feed.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Snapshot } from '../../src/ports/service.ts'
import type { Work } from '../harness/stopwatch.ts'

const LIMIT = 100
const BACK = 60

/** What live views cost per board: going on to it, and the deltas of those that changed. And what a late one costs. */
export function viewsWork(board: Board, changed: number): readonly Work[] {
  const works = [20, 200].flatMap((count): readonly Work[] => {
    const { prepare, follow, followAndDiff } = stageOf(board, changed, count)
    return [
      { name: `${count} live views: the next board`, runs: 120, before: prepare, run: follow },
      { name: `${count} live views: the next board and their deltas`, runs: 120, before: prepare, run: followAndDiff },
    ]
  })
  return [...works, lateWork(board, changed)]
}

interface Stage {
  /** The market moves and the next board is made. */
  prepare(): void
  follow(): unknown
  followAndDiff(): unknown
}

function stageOf(first: Board, changed: number, count: number): Stage {
  const feed = liveViews({ clock: secondsClock() })
  const market = marketOf(first, changed)
  feed.follow([first], [], snapshotOf(first))
  const views = manyViews(count).map((view) => feed.open(view, LIMIT))
  let next: readonly [Board, readonly Change[]] = [first, []]
  let before: readonly ViewState[] = []
  const follow = () => {
    feed.follow([next[0]], next[1], snapshotOf(next[0]))
    return next
  }
  return {
    prepare() {
      next = market()
      before = views.map((view) => view.state())
    },
    follow,
    followAndDiff() {
      follow()
      return deltas(before, views)
    },
  }
}

function deltas(before: readonly ViewState[], views: readonly LiveView[]) {
  return before.map((state, i) => deltaBetween(state, views[i]?.state() ?? state))
}

/** A view opened just now, asked for a position of long ago. A new one each time: the answer is kept. */
function lateWork(first: Board, changed: number): Work {
  let boards = [first]
  const market = marketOf(first, changed)
  for (let i = 0; i < BACK; i++) boards = [...boards, market()[0]]
  const head = boards.at(-1) ?? first
  let feed: LiveViews = liveViews({ clock: secondsClock() })
  const view = manyViews(1)[0] ?? missing()
  return {
    name: `a view opened late, asked for ${BACK} boards ago`,
    runs: 60,
    before() {
      feed = liveViews({ clock: secondsClock() })
      feed.follow(boards, [], snapshotOf(head))
    },
    run: () => feed.open(view, LIMIT).at(first),
  }
}

function marketOf(first: Board, changed: number): () => readonly [Board, readonly Change[]] {
  let board = first
  let at = 0
  const ids = liveRows(first).map(({ id }) => id)
  return () => {
    const upserts: TokenRow[] = []
    for (let i = 0; i < changed; i++, at++) {
      // Other tokens each time, all over the board.
      const row = board.rows[(at * 7919) % ids.length]
      if (row !== undefined) upserts.push(moved(row, 1 + (((at * 31) % 41) - 20) / 1000))
    }
    const next = applyTick(board, { seq: board.seq + 1, upserts, removes: [] })
    board = next.board
    return [board, next.changes]
  }
}

/** By up to two percent. */
function moved(row: TokenRow, factor: number): TokenRow {
  const times = (value: number | null) => (value === null ? null : value * factor)
  const { volumeUsd, transactions, changePct } = row
  const each = (values: TokenRow['volumeUsd']) => ({
    '5m': times(values['5m']),
    '1h': times(values['1h']),
    '6h': times(values['6h']),
    '24h': times(values['24h']),
    '7d': times(values['7d']),
  })
  return {
    ...row,
    priceUsd: times(row.priceUsd),
    volumeUsd: each(volumeUsd),
    transactions: each(transactions),
    changePct: each(changePct),
    liquidityUsd: times(row.liquidityUsd),
    marketCapUsd: times(row.marketCapUsd),
    observedAtMs: (row.observedAtMs ?? 0) + 1000,
  }
}

/** All different: every order, some of them over a part of the board. */
function manyViews(count: number): readonly TokenView[] {
  const texts = [null, 'token', 't1']
  return Array.from(
    { length: count },
    (_, i): TokenView => ({
      q: texts[Math.floor(i / 70) % texts.length] ?? null,
      network: null,
      sort: SORTS[i % SORTS.length] ?? 'volume',
      order: ORDERS[Math.floor(i / SORTS.length) % ORDERS.length] ?? 'desc',
      window: WINDOWS[Math.floor(i / 14) % WINDOWS.length] ?? '24h',
      minLiquidityUsd: null,
    }),
  )
}

function snapshotOf({ epoch, seq }: Board): Snapshot {
  return { epoch, seq, asOfMs: 0, solUsd: null, solUsdObservedAtMs: null, sources: [] }
}

/** A second passes from one question to the next, so that no more boards are kept than in life. */
function secondsClock(): Clock {
  let ms = 0
  const monotonicMs = () => {
    ms += 1000
    return ms
  }
  return { nowMs: () => ms, monotonicMs, after: () => () => {} }
}

function missing(): never {
  throw new Error('the bench has no view')
}
