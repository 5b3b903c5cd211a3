import type { TokenId } from './identity.ts'
import type { TokenRow } from './row.ts'

/**
 * Every token at one moment: immutable, numbered. `index` only grows and is shared by successive boards, so the next
 * board costs one copied array; a board's own rows are those of its slots that are not undefined.
 */
export interface Board {
  /** Names one unbroken run of seqs. */
  readonly epoch: string
  readonly seq: number
  readonly index: ReadonlyMap<TokenId, number>
  readonly rows: readonly (TokenRow | undefined)[]
}

/** What changed between one board and the next: whole rows, an id at most once. */
export interface Tick {
  readonly seq: number
  readonly upserts: readonly TokenRow[]
  readonly removes: readonly TokenId[]
}

export type Change = readonly [before: TokenRow | undefined, after: TokenRow | undefined]

export function emptyBoard(epoch: string): Board {
  return { epoch, seq: 0, index: new Map(), rows: [] }
}

/** @throws RangeError when the tick is not the next one: a gap must never be papered over. */
export function applyTick(board: Board, tick: Tick): { readonly board: Board; readonly changes: readonly Change[] } {
  if (tick.seq !== board.seq + 1) throw new RangeError(`tick ${tick.seq} cannot follow board ${board.seq}`)
  const index = board.index as Map<TokenId, number>
  const rows = board.rows.slice()
  const changes: Change[] = []
  const replace = (id: TokenId, after: TokenRow | undefined) => {
    const slot = slotOf(index, id)
    const before = rows[slot]
    if (before === after) return
    rows[slot] = after
    changes.push([before, after])
  }
  for (const id of tick.removes) if (index.has(id)) replace(id, undefined)
  for (const row of tick.upserts) replace(row.id, row)
  return { board: compact({ epoch: board.epoch, seq: tick.seq, index, rows }), changes }
}

// Growing the shared index is safe: older boards' arrays are shorter, and a slot beyond their end reads as undefined.
function slotOf(index: Map<TokenId, number>, id: TokenId): number {
  const known = index.get(id)
  if (known !== undefined) return known
  index.set(id, index.size)
  return index.size - 1
}

/** Starts a new index once most slots are dead. Whoever keeps slots compares `index` by identity and rebuilds. */
function compact(board: Board): Board {
  const live = liveRows(board)
  if (board.index.size < 64 || live.length * 2 >= board.index.size) return board
  return { ...board, index: new Map(live.map((row, slot) => [row.id, slot])), rows: live }
}

export function rowOf(board: Board, id: TokenId): TokenRow | undefined {
  const slot = board.index.get(id)
  return slot === undefined ? undefined : board.rows[slot]
}

export function liveRows(board: Board): TokenRow[] {
  return board.rows.filter((row) => row !== undefined)
}
