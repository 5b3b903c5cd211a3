/** Lengths of buckets, with about how long one is in seconds. */
export const INTERVALS = {
  minute: 60,
  hour: 3600,
  day: 86_400,
  week: 604_800,
  month: 2_629_800,
  quarter: 7_889_400,
} as const
export type Interval = keyof typeof INTERVALS

interface Range {
  readonly label: string
  /** What is counted in unless something else is chosen. */
  readonly interval: Interval
  /** Whole days, today included; or the last hours. Neither: dates of one's own. */
  readonly days?: number
  readonly hours?: number
}

export const RANGES = {
  hour: { label: 'Last hour', interval: 'minute', hours: 1 },
  day: { label: 'Last 24 hours', interval: 'hour', hours: 24 },
  week: { label: 'Last 7 days', interval: 'hour', days: 7 },
  month: { label: 'Last 30 days', interval: 'day', days: 30 },
  quarter: { label: 'Last 90 days', interval: 'day', days: 90 },
  year: { label: 'Last 365 days', interval: 'week', days: 365 },
  dates: { label: 'From … to …', interval: 'day' },
} as const satisfies Readonly<Record<string, Range>>
export type RangeName = keyof typeof RANGES

/** What is chosen above the chart. */
export interface Wish {
  readonly range: RangeName
  /** Dates such as 2026-11-20, both included; of the range `dates` only. */
  readonly from: string
  readonly to: string
  readonly interval: Interval
  /** A name of the IANA list. */
  readonly zone: string
  /** Uid; empty for all. */
  readonly tag: string
}

const HOUR_MS = 3_600_000
const DAY_MS = 24 * HOUR_MS

export function firstWish(nowMs: number, zone: string): Wish {
  const to = dateIn(zone, nowMs)
  return { range: 'week', from: daysBefore(to, 6), to, interval: 'hour', zone, tag: '' }
}

/** What differs; another range brings its own interval. */
export function changed(wish: Wish, part: Partial<Wish>): Wish {
  const interval = part.range === undefined ? wish.interval : RANGES[part.range].interval
  return { ...wish, interval, ...part }
}

/** The query that asks for it, without a leading `?`. */
export function queryOf(wish: Wish, nowMs: number): URLSearchParams {
  const { interval, zone, tag } = wish
  const query = new URLSearchParams({ ...momentsOf(wish, nowMs), interval, tz: zone })
  if (tag !== '') query.set('tag', tag)
  return query
}

function momentsOf({ range, from, to, zone }: Wish, nowMs: number): { readonly from: string; readonly to: string } {
  const { days, hours }: Range = RANGES[range]
  const today = dateIn(zone, nowMs)
  if (days !== undefined) return { from: daysBefore(today, days - 1), to: today }
  if (hours === undefined) return { from, to }
  // So that the last bucket is the one that is still being counted, and none is cut at the begin.
  const step = hours === 1 ? 60_000 : HOUR_MS
  const end = (Math.floor(nowMs / step) + 1) * step
  return { from: new Date(end - hours * HOUR_MS).toISOString(), to: new Date(end).toISOString() }
}

/** The date there. */
export function dateIn(timeZone: string, ms: number): string {
  // The Swedish way of writing dates is the one of ISO 8601.
  return new Date(ms).toLocaleDateString('sv-SE', { timeZone })
}

/** By the calendar: not every day has 24 hours. */
function daysBefore(date: string, days: number): string {
  return new Date(Date.parse(date) - days * DAY_MS).toISOString().slice(0, 10)
}

/** When a bucket begins, as far as it tells it from its neighbours. */
export function bucketText(start: string, interval: Interval, timeZone: string): string {
  const day = { day: 'numeric', month: 'short' } as const
  const time = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23' } as const
  const parts = {
    minute: { ...day, ...time },
    hour: { ...day, ...time },
    day: { weekday: 'short', ...day, year: 'numeric' },
    week: { ...day, year: 'numeric' },
    month: { month: 'short', year: 'numeric' },
    quarter: { month: 'short', year: 'numeric' },
  } as const satisfies Record<Interval, Intl.DateTimeFormatOptions>
  return new Date(start).toLocaleString('en-GB', { timeZone, ...parts[interval] })
}
