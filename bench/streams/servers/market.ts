import { compatibilityBody } from '../../../src/adapters/http/bodies/token.ts'
import { edition } from '../../../src/adapters/http/stream/edition.ts'
import { liveViews } from '../../../src/app/usecases/tokens/live-views.ts'
import { applyTick, type Board, liveRows } from '../../../src/domain/tokens/board.ts'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import { rank } from '../../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import type { BoardFeed } from '../../../src/ports/board-feed.ts'
import type { Clock } from '../../../src/ports/clock.ts'
import type { Snapshot } from '../../../src/ports/service.ts'
import { benchBoard } from '../../domain/board.ts'

const BOARD_SIZE = 1000
const LIST_SIZE = 30
const SOL_USD = 152.5
/** Of six digits from the first to the last, so that all messages are equally long. */
const FIRST_SEQ = 100_000
/** What clients subscribe to when they ask for nothing else. */
const VIEW: TokenView = {
  q: null,
  network: null,
  sort: 'volume',
  order: 'desc',
  window: '24h',
  minLiquidityUsd: null,
}

/** A board fed by hand, through the service's own live views. */
export interface HandFedBoard {
  readonly feed: BoardFeed
  /** The list that everybody reads. */
  readonly list: readonly TokenRow[]
  /** One token of the list gets a new price; everybody is told. */
  tick(): void
}

export function handFedBoard(clock: Clock): HandFedBoard {
  const feed = liveViews({ clock })
  let board: Board = { ...(benchBoard(BOARD_SIZE).shelf.head() ?? missing()).board, seq: FIRST_SEQ }
  const list = rank(liveRows(board), VIEW).slice(0, LIST_SIZE)
  let ticks = 0
  feed.follow([board], [], snapshotOf(board, clock.nowMs()))
  return {
    feed,
    list,
    tick() {
      ticks += 1
      // Low enough to be in every list, whatever its length.
      const row = list[ticks % 20]
      if (row === undefined) throw new Error('the board is empty')
      const next = applyTick(board, { seq: board.seq + 1, upserts: [moved(row, ticks)], removes: [] })
      board = next.board
      feed.follow([board], next.changes, snapshotOf(board, clock.nowMs()))
    },
  }
}

const NO_MORE = { nextCursor: null, expiresAtMs: null, stillWanted: () => {} }

/** What one update says, as the service itself writes it; and the list as the predecessor sent it. */
export interface Messages {
  readonly delta: string
  /** The list as the predecessor sent it: ten keys a token. */
  readonly list: string
}

export function messagesOf({ feed, list, tick }: HandFedBoard): Messages {
  const view = feed.open(VIEW, LIST_SIZE)
  const before = view.state()
  tick()
  const snapshot = feed.head() ?? missing()
  const reader = { id: 'a', spark: 'plain' } as const
  const from = { reader, epoch: snapshot.epoch, seq: snapshot.seq - 1, state: before }
  const { frame } = edition(snapshot, []).advance([from], [{ view }])
  view.close()
  const rows = compatibilityBody({ ...NO_MORE, rows: list, snapshot }, { window: '24h', spark: false })
  const tenKeys = rows.map((row) => Object.fromEntries(Object.entries(row).slice(0, 10)))
  return { delta: frame?.texts.join() ?? missing(), list: JSON.stringify(tenKeys) }
}

/** A price, what follows from it and a trade: not what the list is ordered by. */
function moved(row: TokenRow, ticks: number): TokenRow {
  const factor = 1 + (ticks % 7) / 10_000
  return {
    ...row,
    priceUsd: rounded((row.priceUsd ?? 1) * factor),
    marketCapUsd: rounded((row.marketCapUsd ?? 1) * factor),
    volumeUsd: { ...row.volumeUsd, '5m': rounded((row.volumeUsd['5m'] ?? 1) * factor) },
    observedAtMs: (row.observedAtMs ?? 0) + ticks,
  }
}

function rounded(value: number): number {
  return Number(value.toPrecision(9))
}

function snapshotOf({ epoch, seq }: Board, nowMs: number): Snapshot {
  const source = { name: 'dexscreener', ok: true, reason: null, observedAtMs: nowMs } as const
  return { epoch, seq, asOfMs: nowMs, solUsd: SOL_USD, solUsdObservedAtMs: nowMs, sources: [source] }
}

function missing(): never {
  throw new Error('the board told nothing')
}
