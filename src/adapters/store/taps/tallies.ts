const MINUTE_MS = 60_000
const HOUR_MINUTES = 60
const DAY_MINUTES = 24 * HOUR_MINUTES
const QUARTER_MINUTES = 15

/** What must be known to tell how many taps were before each of some boundaries. */
export interface Places {
  /** Quarters of an hour, counted from 1 in a day, at whose end a boundary lies, whatever the day. */
  readonly quarters: readonly number[]
  /** Hours since 1970 that a boundary cuts, but not at a quarter. */
  readonly hours: readonly number[]
  /** Boundaries that cut a minute. */
  readonly edges: readonly number[]
}

/** What the tables have of a range, as texts of whole numbers with commas between. */
export interface Found {
  /** For each day its number since 1970, its taps, and those before the end of each quarter that was asked for; ascending. */
  readonly days: string | null
  /** For each hour its number since 1970 and its 60 minutes. */
  readonly hours: string | null
  /** For each minute with taps that are in none of the above yet its begin in milliseconds, and these. */
  readonly tail: string | null
  /** For each boundary that cuts a minute the taps from the minute's begin up to it. */
  readonly edges: string | null
}

/** A boundary: a minute since 1970, as a day, quarters of an hour in that, and minutes in an hour beside. */
interface Place {
  readonly day: number
  readonly quarter: number
  readonly hour: number
  readonly minutes: number
}

function placeOf(ms: number): Place {
  const minute = Math.floor(ms / MINUTE_MS)
  const day = Math.floor(minute / DAY_MINUTES)
  const hour = Math.floor(minute / HOUR_MINUTES)
  const ofHour = minute - hour * HOUR_MINUTES
  const isQuarter = ofHour % QUARTER_MINUTES === 0
  const known = isQuarter ? minute : hour * HOUR_MINUTES
  return { day, quarter: (known - day * DAY_MINUTES) / QUARTER_MINUTES, hour, minutes: isQuarter ? 0 : ofHour }
}

export function placesOf(bounds: readonly number[]): Places {
  const quarters = new Set<number>()
  const hours = new Set<number>()
  for (const ms of bounds) {
    const { quarter, hour, minutes } = placeOf(ms)
    if (quarter > 0) quarters.add(quarter)
    if (minutes > 0) hours.add(hour)
  }
  return { quarters: [...quarters], hours: [...hours], edges: edgesOf(bounds) }
}

/** Those that cut a minute, each once. */
export function edgesOf(bounds: readonly number[]): readonly number[] {
  return [...new Set(bounds.filter((ms) => ms % MINUTE_MS !== 0))]
}

/**
 * Counts between each two neighbours of the boundaries: differences of what was before them.
 * @param bounds ascending, whole numbers
 * @param places of them; the quarters in the order in which they were asked for
 */
export function tallied(bounds: readonly number[], found: Found, places: Places): number[] {
  const before = beforeEach(bounds, found, places)
  const counts = before.slice(1).map((count, i) => count - (before[i] ?? 0))
  const tail = numbersOf(found.tail)
  for (let i = 0; i < tail.length; i += 2) {
    // A boundary within the minute is before it: what was tapped up to there is known from the taps.
    const next = upTo(bounds, (tail[i] ?? 0) + MINUTE_MS - 1)
    const counted = counts[next - 1]
    if (counted !== undefined) counts[next - 1] = counted + (tail[i + 1] ?? 0)
  }
  return counts
}

/** Taps before each boundary, from the first day that was found on. */
function beforeEach(bounds: readonly number[], found: Found, { quarters, edges }: Places): readonly number[] {
  const days = numbersOf(found.days)
  const hours = hoursOf(numbersOf(found.hours))
  const width = quarters.length + 2
  const columns = new Map(quarters.map((quarter, i) => [quarter, i + 2]))
  const cut = numbersOf(found.edges)
  const parts = new Map(edges.map((ms, i) => [ms, cut[i] ?? 0]))
  let at = 0
  let total = 0
  return bounds.map((ms) => {
    const { day, quarter, hour, minutes } = placeOf(ms)
    for (; at < days.length && (days[at] ?? 0) < day; at += width) total += days[at + 1] ?? 0
    const isThere = quarter > 0 && days[at] === day
    const ofDay = isThere ? (days[at + (columns.get(quarter) ?? 0)] ?? 0) : 0
    return total + ofDay + (minutes > 0 ? hours(hour, minutes) : 0) + (parts.get(ms) ?? 0)
  })
}

/** @returns what tells the taps of the first minutes of an hour */
function hoursOf(numbers: readonly number[]): (hour: number, minutes: number) => number {
  const rows = new Map<number, number>()
  for (let at = 0; at < numbers.length; at += HOUR_MINUTES + 1) rows.set(numbers[at] ?? 0, at)
  return (hour, minutes) => {
    const at = rows.get(hour)
    let sum = 0
    if (at !== undefined) for (let i = 1; i <= minutes; i += 1) sum += numbers[at + i] ?? 0
    return sum
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

const COMMA = 44
const MINUS = 45
const ZERO = 48

/** Digit by digit: ten thousand numbers, cut apart and read one by one, would keep everybody waiting. */
function numbersOf(text: string | null): readonly number[] {
  const numbers: number[] = []
  if (text === null || text === '') return numbers
  let [value, sign] = [0, 1]
  for (let i = 0; i < text.length; i += 1) {
    const code = text.charCodeAt(i)
    if (code >= ZERO) value = value * 10 + (code - ZERO)
    else if (code === MINUS) sign = -1
    else if (code === COMMA) {
      numbers.push(sign * value)
      value = 0
      sign = 1
    }
  }
  numbers.push(sign * value)
  return numbers
}
