import type { TokenLabel } from '../../../ports/price-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import { isStorable, timeOf } from './checks.ts'

const MINUTE_MS = 60_000

const TOKENS = `select json_agg(json_build_array(id, symbol, name) order by id)::text as json from token`

const CLOSES = `
  select json_agg(json_build_array(token.id, last.close))::text as json
  from (select distinct id from json_array_elements_text($1::json) as asked (id)) as asked
  join token using (id)
  cross join lateral (
    select close from token_minute
    where token_minute.token_id = token.token_id and open_time_ms between $2::int8 and $3::int8
    order by open_time_ms desc limit 1
  ) as last`

/** See PriceStore.tokens. */
export async function tokens(db: Asking): Promise<readonly TokenLabel[]> {
  const rows = await jsonOf<[string, string | null, string | null][]>(db, TOKENS, [])
  return rows.map(([id, symbol, name]) => ({ id, symbol, name }))
}

/** See PriceStore.closesAt. */
export async function closesAt(
  db: Asking,
  ids: readonly string[],
  { atMs, withinMs }: { readonly atMs: number; readonly withinMs: number },
): Promise<ReadonlyMap<string, number>> {
  const asked = JSON.stringify(ids.filter(isStorable))
  const times = [timeOf(atMs - withinMs), timeOf(Math.floor(atMs) - MINUTE_MS)]
  return new Map(await jsonOf<[string, number][]>(db, CLOSES, [asked, ...times]))
}
