import type { PriceRecord } from '../../../domain/prices/candle.ts'
import type { TokenLabel, TokenRecord } from '../../../ports/price-store.ts'
import type { Asking, Transaction } from '../db.ts'
import { checkMinute, storable } from './checks.ts'

const MINUTE_MS = 60_000
/** Of all that instances lock in a database, ours: who writes minutes also counts hours together from them. */
const LOCK = 7_431_002

const GIVEN = `json_to_recordset($1::json) as given (
  id text, symbol text, name text, open_time_ms int8,
  open float8, high float8, low float8, close float8, volume float8, market_cap float8)`

const NEW_TOKENS = `
  insert into token (token_id, id)
  select (select coalesce(max(token_id), 0) from token) + row_number() over (order by id collate "C"), id
  from (select distinct id from ${GIVEN}) as named
  where not exists (select from token where token.id = named.id)`

const LABELS = `
  update token set symbol = coalesce(named.symbol, token.symbol), name = coalesce(named.name, token.name)
  from (select distinct id, symbol, name from ${GIVEN}) as named
  where token.id = named.id
    and (token.symbol, token.name)
      is distinct from (coalesce(named.symbol, token.symbol), coalesce(named.name, token.name))`

/** The earlier values are kept when the minute was over, so that somebody may have been shown them. */
const MINUTES = `
  with given as (
    select token_id, given.* from ${GIVEN} join token using (id)
  ), grown as (
    select token_id, open_time_ms, greatest(old.high, given.high) as high, least(old.low, given.low) as low,
      given.close, coalesce(given.volume, old.volume) as volume, coalesce(given.market_cap, old.market_cap) as market_cap,
      greatest($2::int8, old.recorded_at_ms) as at_ms
    from given join token_minute as old using (token_id, open_time_ms)
  ), changed as (
    select grown.*, open_time_ms + ${MINUTE_MS} <= at_ms as was_over
    from grown join token_minute as old using (token_id, open_time_ms)
    where (grown.high, grown.low, grown.close, grown.volume, grown.market_cap)
      is distinct from (old.high, old.low, old.close, old.volume, old.market_cap)
  ), kept as (
    insert into token_minute_was
    select old.*, at_ms from token_minute as old join changed using (token_id, open_time_ms) where was_over
    order by token_id, open_time_ms
  ), updated as (
    update token_minute as old
    set high = changed.high, low = changed.low, close = changed.close, volume = changed.volume,
      market_cap = changed.market_cap, revision = old.revision + was_over::int4, recorded_at_ms = at_ms
    from changed where old.token_id = changed.token_id and old.open_time_ms = changed.open_time_ms
  )
  insert into token_minute
  select token_id, open_time_ms, open, high, low, close, volume, market_cap, 1, $2::int8 from given
  order by token_id, open_time_ms
  on conflict do nothing`

const MISSING_MINUTES = `
  with written as (
    insert into token_minute
    select token_id, open_time_ms, open, high, low, close, volume, market_cap, 1, $2::int8
    from ${GIVEN} join token using (id)
    order by token_id, open_time_ms
    on conflict do nothing
    returning 1
  )
  select count(*) as written from written`

/** Exact: sums are of the doubles' own decimal texts. Hour by hour: joined at once, a token's whole past would be read. */
const HOURS = `
  insert into token_hour
  select token_id, hour_ms, hour.*
  from (
    select distinct token_id, open_time_ms - (open_time_ms % 3600000 + 3600000) % 3600000 as hour_ms
    from ${GIVEN} join token using (id)
  ) as touched
  cross join lateral (
    select (array_agg(open order by open_time_ms))[1], max(high), min(low),
      (array_agg(close order by open_time_ms desc))[1], sum(volume::text::numeric),
      (array_agg(market_cap order by open_time_ms desc))[1], count(*), sum(revision), max(open_time_ms),
      max(recorded_at_ms)
    from token_minute
    where token_minute.token_id = touched.token_id and open_time_ms >= hour_ms and open_time_ms < hour_ms + 3600000
  ) as hour
  order by token_id, hour_ms
  on conflict (token_id, open_time_ms) do update
  set open = excluded.open, high = excluded.high, low = excluded.low, close = excluded.close, volume = excluded.volume,
    market_cap = excluded.market_cap, records = excluded.records, revision = excluded.revision,
    last_time_ms = excluded.last_time_ms, recorded_at_ms = excluded.recorded_at_ms`

/** See PriceStore.recordMinutes. */
export async function recordMinutes(tx: Transaction, records: readonly TokenRecord[], nowMs: number): Promise<void> {
  const given = givenOf(folded(records, grow))
  await enter(tx, given)
  await tx.query(MINUTES, [given, nowMs])
  await tx.query(HOURS, [given])
}

/** See PriceStore.backfillMinutes. */
export async function backfillMinutes(
  tx: Transaction,
  records: readonly TokenRecord[],
  nowMs: number,
): Promise<number> {
  const given = givenOf(folded(records, (first) => first))
  await enter(tx, given)
  const [row] = await tx.query<{ readonly written: number }>(MISSING_MINUTES, [given, nowMs])
  await tx.query(HOURS, [given])
  return row?.written ?? 0
}

async function enter(tx: Asking, given: string): Promise<void> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  await tx.query(NEW_TOKENS, [given])
  await tx.query(LABELS, [given])
}

/** One record for each minute, and one label for each token: a statement cannot touch a row twice. */
function folded(
  records: readonly TokenRecord[],
  fold: (first: PriceRecord, next: PriceRecord) => PriceRecord,
): readonly TokenRecord[] {
  const byMinute = new Map<string, TokenRecord>()
  const labels = new Map<string, TokenLabel>()
  for (const row of records) {
    checkMinute(row, MINUTE_MS)
    const { id, symbol, name } = row
    labels.set(id, { id, symbol: symbol ?? labels.get(id)?.symbol ?? null, name: name ?? labels.get(id)?.name ?? null })
    const key = `${id} ${row.record.openTimeMs}`
    const first = byMinute.get(key)
    byMinute.set(key, first === undefined ? row : { ...row, record: fold(first.record, row.record) })
  }
  return [...byMinute.values()].map((row) => ({ ...row, ...labels.get(row.id) }))
}

function grow(first: PriceRecord, next: PriceRecord): PriceRecord {
  return {
    ...first,
    high: Math.max(first.high, next.high),
    low: Math.min(first.low, next.low),
    close: next.close,
    volume: next.volume ?? first.volume,
    marketCap: next.marketCap ?? first.marketCap,
  }
}

function givenOf(records: readonly TokenRecord[]): string {
  return JSON.stringify(
    records.map(({ id, symbol, name, record }) => {
      const { openTimeMs, open, high, low, close, volume, marketCap } = record
      const label = { symbol: storable(symbol), name: storable(name) }
      return { id, ...label, open_time_ms: openTimeMs, open, high, low, close, volume, market_cap: marketCap }
    }),
  )
}
