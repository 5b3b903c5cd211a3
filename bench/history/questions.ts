import { type Asking, type Db, LONG_WORK_MS } from '../../src/adapters/store/db.ts'
import type { PriceStore } from '../../src/ports/price-store.ts'
import type { PriceService } from '../../src/ports/prices.ts'
import { DAY_MS, FIRST_DAY_MS, MINUTE_MS, TOKEN } from './data.ts'

const YEAR_MINUTES = 365 * 1440

/** The dashboard of all coins, in one statement. */
export async function ourDashboard(store: PriceStore, dayMs: number): Promise<number> {
  return (await store.dashboard(dayMs, null)).length
}

/** As the earlier service did it: the coins, then the last 31 records of each, and the arithmetic in the program. */
export async function theirDashboard(db: Db, dayMs: number): Promise<number> {
  const coins = await db.query<{ readonly coin_id: number }>('select coin_id from coin')
  let rows = 0
  for (const { coin_id } of coins) rows += (await changesOf(db, coin_id, dayMs)) === null ? 0 : 1
  return rows
}

async function changesOf(db: Asking, coin: number, dayMs: number): Promise<readonly number[] | null> {
  const days = await db.query<{ readonly close: number }>(
    'select open_time_ms, close, volume, market_cap from coin_day where coin_id = $1 and open_time_ms <= $2 order by open_time_ms desc limit 31',
    [coin, dayMs],
  )
  const [last] = days
  if (last === undefined) return null
  return [1, 7, 30].map((back) => (last.close / (days[back]?.close ?? Number.NaN) - 1) * 100)
}

/** A year of hours, page after page. */
export async function ourYearOfHours(prices: PriceService): Promise<number> {
  const asked = { asset: { kind: 'token', id: TOKEN } as const, interval: '1h' as const, zone: 'UTC', limit: 1000 }
  let cursor: string | null = null
  let candles = 0
  do {
    const page: Awaited<ReturnType<PriceService['candles']>> = await prices.candles({
      ...asked,
      from: null,
      to: null,
      fill: 'none',
      asOfMs: null,
      cursor,
    })
    candles += page.candles.length
    cursor = page.nextCursor
  } while (cursor !== null)
  return candles
}

const HOURS_OF_MINUTES = `
  select open_time_ms / 3600000 as hour, (array_agg(open order by open_time_ms))[1] as open, max(high) as high,
    min(low) as low, (array_agg(close order by open_time_ms desc))[1] as close, sum(volume) as volume
  from token_minute where open_time_ms >= $1 and open_time_ms < $2 group by 1 order by 1`

/** The same hours from the minutes, in one statement. */
export async function theirYearOfHours(db: Db): Promise<number> {
  const range = [FIRST_DAY_MS, FIRST_DAY_MS + YEAR_MINUTES * MINUTE_MS]
  const rows = await db.transaction((tx) => tx.query(HOURS_OF_MINUTES, range), LONG_WORK_MS)
  return rows.length
}

/** A day in the part of the data in which every coin has a month behind it. */
export function someDay(random: () => number, days: number): number {
  return FIRST_DAY_MS + (31 + Math.floor(random() * (days - 31))) * DAY_MS
}
