import type { When } from '../../../domain/calendar.ts'
import { ServiceError } from '../../../domain/errors.ts'
import type { Interval, Range } from '../../../domain/prices/candle.ts'
import { FIXED_MS, type Grid, utcGrid, zoneGrid } from '../../../domain/prices/grid.ts'
import { aroundDay, beginOfDay, isUtc } from '../../../domain/zoned-days.ts'
import type { PriceStore } from '../../../ports/price-store.ts'

type Zones = Pick<PriceStore, 'boundaries'>

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
  return beginOfDay(when.dayMs, zone, await boundaries(store, 'day', zone, aroundDay(when.dayMs)))
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
