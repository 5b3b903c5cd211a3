import type { Board } from './board.ts'
import type { ChangedSlots } from './changed-slots.ts'
import { matcher } from './match.ts'
import type { TokenView } from './query.ts'
import { compareKeyed, type Keyed, rankKey } from './rank.ts'
import type { TokenRow } from './row.ts'

/** The first rows of a view, kept in order from board to board by looking at the changed rows alone. */
export interface Top {
  /** The first `limit` rows; no more than the top was made for. */
  first(limit: number): TokenRow[]
  /** Goes on to the next board. @returns false when nothing that it holds has changed. */
  follow(board: Board, changed: ChangedSlots): boolean
  /** Starts anew from any board, reading all of it. */
  rebuild(board: Board): void
}

export interface TopSize {
  /** With fewer rows than these, though there are more, the whole board is read again. */
  readonly least: number
  /** How many rows to hold at most: those beyond the least save reading the whole board each time one leaves. */
  readonly most: number
}

/** Enough in reserve that rows come and go for long before the whole board is read again. */
export function topSize(limit: number): TopSize {
  return { least: limit, most: 2 * limit + 32 }
}

interface Entry extends Keyed {
  readonly slot: number
}

/** @param size at least one row */
export function topOf(view: TokenView, size: TopSize, board: Board): Top {
  const keyOf = rankKey(view)
  const matches = matcher(view)
  let entries: Entry[] = []
  /** Every matching row at or before it is among the entries; null: every matching row is. */
  let bound: Keyed | null = null

  // Most rows are beyond the bound: comparing numbers comes first, the search for a text last.
  const belongs = (key: number, row: TokenRow) =>
    (bound === null || key < bound.key || (key === bound.key && row.id <= bound.row.id)) && matches(row)

  const cut = () => {
    if (entries.length <= size.most) return
    entries.length = size.most
    bound = entries.at(-1) ?? null
  }

  const arrivalsAmong = (changed: ChangedSlots) => {
    const keys = changed.keys(view)
    const arrivals: Entry[] = []
    for (let place = 0; place < keys.length; place++) {
      const row = changed.rows[place]
      const key = keys[place] ?? 0
      if (row !== undefined && belongs(key, row)) arrivals.push({ key, row, slot: changed.slots[place] ?? 0 })
    }
    return arrivals.sort(compareKeyed)
  }

  const rebuild = ({ rows }: Board) => {
    entries = []
    bound = null
    for (let slot = 0; slot < rows.length; slot++) {
      const row = rows[slot]
      if (row === undefined) continue
      const key = keyOf(row)
      if (!belongs(key, row)) continue
      entries.push({ key, row, slot })
      // Not only at the end: each cut lowers the bound, which spares most of the rows still to come.
      if (entries.length < 2 * size.most) continue
      entries.sort(compareKeyed)
      cut()
    }
    entries.sort(compareKeyed)
    cut()
  }

  rebuild(board)
  return {
    first: (limit) => entries.slice(0, limit).map(({ row }) => row),
    follow(next, changed) {
      const someLeft = removeChanged(entries, changed)
      const arrivals = arrivalsAmong(changed)
      insert(entries, arrivals)
      cut()
      if (entries.length < size.least && bound !== null) rebuild(next)
      return someLeft || arrivals.length > 0
    },
    rebuild,
  }
}

/** Goes on to the next board. @param changed null when slots mean nothing any more. @returns false when nothing changed. */
export function goOn(top: Top, board: Board, changed: ChangedSlots | null): boolean {
  if (changed !== null) return top.follow(board, changed)
  top.rebuild(board)
  return true
}

// In place, here and below: a copy per view and board would be most of what a board leaves to the garbage collector.
function removeChanged(entries: Entry[], changed: ChangedSlots): boolean {
  let kept = 0
  for (const entry of entries) if (!changed.has(entry.slot)) entries[kept++] = entry
  const someHave = kept < entries.length
  entries.length = kept
  return someHave
}

/** Both lists are in order. From the end on, so that what lies before the first arrival is not even looked at. */
function insert(entries: Entry[], arrivals: readonly Entry[]): void {
  let from = entries.length - 1
  let arrival = arrivals.length - 1
  for (let to = from + arrivals.length; arrival >= 0; to--) {
    const [entry, other] = [entries[from], arrivals[arrival]]
    if (entry !== undefined && other !== undefined && compareKeyed(entry, other) > 0) {
      entries[to] = entry
      from--
    } else if (other !== undefined) {
      entries[to] = other
      arrival--
    }
  }
}
