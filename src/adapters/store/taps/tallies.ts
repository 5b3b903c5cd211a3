const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS

/** Days, hours and minutes that a boundary cuts, as numbers of such since 1970: what is in them is asked in more detail. */
export interface Cuts {
  readonly days: readonly number[]
  readonly hours: readonly number[]
  readonly minutes: readonly number[]
}

/** What the tables have of a range, as texts: `19000:7;19001:0,0,3…`, a number since 1970 with its total or its cells. */
export interface Found {
  /** Of cut days their hours, of others the total. */
  readonly days: string | null
  /** Of cut hours: their minutes. */
  readonly hours: string | null
  /** Minutes that are not in the above yet. */
  readonly tail: string | null
  /** Parts of cut minutes, by the millisecond in which they begin. */
  readonly edges: string | null
}

export function cutsOf(bounds: readonly number[]): Cuts {
  return { days: cutBy(bounds, DAY_MS), hours: cutBy(bounds, HOUR_MS), minutes: cutBy(bounds, MINUTE_MS) }
}

function cutBy(bounds: readonly number[], stepMs: number): readonly number[] {
  return [...new Set(bounds.filter((ms) => ms % stepMs !== 0).map((ms) => Math.floor(ms / stepMs)))]
}

/**
 * Counts between each two neighbours of the boundaries. Each piece of what was found lies between two of them as a whole:
 * of what a boundary cuts only the parts are taken.
 * @param bounds ascending, whole numbers
 */
export function tallied(bounds: readonly number[], found: Found, cuts: Cuts = cutsOf(bounds)): number[] {
  const counts = Array.from({ length: Math.max(0, bounds.length - 1) }, () => 0)
  for (const { number, count } of piecesOf(bounds, found, cuts)) {
    const before = counts[number - 1]
    if (before !== undefined) counts[number - 1] = before + count
  }
  return counts
}

/** A count, and the number of the last boundary that is not later: from 1. */
interface Piece {
  readonly number: number
  readonly count: number
}

function* piecesOf(bounds: readonly number[], { days, hours, tail, edges }: Found, cuts: Cuts): Generator<Piece> {
  const cutHours = new Set(cuts.hours)
  const cutMinutes = new Set(cuts.minutes)
  const at = (ms: number, count: number): Piece => ({ number: upTo(bounds, ms), count })
  for (const [day, cells] of rowsOf(days)) {
    if (cells.length === 1) yield at(day * DAY_MS, cells[0] ?? 0)
    else for (const [hour, count] of numbered(day * 24, cells, cutHours)) yield at(hour * HOUR_MS, count)
  }
  for (const [hour, cells] of rowsOf(hours)) {
    for (const [minute, count] of numbered(hour * 60, cells, cutMinutes)) yield at(minute * MINUTE_MS, count)
  }
  for (const [minute, cells] of rowsOf(tail)) {
    for (const [, count] of numbered(minute, cells, cutMinutes)) yield at(minute * MINUTE_MS, count)
  }
  for (const [beginMs, [count = 0]] of rowsOf(edges)) yield at(beginMs, count)
}

/** Cells that have something, with their numbers, without those that are known in more detail. */
function* numbered(
  first: number,
  cells: readonly number[],
  without: ReadonlySet<number>,
): Generator<readonly [number: number, count: number]> {
  for (const [index, count] of cells.entries()) {
    if (count > 0 && !without.has(first + index)) yield [first + index, count]
  }
}

/** How many boundaries are not later. */
function upTo(bounds: readonly number[], ms: number): number {
  let low = 0
  let high = bounds.length
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((bounds[middle] ?? 0) <= ms) low = middle + 1
    else high = middle
  }
  return low
}

function* rowsOf(text: string | null): Generator<readonly [number: number, cells: readonly number[]]> {
  if (text === null || text === '') return
  for (const row of text.split(';')) {
    const at = row.indexOf(':')
    yield [
      Number(row.slice(0, at)),
      row
        .slice(at + 1)
        .split(',')
        .map(Number),
    ]
  }
}
