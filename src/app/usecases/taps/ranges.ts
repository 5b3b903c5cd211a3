import { DAY_MS, type When } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import { countUtcBuckets, gridWithin, type TapGrid, type TapRange, utcGridOf } from '../../../domain/taps/bucketing.ts'
import type { TapInterval } from '../../../domain/taps/tap.ts'
import { aroundDay, beginOfDay, isUtc } from '../../../domain/zoned-days.ts'
import type { TapStore } from '../../../ports/tap-store.ts'

/** One answer has no more buckets. */
export const BUCKETS_MAX = 10_000
/** Buckets that begin before it end in a year that can be written, in every zone. */
const LAST_MS = Date.UTC(9999, 0)

type Zones = Pick<TapStore, 'boundaries'>

/** What is asked about, as the client wrote it. */
export interface AskedRange {
  readonly from: When
  /** Not included; of a day, the whole of it is. */
  readonly to: When
  readonly interval: TapInterval
  readonly zone: string
}

/** @throws ServiceError `invalid_parameter` for an unknown zone, an end before the start, more than BUCKETS_MAX buckets */
export async function gridOf(zones: Zones, asked: AskedRange): Promise<TapGrid> {
  const { interval, zone } = asked
  const range = await checkedRange(zones, asked)
  if (isInUtc(asked)) return utcGridOf(interval, range)
  const grid = gridWithin(range, await boundaries(zones, interval as ZonedInterval, { zone, range }))
  if (grid.edges.length - 1 > BUCKETS_MAX) throw tooMany(grid.edges.length - 1)
  return grid
}

/** What is asked about. @throws ServiceError as gridOf, but for a number of buckets that only making them tells */
export async function checkedRange(zones: Zones, asked: AskedRange): Promise<TapRange> {
  const range = await rangeOf(zones, asked)
  // Of UTC it is the number; elsewhere it differs by a few where clocks change, and tells what would be too much to make.
  const count = countUtcBuckets(asked.interval, range)
  if (count > BUCKETS_MAX && (isInUtc(asked) || count > BUCKETS_MAX + FAR_BUCKETS)) throw tooMany(count)
  return range
}

/** Days differ by at most this from days of UTC, and hours by what clocks were set forward or back. */
const FAR_BUCKETS = 100
type ZonedInterval = Exclude<TapInterval, 'minute'>

/** A minute is the same in every zone of our days. */
function isInUtc({ interval, zone }: AskedRange): boolean {
  return interval === 'minute' || isUtc(zone)
}

async function rangeOf(zones: Zones, { from, to, zone }: AskedRange): Promise<TapRange> {
  if ([from, to].some((when) => asWritten(when) >= LAST_MS)) throw flawed('to', 'Must be before the year 9999.')
  await checkZone(zones, zone)
  const fromMs = await momentOf(zones, from, zone)
  const toMs = await momentOf(zones, to.kind === 'day' ? { ...to, dayMs: to.dayMs + DAY_MS } : to, zone)
  if (toMs === fromMs && isOneDay(from, to)) throw flawed('from', 'There is no such day in this time zone.')
  // A day that ends where the range begins is the day before it.
  if (toMs < fromMs || (toMs === fromMs && to.kind === 'day')) throw flawed('to', 'Must not be before `from`.')
  return { fromMs, toMs }
}

function isOneDay(from: When, to: When): boolean {
  return from.kind === 'day' && to.kind === 'day' && from.dayMs === to.dayMs
}

function asWritten(when: When): number {
  return when.kind === 'day' ? when.dayMs : when.ms
}

/** A zone that there is not is refused, whether or not the answer depends on it. */
async function checkZone(zones: Zones, zone: string): Promise<void> {
  if (!isUtc(zone)) await boundaries(zones, 'day', { zone, range: { fromMs: 0, toMs: 0 } })
}

/** Unix milliseconds of a moment as the clients of a zone mean it: a day begins at their midnight. */
async function momentOf(zones: Zones, when: When, zone: string): Promise<number> {
  if (when.kind === 'instant') return when.ms
  if (isUtc(zone)) return when.dayMs
  return beginOfDay(when.dayMs, zone, await boundaries(zones, 'day', { zone, range: aroundDay(when.dayMs) }))
}

async function boundaries(
  zones: Zones,
  unit: ZonedInterval,
  { zone, range }: { readonly zone: string; readonly range: TapRange },
): Promise<readonly number[]> {
  const found = await zones.boundaries(unit, zone, range)
  if (found === null) throw flawed('tz', 'Not a time zone of the IANA list, as Europe/Berlin is.')
  return found
}

function tooMany(count: number): ServiceError {
  const message = `These would be ${count} buckets; one answer has at most ${BUCKETS_MAX}.`
  return new ServiceError('invalid_parameter', message, { flaws: [{ in: 'query', path: 'interval', message }] })
}

export function flawed(path: string, message: string): ServiceError {
  return new ServiceError('invalid_parameter', `Not valid: ${path}.`, { flaws: [{ in: 'query', path, message }] })
}
