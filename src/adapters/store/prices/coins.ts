import type { Coin, DashboardRow } from '../../../domain/prices/coin.ts'
import { type Asking, jsonOf } from '../db.ts'
import { isStorable, keyOf, timeOf } from './checks.ts'

const COINS = `select json_agg(json_build_array(symbol, name) order by symbol)::text as json from coin`

/** The changes are counted by the caller: a quotient that is too large for a double would fail the whole statement. */
const DASHBOARD = `
  select json_agg(json_build_array(
    symbol, name, last.open_time_ms, last.close, last.volume, last.market_cap, day1.close, day7.close, day30.close
  ) order by symbol)::text as json
  from coin
  cross join lateral (
    select * from coin_day
    where coin_day.coin_id = coin.coin_id and open_time_ms between $1::int8 - 30 * 86400000::int8 and $1::int8
    order by open_time_ms desc limit 1
  ) as last
  left join coin_day as day1 on day1.coin_id = coin.coin_id and day1.open_time_ms = last.open_time_ms - 86400000
  left join coin_day as day7 on day7.coin_id = coin.coin_id and day7.open_time_ms = last.open_time_ms - 7 * 86400000::int8
  left join coin_day as day30 on day30.coin_id = coin.coin_id and day30.open_time_ms = last.open_time_ms - 30 * 86400000::int8
  where $2::text is null or symbol_key in (select json_array_elements_text($2::json))`

type Row = [
  symbol: string,
  name: string,
  recordedDayMs: number,
  price: number,
  volume: number | null,
  marketCap: number | null,
  day1: number | null,
  day7: number | null,
  day30: number | null,
]

/** See PriceStore.coins. */
export async function coins(db: Asking): Promise<readonly Coin[]> {
  const rows = await jsonOf<[string, string][]>(db, COINS, [])
  return rows.map(([symbol, name]) => ({ symbol, name }))
}

/** See PriceStore.dashboard. */
export async function dashboard(
  db: Asking,
  dayMs: number,
  symbols: readonly string[] | null,
): Promise<readonly DashboardRow[]> {
  const keys = symbols === null ? null : JSON.stringify(symbols.filter(isStorable).map(keyOf))
  const rows = await jsonOf<Row[]>(db, DASHBOARD, [timeOf(dayMs), keys])
  return rows.map(([symbol, name, recordedDayMs, price, volume, marketCap, day1, day7, day30]) => {
    const changes = { change1d: change(price, day1), change7d: change(price, day7), change30d: change(price, day30) }
    return { symbol, name, recordedDayMs, price, volume, marketCap, ...changes }
  })
}

/** Percent; null without a base, from a base of 0, and when it is no number that can be written. */
function change(price: number, base: number | null): number | null {
  if (base === null || base === 0) return null
  const percent = ((price - base) / base) * 100
  return Number.isFinite(percent) ? percent : null
}
