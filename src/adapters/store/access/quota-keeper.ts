import type { KeptQuota, QuotaKeeper } from '../../../ports/quota-keeper.ts'
import { jsonOf } from '../db.ts'
import type { Opening } from '../opening.ts'

const LOAD = 'select json_agg(json_build_array(key_id, taken))::text as json from quota_kept'

/** In the order of the keys, so that two processes that write at one moment do not wait for each other for ever. */
const SAVE = `
  with given as (select key, taken from json_to_recordset($1::json) as given (key text, taken text)),
  emptied as (delete from quota_kept using given where key_id = given.key and given.taken = '')
  insert into quota_kept (key_id, taken)
  select key, taken from given where taken <> '' order by key
  on conflict (key_id) do update set taken = excluded.taken`

/** Less than writing may take elsewhere: a process that ends waits for it. */
const SAVE_MS = 3_000
const BASE = 36

type Row = [key: string, taken: string]

/** What was taken of quotas, in a PostgreSQL, whichever it is: a row of some hundred bytes for each key. */
export function sqlQuotaKeeper({ use }: Pick<Opening, 'use'>): QuotaKeeper {
  return {
    async load() {
      const rows = await use((db) => jsonOf<Row[]>(db, LOAD, []))
      return rows.map(([key, taken]) => ({ key, takenAtMs: unpacked(taken) }))
    },
    async save(changed) {
      if (changed.length === 0) return
      const given = JSON.stringify(changed.map(packed))
      await use((db) => db.transaction((tx) => tx.query(SAVE, [given]), SAVE_MS))
    },
  }
}

function packed({ key, takenAtMs }: KeptQuota): { readonly key: string; readonly taken: string } {
  const steps = takenAtMs.map((ms, n) => (ms - (takenAtMs[n - 1] ?? 0)).toString(BASE))
  return { key, taken: steps.join(' ') }
}

function unpacked(taken: string): number[] {
  let ms = 0
  return taken.split(' ').map((step) => {
    ms += Number.parseInt(step, BASE)
    return ms
  })
}
