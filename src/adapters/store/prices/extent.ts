import type { Asset, PriceStore } from '../../../ports/price-store.ts'
import type { Asking } from '../db.ts'
import { assetKey } from './pieces.ts'

const EXTENTS = {
  coin: `
    select min(open_time_ms) as first, max(open_time_ms) as last from coin_day
    where coin_id = (select coin_id from coin where symbol_key = $1)`,
  token: `
    select min(open_time_ms) as first, max(open_time_ms) as last from token_minute
    where token_id = (select token_id from token where id = $1)`,
} as const satisfies Record<Asset['kind'], string>

/** See PriceStore.extent. */
export async function extent(db: Asking, asset: Asset): ReturnType<PriceStore['extent']> {
  const key = assetKey(asset)
  if (key === null) return null
  const [row] = await db.query<{ readonly first: number | null; readonly last: number | null }>(EXTENTS[asset.kind], [
    key,
  ])
  if (row === undefined || row.first === null || row.last === null) return null
  return { grain: asset.kind === 'coin' ? '1d' : '1m', firstMs: row.first, lastMs: row.last }
}
