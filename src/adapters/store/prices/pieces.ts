import type { Piece, Range } from '../../../domain/prices/candle.ts'
import type { Asset, PriceStore } from '../../../ports/price-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import { isStorable, keyOf, timeOf } from './checks.ts'

type Size = Parameters<PriceStore['pieces']>[1]

/** One text for all rows: taking thousands of rows apart costs several times what the database needs for them. */
const LIST = `
  select json_agg(json_build_array(
    open_time_ms, open, high, low, close, trim_scale(volume::text::numeric)::text, market_cap, records, revision
  ) order by open_time_ms)::text as json`

/** Each table is read in the order of its key and no further than the limit, however much there is of the asset. */
const records = (table: string, grainMs: number, [key, asset]: readonly [key: string, asset: string]) => {
  const read = (from: string) => `(
      select open_time_ms, open, high, low, close, volume, market_cap, 1 as records, revision from ${from}
        and ${key} = (${asset})
        and open_time_ms >= $2 and open_time_ms < $3 and open_time_ms <= $4::int8 - ${grainMs}
      order by open_time_ms limit $5
    )`
  return `${LIST} from (
    ${read(`${table} where recorded_at_ms <= $4`)}
    union all
    ${read(`${table}_was where recorded_at_ms <= $4 and superseded_at_ms > $4`)}
    order by open_time_ms limit $5
  ) as piece`
}

/** Parameters of all three: the asset, from, to, as of, limit. */
const PIECES = {
  '1d': records('coin_day', 86_400_000, ['coin_id', 'select coin_id from coin where symbol_key = $1']),
  '1m': records('token_minute', 60_000, ['token_id', 'select token_id from token where id = $1']),
  // An hour stands as it was counted together unless it is cut by the range, or something in it was written or ended later.
  '1h': `${LIST} from (
    select hour.open_time_ms, piece.*
    from token_hour as hour cross join lateral (
      select hour.open_time_ms >= $2 and hour.open_time_ms <= $3::int8 - 3600000
        and hour.recorded_at_ms <= $4 and hour.last_time_ms <= $4::int8 - 60000 as stands
    ) as the_hour cross join lateral (
      select hour.open, hour.high, hour.low, hour.close, hour.volume, hour.market_cap, hour.records, hour.revision
      where stands
      union all
      select (array_agg(open order by open_time_ms))[1], max(high), min(low),
        (array_agg(close order by open_time_ms desc))[1], sum(volume::text::numeric),
        (array_agg(market_cap order by open_time_ms desc))[1], count(*)::int4, sum(revision)
      from token_minutes_at(
        hour.token_id, greatest(hour.open_time_ms, $2), least(hour.open_time_ms + 3600000, $3), $4)
      where not stands
      having count(*) > 0
    ) as piece
    where hour.token_id = (select token_id from token where id = $1)
      and hour.open_time_ms > $2::int8 - 3600000 and hour.open_time_ms < $3
    order by hour.open_time_ms limit $5
  ) as piece`,
} as const satisfies Record<Size, string>

export interface PiecesQuestion {
  readonly asset: Asset
  readonly size: Size
  readonly range: Range
  readonly asOfMs: number
  readonly limit: number
}

/** See PriceStore.pieces. @throws RangeError for a size that is not recorded of the asset */
export async function pieces(db: Asking, { asset, size, range, asOfMs, limit }: PiecesQuestion): Promise<Piece[]> {
  if ((asset.kind === 'coin') !== (size === '1d')) throw new RangeError(`There are no pieces of ${size}.`)
  const key = assetKey(asset)
  if (key === null) return []
  const times = [timeOf(range.fromMs), timeOf(range.toMs), Math.floor(timeOf(asOfMs))]
  const rows = await jsonOf<Row[]>(db, PIECES[size], [key, ...times, Math.max(0, limit)])
  return rows.map(([openTimeMs, open, high, low, close, volume, marketCap, records, revision]) => {
    return { openTimeMs, open, high, low, close, volume, marketCap, records, revision }
  })
}

/** Null: no such asset can be there. */
export function assetKey(asset: Asset): string | null {
  const text = asset.kind === 'coin' ? keyOf(asset.symbol) : asset.id
  return isStorable(text) ? text : null
}

type Row = [number, number, number, number, number, string | null, number | null, number, number]
