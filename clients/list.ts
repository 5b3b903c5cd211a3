import type { DeltaFrame, Position, SnapshotFrame, StreamToken, TokenParams } from './frames.ts'
import type { ListKind } from './list-reader.ts'

/** What a list shows at one position. Never changed: each frame makes the next one. */
export interface ListState extends Position {
  readonly solUsd: number | null
  /** In the order of the list. */
  readonly rows: readonly StreamToken[]
}

/** Lists of tokens. */
export const TOKENS: ListKind<TokenParams, ListState, SnapshotFrame, DeltaFrame> = {
  channel: 'tokens',
  fromSnapshot,
  applyDelta,
  // The board's is of every list of tokens.
  isBeat: (frame) => !('id' in frame),
}

export function fromSnapshot({ epoch, seq, sol_usd: solUsd, data: rows }: SnapshotFrame): ListState {
  return { epoch, seq, solUsd, rows }
}

/**
 * The list after a delta, exactly as the service has it: drop `remove`, merge each upsert over its row by top-level key
 * (new rows at the end), arrange by `order` if there is one.
 * @returns null when the delta contradicts the list (an unknown id, a new row with keys missing, an order of other
 *   rows): then the list is not what the service believes it to be and must be asked for anew.
 */
export function applyDelta(list: ListState, delta: DeltaFrame): ListState | null {
  const rows = new Map(list.rows.map((row) => [row.id, row]))
  for (const id of delta.remove) if (!rows.delete(id)) return null
  for (const upsert of delta.upsert) {
    const old = rows.get(upsert.id)
    if (old === undefined && upsert.address === undefined) return null
    rows.set(upsert.id, { ...old, ...upsert } as StreamToken)
  }
  const arranged = delta.order === undefined ? [...rows.values()] : arrange(rows, delta.order)
  return arranged === null ? null : { epoch: list.epoch, seq: delta.seq, solUsd: delta.sol_usd, rows: arranged }
}

function arrange(rows: ReadonlyMap<string, StreamToken>, order: readonly string[]): StreamToken[] | null {
  const arranged = order.flatMap((id) => rows.get(id) ?? [])
  return arranged.length === rows.size && new Set(order).size === rows.size ? arranged : null
}
