import type { TapFate } from '../../../domain/taps/tap.ts'
import type { BatchFate, TapBatch } from '../../../ports/tap-store.ts'
import { jsonOf, type Transaction } from '../db.ts'

/** How long an answer is kept for those who ask again. */
const KEPT_MS = 86_400_000

const GIVEN = `json_to_recordset($1::json) as given (i int4, team int4, key text, fingerprint text, fates text)`

/**
 * A row is taken by whoever writes it first, and by the first after its time is over; the others wait until that one is
 * done. Sorted, so that they all wait in the same order.
 */
const CLAIM = `
  with given as (
    select * from ${GIVEN}
  ), claimed as (
    insert into tap_answer as old (team_id, retry_key, fingerprint, fates, at_ms)
    select team, key, fingerprint, '', $2::int8 from given order by team, key collate "C"
    on conflict (team_id, retry_key) do update
    set fingerprint = excluded.fingerprint, fates = '', at_ms = excluded.at_ms
    where old.at_ms <= $2::int8 - ${KEPT_MS}
    returning team_id, retry_key
  )
  select json_agg(i)::text as json
  from claimed join given on team = team_id and key collate "C" = retry_key`

const GIVEN_BEFORE = `
  select json_agg(json_build_array(i, old.fingerprint = given.fingerprint, old.fates))::text as json
  from ${GIVEN} join tap_answer as old on team_id = team and retry_key = key collate "C"`

const KEEP = `
  update tap_answer set fates = given.fates from ${GIVEN} where team_id = team and retry_key = key collate "C"`

const SWEEP = `delete from tap_answer where at_ms <= $1::int8 - ${KEPT_MS}`

/** A batch with its number among all. */
export interface NumberedBatch extends TapBatch {
  readonly at: number
}
/** What became of batches, by their number. */
type Answers = ReadonlyMap<number, BatchFate>

/**
 * Takes the retry keys for those batches that are the first with theirs.
 * @param batches with different keys
 * @returns the answers of the others, which were given before
 */
export async function claim(tx: Transaction, batches: readonly NumberedBatch[], nowMs: number): Promise<Answers> {
  const given = batches.flatMap(({ at, teamId, retry }) => (retry === null ? [] : [{ i: at, team: teamId, ...retry }]))
  if (given.length === 0) return new Map()
  const claimed = new Set(await jsonOf<number[]>(tx, CLAIM, [JSON.stringify(given), Math.floor(nowMs)]))
  const rest = given.filter(({ i }) => !claimed.has(i))
  if (rest.length === 0) return new Map()
  const found = await jsonOf<[number, boolean, string][]>(tx, GIVEN_BEFORE, [JSON.stringify(rest)])
  return new Map(
    found.map(([i, isSame, fates]) => [i, isSame ? { fates: fatesOf(fates), isReplay: true } : 'key_reused']),
  )
}

/** Keeps what was answered now, in the transaction that makes it true. */
export async function keep(tx: Transaction, batches: readonly NumberedBatch[], made: Answers): Promise<void> {
  const rows = batches.flatMap(({ at, teamId, retry }) => {
    const fate = made.get(at)
    if (retry === null || fate === undefined || fate === 'key_reused') return []
    return [{ team: teamId, key: retry.key, fates: fate.fates.map((one) => LETTERS[one]).join('') }]
  })
  if (rows.length > 0) await tx.query(KEEP, [JSON.stringify(rows)])
}

/** Those that nobody may ask for any more. */
export async function sweepAnswers(tx: Transaction, nowMs: number): Promise<void> {
  await tx.query(SWEEP, [nowMs])
}

const LETTERS = { accepted: 'a', duplicate: 'd', id_reused: 'r', tag_not_found: 'n' } as const satisfies Record<
  TapFate,
  string
>
const FATES = new Map(Object.entries(LETTERS).map(([fate, letter]) => [letter as string, fate as TapFate]))

function fatesOf(letters: string): readonly TapFate[] {
  return [...letters].map((letter) => FATES.get(letter) ?? 'tag_not_found')
}
