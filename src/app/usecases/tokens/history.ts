import type { Board } from '../../../domain/tokens/board.ts'
import { liveRows } from '../../../domain/tokens/board.ts'
import type { TokenView } from '../../../domain/tokens/query.ts'
import { rank } from '../../../domain/tokens/rank.ts'
import { KEEP_BOARDS, KEEP_BOARDS_MAX, KEEP_MS } from '../../../domain/tokens/ring.ts'
import type { TokenRow } from '../../../domain/tokens/row.ts'
import type { Snapshot } from '../../../ports/service.ts'

/** Ranked views, of all boards together: a hostile client can make up views faster than boards pass. */
const VIEWS_MAX = 500

/** A board, what to say of it, and its views once somebody asked for them. */
export interface Moment {
  readonly board: Board
  readonly snapshot: Snapshot
  /** The ranked rows of a view; computed once while it is in use. */
  ranked(view: TokenView): readonly TokenRow[]
}

/** The last boards, so that a page asked for later comes from the board its first page came from. */
export interface History {
  head(): Moment | null
  at(seq: number): Moment | null
  oldest(): Moment | null
  push(board: Board, snapshot: Snapshot, monotonicMs: number): void
}

export function history(): History {
  const moments: { readonly moment: Moment; readonly bornMs: number }[] = []
  const views: Views = new Map()
  return {
    head: () => moments.at(-1)?.moment ?? null,
    at: (seq) => moments.find(({ moment }) => moment.board.seq === seq)?.moment ?? null,
    oldest: () => moments[0]?.moment ?? null,
    push(board, snapshot, monotonicMs) {
      moments.push({ moment: momentOf(board, snapshot, views), bornMs: monotonicMs })
      const oldestMs = monotonicMs - KEEP_MS
      while (
        moments.length > KEEP_BOARDS_MAX ||
        (moments.length > KEEP_BOARDS && (moments[0]?.bornMs ?? 0) < oldestMs)
      ) {
        moments.shift()
      }
    },
  }
}

/** Ranked rows by board and view; the one unused for longest comes first. */
type Views = Map<string, readonly TokenRow[]>

function momentOf(board: Board, snapshot: Snapshot, views: Views): Moment {
  return {
    board,
    snapshot,
    ranked(view) {
      const key = `${board.seq} ${viewKey(view)}`
      const rows = views.get(key) ?? rank(liveRows(board), view)
      views.delete(key)
      views.set(key, rows)
      for (const oldest of views.keys()) {
        if (views.size <= VIEWS_MAX) break
        views.delete(oldest)
      }
      return rows
    },
  }
}

/** Equal for equal views and for no others. */
export function viewKey(view: TokenView): string {
  return JSON.stringify([view.q, view.network, view.sort, view.order, view.window, view.minLiquidityUsd])
}
