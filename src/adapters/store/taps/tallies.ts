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
export function tallied(
  bounds: readonly number[],
  { days, hours, tail, edges }: Found,
  cuts: Cuts = cutsOf(bounds),
): number[] {
  const tally = tallyOf(bounds)
  const cutHours = new Set(cuts.hours)
  const cutMinutes = new Set(cuts.minutes)
  eachRow(days, (day, cells) => {
    if (cells.length === 1) tally.add(day * DAY_MS, cells[0] ?? 0)
    else tally.addCells(cells, { first: day * 24, stepMs: HOUR_MS, without: cutHours })
  })
  eachRow(hours, (hour, cells) => tally.addCells(cells, { first: hour * 60, stepMs: MINUTE_MS, without: cutMinutes }))
  eachRow(tail, (minute, cells) => tally.addCells(cells, { first: minute, stepMs: MINUTE_MS, without: cutMinutes }))
  eachRow(edges, (beginMs, [count = 0]) => tally.add(beginMs, count))
  return tally.counts
}

/** Cells in a row: the number of the first, how long each is, and those that are known in more detail. */
interface Row {
  readonly first: number
  readonly stepMs: number
  readonly without: ReadonlySet<number>
}

interface Tally {
  readonly counts: number[]
  add(ms: number, count: number): void
  addCells(cells: readonly number[], row: Row): void
}

function tallyOf(bounds: readonly number[]): Tally {
  const counts = Array.from({ length: Math.max(0, bounds.length - 1) }, () => 0)
  // How many boundaries are not later than the last moment: the next moment nearly always lies between the same two.
  let number = 0
  const isThere = (ms: number) =>
    ms >= (bounds[number - 1] ?? Number.NEGATIVE_INFINITY) && ms < (bounds[number] ?? Number.POSITIVE_INFINITY)
  const add = (ms: number, count: number) => {
    if (!isThere(ms)) number = upTo(bounds, ms)
    const before = counts[number - 1]
    if (before !== undefined) counts[number - 1] = before + count
  }
  return {
    counts,
    add,
    addCells(cells, { first, stepMs, without }) {
      for (let i = 0; i < cells.length; i += 1) {
        const count = cells[i] ?? 0
        if (count > 0 && !without.has(first + i)) add((first + i) * stepMs, count)
      }
    },
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

const COLON = 58
const COMMA = 44
const MINUS = 45
const ZERO = 48

/** Digit by digit: half a million cells, cut apart and read one by one, would keep everybody waiting. */
function eachRow(text: string | null, row: (number: number, cells: readonly number[]) => void): void {
  if (text === null || text === '') return
  let cells: number[] = []
  let [number, value, sign] = [0, 0, 1]
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code >= ZERO && code < COLON) value = value * 10 + (code - ZERO)
    else if (code === MINUS) sign = -1
    else {
      if (code === COLON) number = sign * value
      else cells.push(value)
      if (code !== COLON && code !== COMMA) {
        row(number, cells)
        cells = []
      }
      ;[value, sign] = [0, 1]
    }
  }
  cells.push(value)
  row(number, cells)
}
