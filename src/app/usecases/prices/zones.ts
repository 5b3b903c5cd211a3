import { civil, DAY_MS, type When } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { Interval, Range } from '../../../domain/prices/candle.ts'
import { FIXED_MS, type Grid, utcGrid, zoneGrid } from '../../../domain/prices/grid.ts'
import type { PriceStore } from '../../../ports/price-store.ts'

type Zones = Pick<PriceStore, 'boundaries'>

const UTC_NAMES: ReadonlySet<string> = new Set(['utc', 'etc/utc', 'gmt', 'etc/gmt', 'zulu', 'etc/zulu'])

export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone.toLowerCase())
}

/**
 * @param range which moments will be asked about
 * @throws ServiceError `invalid_parameter` for an unknown zone
 */
export async function gridOf(store: Zones, interval: Interval, zone: string, range: Range): Promise<Grid> {
  if (isUtc(zone)) return utcGrid(interval)
  const unit = interval === '1w' ? 'week' : interval === '1M' ? 'month' : 'day'
  return zoneGrid(await boundaries(store, unit, zone, range), isFixed(interval) ? FIXED_MS[interval] : null)
}

/** Unix milliseconds of a moment as the clients of a zone mean it: a day begins at their midnight. */
export async function momentOf(store: Zones, when: When, zone: string): Promise<number> {
  if (when.kind === 'instant') return when.ms
  if (isUtc(zone)) return when.dayMs
  // A midnight alone may be that of one day in Honolulu or of the next in Kiritimati: the month tells how far the zone is off.
  const { year, month } = civil(when.dayMs)
  const monthMs = Date.UTC(year, month)
  const offsetMs = monthMs - nearest(await boundaries(store, 'month', zone, around(monthMs)), monthMs)
  const expectedMs = when.dayMs - offsetMs
  return nearest(await boundaries(store, 'day', zone, around(expectedMs)), expectedMs)
}

function around(ms: number): Range {
  return { fromMs: ms - DAY_MS, toMs: ms + DAY_MS }
}

function nearest(times: readonly number[], ms: number): number {
  return times.reduce((best, time) => (Math.abs(time - ms) < Math.abs(best - ms) ? time : best))
}

async function boundaries(store: Zones, unit: 'day' | 'week' | 'month', zone: string, range: Range) {
  const found = await store.boundaries(unit, zone, range)
  if (found !== null) return found
  const flaws = [
    { in: 'query', path: 'tz', message: 'Not a time zone of the IANA list, as Europe/Berlin is.' } as const,
  ]
  throw new ServiceError('invalid_parameter', 'The time zone is not known.', { flaws })
}

function isFixed(interval: Interval): interval is keyof typeof FIXED_MS {
  return Object.hasOwn(FIXED_MS, interval)
}
