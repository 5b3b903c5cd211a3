import type { Board } from './board.ts'
import type { TokenView } from './query.ts'
import { rankKey } from './rank.ts'
import type { TokenRow } from './row.ts'

/** The slots whose rows differ between one board and the next: found once, for all the views that follow. */
export interface ChangedSlots {
  readonly slots: readonly number[]
  /** What each of them holds now; undefined when its token is gone. */
  readonly rows: readonly (TokenRow | undefined)[]
  has(slot: number): boolean
  /** What each of the rows is ordered by, of those that are there. Worked out once for all views of one order. */
  keys(view: TokenView): Float64Array
}

/**
 * Compares boards. Its marks are reused, so an answer holds only until the next question.
 * Looking at every slot takes less than looking up the slots of the changed ids.
 * @returns a function that gives null when the boards share no slots: whoever keeps slots must then start anew.
 */
export function slotComparer(): (before: Board, after: Board) => ChangedSlots | null {
  let marks = new Uint8Array(0)
  let marked: readonly number[] = []
  return (before, after) => {
    if (before.index !== after.index) return null
    const size = Math.max(before.rows.length, after.rows.length)
    if (size > marks.length) marks = new Uint8Array(size * 2)
    else for (const slot of marked) marks[slot] = 0
    marked = differingSlots(before.rows, after.rows, size)
    for (const slot of marked) marks[slot] = 1
    const rows = marked.map((slot) => after.rows[slot])
    return { slots: marked, rows, has: (slot) => marks[slot] === 1, keys: keysByOrder(rows) }
  }
}

function differingSlots(before: Board['rows'], after: Board['rows'], size: number): number[] {
  const slots: number[] = []
  for (let slot = 0; slot < size; slot++) if (before[slot] !== after[slot]) slots.push(slot)
  return slots
}

function keysByOrder(rows: ChangedSlots['rows']): ChangedSlots['keys'] {
  const known = new Map<string, Float64Array>()
  return (view) => {
    const order = `${view.sort} ${view.order} ${view.window}`
    const keys = known.get(order) ?? keysOf(rows, rankKey(view))
    known.set(order, keys)
    return keys
  }
}

// Filled by index: an iterator over the rows takes several times as long.
function keysOf(rows: ChangedSlots['rows'], keyOf: (row: TokenRow) => number): Float64Array {
  const keys = new Float64Array(rows.length)
  for (let place = 0; place < rows.length; place++) {
    const row = rows[place]
    if (row !== undefined) keys[place] = keyOf(row)
  }
  return keys
}
