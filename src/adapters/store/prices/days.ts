import { randomUUID } from 'node:crypto'
import { ServiceError, StoreUnavailable } from '../../../domain/errors.ts'
import type { CoinRecord, Imported } from '../../../ports/price-store.ts'
import { type Db, LONG_WORK_MS, type Transaction } from '../db.ts'
import { checkDay, keyOf } from './checks.ts'

const DAY_MS = 86_400_000
const BATCH_MAX = 2_000
/** Of all that instances lock in a database, ours: two imports are written one after the other. */
const LOCK = 7_431_003

const STAGE = `
  insert into coin_day_staged
  select $2, seq, $3::int8, symbol, name, symbol_key, name_key, open_time_ms, open, high, low, close, volume, market_cap
  from json_to_recordset($1::json) as given (
    seq int4, symbol text, name text, symbol_key text, name_key text, open_time_ms int8,
    open float8, high float8, low float8, close float8, volume float8, market_cap float8)`

/** Its own rows, and those of imports whose process has died. */
const UNSTAGE = `delete from coin_day_staged where import_id = $1 or staged_at_ms < $2::int8 - ${DAY_MS}`

const STAGED = `select count(*) as staged from coin_day_staged where import_id = $1`

/** A name that two symbols claim, be it here or in what is there already. */
const CLAIMED = `
  select min(symbol) as symbol from (
    select symbol, symbol_key, name_key from coin_day_staged where import_id = $1
    union all select symbol, symbol_key, name_key from coin
  ) as claims
  where name_key in (select name_key from coin_day_staged where import_id = $1)
  group by name_key having count(distinct symbol_key) > 1
  limit 1`

const ONLY_LAST = `
  delete from coin_day_staged as earlier using coin_day_staged as later
  where earlier.import_id = $1 and later.import_id = $1 and later.symbol_key = earlier.symbol_key
    and later.open_time_ms = earlier.open_time_ms and later.seq > earlier.seq`

const COINS = `
  insert into coin (coin_id, symbol, name, symbol_key, name_key)
  select (select coalesce(max(coin_id), 0) from coin) + row_number() over (order by symbol_key),
    symbol, name, symbol_key, name_key
  from (
    select distinct on (symbol_key) * from coin_day_staged where import_id = $1 order by symbol_key, seq desc
  ) as named
  on conflict (symbol_key) do update
  set symbol = excluded.symbol, name = excluded.name, name_key = excluded.name_key`

const DAYS = `
  with staged as (
    select coin_id, staged.* from coin_day_staged as staged join coin using (symbol_key) where import_id = $1
  ), changed as (
    select staged.*, greatest($2::int8, old.recorded_at_ms) as at_ms
    from staged join coin_day as old using (coin_id, open_time_ms)
    where (staged.open, staged.high, staged.low, staged.close, staged.volume, staged.market_cap)
      is distinct from (old.open, old.high, old.low, old.close, old.volume, old.market_cap)
  ), kept as (
    insert into coin_day_was
    select old.*, at_ms from coin_day as old join changed using (coin_id, open_time_ms)
    order by coin_id, open_time_ms
  ), updated as (
    update coin_day as old
    set open = changed.open, high = changed.high, low = changed.low, close = changed.close, volume = changed.volume,
      market_cap = changed.market_cap, revision = old.revision + 1, recorded_at_ms = at_ms
    from changed where old.coin_id = changed.coin_id and old.open_time_ms = changed.open_time_ms
    returning 1
  ), inserted as (
    insert into coin_day
    select coin_id, open_time_ms, open, high, low, close, volume, market_cap, 1, $2::int8 from staged
    order by coin_id, open_time_ms
    on conflict do nothing
    returning 1
  )
  select (select count(*) from inserted) as inserted, (select count(*) from updated) as updated`

/**
 * See PriceStore.importDays. The records wait in a table until the last has come: a slow reader of a file holds no
 * transaction open, and no other question up.
 */
export async function importDays(
  db: Db,
  batches: AsyncIterable<readonly CoinRecord[]>,
  nowMs: number,
): Promise<Imported> {
  const importId = randomUUID()
  try {
    let given = 0
    for await (const batch of batches) given = await stage(db, batch, { importId, nowMs, given })
    const written = await db.transaction((tx) => publish(tx, { importId, nowMs, given }), LONG_WORK_MS)
    if (written.inserted + written.updated >= BATCH_MAX) await db.tidy()
    return written
  } catch (error) {
    await db.transaction((tx) => tx.query(UNSTAGE, [importId, nowMs])).catch(() => undefined)
    throw error
  }
}

interface Stage {
  readonly importId: string
  readonly nowMs: number
  /** Records staged so far. */
  readonly given: number
}

/** @returns the records staged so far */
async function stage(db: Db, batch: readonly CoinRecord[], { importId, nowMs, given }: Stage): Promise<number> {
  for (const row of batch) checkDay(row, DAY_MS)
  for (let at = 0; at < batch.length; at += BATCH_MAX) {
    const rows = batch.slice(at, at + BATCH_MAX).map((row, index) => stagedRow(row, given + at + index))
    await db.transaction((tx) => tx.query(STAGE, [JSON.stringify(rows), importId, nowMs]))
  }
  return given + batch.length
}

async function publish(tx: Transaction, { importId, nowMs, given }: Stage): Promise<Imported> {
  await tx.query('select pg_advisory_xact_lock($1)', [LOCK])
  const [found] = await tx.query<{ readonly staged: number }>(STAGED, [importId])
  // A server that has crashed meanwhile empties the table.
  if (found?.staged !== given) throw new StoreUnavailable('The database has lost part of the import.')
  // What was just put in has no statistics, and the planner would take it for a few rows.
  await tx.exec('analyze coin_day_staged')
  const [claimed] = await tx.query<{ readonly symbol: string }>(CLAIMED, [importId])
  if (claimed !== undefined) {
    throw new ServiceError('invalid_body', `The name of ${claimed.symbol} belongs to another coin.`)
  }
  await tx.query(ONLY_LAST, [importId])
  await tx.query(COINS, [importId])
  const [row] = await tx.query<Omit<Imported, 'unchanged'>>(DAYS, [importId, nowMs])
  await tx.query(UNSTAGE, [importId, nowMs])
  const { inserted, updated } = row ?? { inserted: 0, updated: 0 }
  return { inserted, updated, unchanged: given - inserted - updated }
}

function stagedRow({ symbol, name, record }: CoinRecord, seq: number) {
  const { openTimeMs, open, high, low, close, volume, marketCap } = record
  const keys = { symbol_key: keyOf(symbol), name_key: keyOf(name) }
  return { seq, symbol, name, ...keys, open_time_ms: openTimeMs, open, high, low, close, volume, market_cap: marketCap }
}
