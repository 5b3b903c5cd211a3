import { ServiceError } from '../../src/domain/errors.ts'
import { applyTick, type Board, type Change, emptyBoard, liveRows } from '../../src/domain/tokens/board.ts'
import { diff } from '../../src/domain/tokens/diff.ts'
import type { TokenId } from '../../src/domain/tokens/identity.ts'
import type { TokenView } from '../../src/domain/tokens/query.ts'
import { rank } from '../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../src/domain/tokens/row.ts'
import type { ViewState } from '../../src/domain/tokens/view-state.ts'
import type { BoardFeed, LiveView } from '../../src/ports/board-feed.ts'
import type { Snapshot } from '../../src/ports/service.ts'

/** A working feed in memory: every view is ranked anew from whole boards, the slow and obvious way. */
export interface FakeFeed extends BoardFeed {
  /** The next board, with these rows put in and those ids taken out; then everybody is told. */
  tick(upserts?: readonly TokenRow[], removes?: readonly TokenId[]): void
  /** A first board of another epoch, which holds these rows. */
  begin(epoch: string, rows: readonly TokenRow[], seq?: number): void
  /** What a view must show at the head. */
  shown(view: TokenView, limit: number): readonly TokenRow[]
  /** `open` fails with this; null ends it. */
  fail(error: ServiceError | null): void
  /** Views that are open now, and listeners. */
  readonly held: { views: number; listeners: number }
}

export const FEED_AS_OF_MS = Date.UTC(2026, 10, 20, 12)
export const FEED_SOL_USD = 125.5

interface View {
  readonly view: TokenView
  readonly limit: number
  /** By board: what a reader could see, oldest first. */
  states: ViewState[]
  holders: number
}

/** @param keep how many boards a position may be old */
export function fakeFeed({ keep = 64 }: { readonly keep?: number } = {}): FakeFeed {
  let ring: Board[] = []
  let head: Snapshot | null = null
  let failure: ServiceError | null = null
  const views = new Map<string, View>()
  const listeners = new Set<(snapshot: Snapshot, changes: readonly Change[]) => void>()
  const held = { views: 0, listeners: 0 }

  const publish = (board: Board, changes: readonly Change[]) => {
    ring = [...ring, board].slice(-keep)
    for (const view of views.values()) follow(view, board)
    head = snapshotOf(board)
    for (const listener of listeners) listener(head, changes)
  }
  const reopen = (entry: View): View => {
    for (const board of ring) follow(entry, board)
    return entry
  }
  return {
    held,
    head: () => head,
    shown: (view, limit) => rowsOf(ring.at(-1), view, limit),
    fail(error) {
      failure = error
    },
    tick(upserts = [], removes = []) {
      const last = ring.at(-1) ?? emptyBoard('7')
      const { board, changes } = applyTick(last, { seq: last.seq + 1, upserts, removes })
      publish(board, changes)
    },
    begin(epoch, rows, seq = 1) {
      ring = []
      for (const view of views.values()) view.states = []
      const { board } = applyTick({ ...emptyBoard(epoch), seq: seq - 1 }, { seq, upserts: rows, removes: [] })
      publish(board, [])
    },
    open(view, limit): LiveView {
      if (failure !== null) throw failure
      if (head === null) throw new ServiceError('no_data', 'There is no board yet.')
      const key = JSON.stringify([view, limit])
      const entry = views.get(key) ?? reopen({ view, limit, states: [], holders: 0 })
      views.set(key, entry)
      entry.holders += 1
      held.views += 1
      return {
        state: () => entry.states.at(-1) ?? { seq: 0, rows: [], version: 0 },
        at({ epoch, seq }) {
          const newest = ring.at(-1)
          if (newest === undefined || newest.epoch !== epoch) return 'gone'
          if (seq > newest.seq) return 'ahead'
          return entry.states.findLast((state) => state.seq <= seq) ?? 'gone'
        },
        close() {
          entry.holders -= 1
          held.views -= 1
          if (entry.holders === 0) views.delete(key)
        },
      }
    },
    onBoard(run) {
      listeners.add(run)
      held.listeners += 1
      return () => {
        listeners.delete(run)
        held.listeners -= 1
      }
    },
  }

  function follow(entry: View, board: Board): void {
    const rows = rowsOf(board, entry.view, entry.limit)
    const last = entry.states.at(-1)
    if (last === undefined) entry.states = [{ seq: board.seq, rows, version: 0 }]
    else if (diff(last.rows, rows) !== null) {
      entry.states = [...entry.states, { seq: board.seq, rows, version: last.version + 1 }]
    }
    const oldest = board.seq - keep + 1
    const covering = entry.states.findLastIndex((state) => state.seq <= oldest)
    if (covering > 0) entry.states = entry.states.slice(covering)
  }
}

function rowsOf(board: Board | undefined, view: TokenView, limit: number): readonly TokenRow[] {
  return board === undefined ? [] : rank(liveRows(board), view).slice(0, limit)
}

function snapshotOf({ epoch, seq }: Board): Snapshot {
  const asOfMs = FEED_AS_OF_MS + 1000 * seq
  return {
    epoch,
    seq,
    asOfMs,
    solUsd: FEED_SOL_USD,
    solUsdObservedAtMs: asOfMs - 500,
    sources: [
      { name: 'dexscreener', ok: true, reason: null, observedAtMs: asOfMs - 500 },
      { name: 'jupiter', ok: false, reason: 'timeout', observedAtMs: null },
    ],
  }
}
