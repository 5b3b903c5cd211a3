import type { Board } from '../../src/domain/tokens/board.ts'
import { applyTick, liveRows } from '../../src/domain/tokens/board.ts'
import { diff } from '../../src/domain/tokens/diff.ts'
import { mergeToken } from '../../src/domain/tokens/merge.ts'
import { mergeParameters } from '../../src/domain/tokens/parameters.ts'
import type { TokenView } from '../../src/domain/tokens/query.ts'
import { rank } from '../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../src/domain/tokens/row.ts'
import type { Work } from '../harness/stopwatch.ts'
import { marketTokens, SOURCE_NAMES, statements } from '../market.ts'
import { benchBoard } from './board.ts'
import { viewsWork } from './views.ts'

export const BOARD_SIZE = 10_000
export const CHANGED = 500
const SHOWN = 1000
const VIEW: TokenView = { q: null, network: null, sort: 'volume', order: 'desc', window: '24h', minLiquidityUsd: null }
export const WHOLE_TICK = `tick: ${CHANGED} merged, next board, one view, its delta`

/** The parts of a tick, each alone and then together, and what serving a cold query takes. */
export function domainWork(): readonly Work[] {
  const { shelf, move, tick } = benchBoard(BOARD_SIZE)
  const moment = () => shelf.head() ?? missing()
  const board = moment().board
  const rows = liveRows(board)
  const shown = () => moment().ranked(VIEW).slice(0, SHOWN)
  let [old, now] = [shown(), shown()]
  const market = () => {
    old = shown()
    move(CHANGED)
  }
  const step = () => {
    market()
    tick()
    now = shown()
  }
  const tickAndDelta = () => {
    tick()
    return diff(old, shown())
  }
  return [
    { name: WHOLE_TICK, runs: 120, before: market, run: tickAndDelta },
    { name: `  merging ${CHANGED} tokens, 5 statements each`, runs: 120, run: mergeWork() },
    { name: `  the next board with ${CHANGED} new rows`, runs: 300, run: applyWork(board, rows) },
    { name: `  ranking ${BOARD_SIZE} rows by volume`, runs: 120, run: () => rank(rows, VIEW) },
    { name: `  the delta of ${SHOWN} rows`, runs: 120, before: step, run: () => diff(old, now) },
    {
      name: `searching ${BOARD_SIZE} rows, ranking those found`,
      runs: 120,
      run: () => rank(rows, { ...VIEW, q: 't12' }),
    },
    ...viewsWork(board, CHANGED),
    { name: 'JSON of 30 rows', runs: 1000, run: () => JSON.stringify(rows.slice(0, 30)) },
  ]
}

function missing(): never {
  throw new Error('the bench has no board')
}

function mergeWork(): () => unknown {
  const nowMs = Date.UTC(2026, 0, 1)
  const parameters = mergeParameters(SOURCE_NAMES)
  const told = marketTokens(CHANGED).map((token) => ({ id: token.id, said: statements(token, { atMs: nowMs - 500 }) }))
  return () => told.map(({ id, said }) => mergeToken(said, { id, previous: null, nowMs, parameters }).priceUsd)
}

function applyWork(board: Board, rows: readonly TokenRow[]): () => unknown {
  const upserts = rows.slice(0, CHANGED).map((row) => ({ ...row, poolCount: row.poolCount + 1 }))
  return () => applyTick(board, { seq: board.seq + 1, upserts, removes: [] })
}
