import type { TapStore } from '../../../ports/tap-store.ts'
import { type Asking, jsonOf } from '../db.ts'
import { boundaries } from '../prices/calendar.ts'

const HOUR_MS = 3_600_000

/**
 * The first moments of hours, of which the minute at which a clock on the wall would have begun them is known. Where it was
 * moved by half an hour within one, that minute was of the hour before.
 */
const FIRST_MOMENTS = `
  select json_agg(first_ms order by first_ms)::text as json
  from (select json_array_elements_text($2::json)::int8 as begin_ms) as given, lateral (
    select (extract(epoch from min(moment)) * 1000)::int8 as first_ms
    from (select to_timestamp(begin_ms / 1000.0) as begin_at) as begins,
      generate_series(begin_at, begin_at + interval '1 hour', interval '15 minutes') as moment
    where date_trunc('hour', moment, $1) = begin_at
  ) as firsts`

/** Begins of hours as a clock in a zone shows them: what it shows twice is there twice, an hour or a half. See TapStore.boundaries. */
export async function hours(
  db: Asking,
  zone: string,
  { fromMs, toMs }: { readonly fromMs: number; readonly toMs: number },
): ReturnType<TapStore['boundaries']> {
  const around = { fromMs: fromMs - HOUR_MS, toMs: toMs + HOUR_MS }
  const begins = await boundaries(db, { unit: 'hour', zone, range: around })
  if (begins === null) return null
  const all = isEven(begins) ? begins : await jsonOf<number[]>(db, FIRST_MOMENTS, [zone, JSON.stringify(begins)])
  return all.slice(
    all.findLastIndex((ms) => ms <= fromMs),
    all.findIndex((ms) => ms >= toMs) + 1,
  )
}

/** Nearly always: then no clock was moved by less than an hour. */
function isEven(begins: readonly number[]): boolean {
  return begins.every((ms, i) => i === 0 || ms - (begins[i - 1] ?? 0) === HOUR_MS)
}
