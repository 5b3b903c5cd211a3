import type { Tap, TapFate } from '../../../domain/taps/tap.ts'
import type { BatchFate, TapBatch } from '../../../ports/tap-store.ts'
import { type Db, LONG_WORK_MS, Refused, type Transaction } from '../db.ts'
import { claim, keep, type NumberedBatch } from './answers.ts'
import { checkTaps, type Given, givenOf } from './given.ts'
import type { Months } from './months.ts'
import { recordOnce } from './once.ts'

export interface Recording {
  readonly batches: readonly TapBatch[]
  readonly nowMs: number
  readonly months: Months
}

/** See TapStore.record. */
export async function record(db: Db, { batches, nowMs, months }: Recording): Promise<readonly BatchFate[]> {
  for (const { taps, retry } of batches) checkTaps(taps, retry)
  const given = givenOf(batches, nowMs)
  const numbered = batches.map((batch, at) => ({ ...batch, at }))
  return inMonths(db, { given, months }, () =>
    db.transaction(async (tx) => {
      const told = new Map<number, BatchFate>()
      for (const round of roundsOf(numbered)) {
        for (const [at, fate] of await recordRound(tx, { round, given, nowMs })) told.set(at, fate)
      }
      return batches.map((_, at) => told.get(at) ?? 'key_reused')
    }),
  )
}

interface Round {
  readonly round: readonly NumberedBatch[]
  /** The taps of these and other batches. */
  readonly given: readonly Given[]
  readonly nowMs: number
}

/** Batches with different retry keys. @returns what became of each, by its number */
async function recordRound(tx: Transaction, { round, given, nowMs }: Round): Promise<ReadonlyMap<number, BatchFate>> {
  const answers = await claim(tx, round, nowMs)
  const fresh = round.filter(({ at }) => !answers.has(at))
  const taps = Map.groupBy(given, ({ batch }) => batch)
  const fates = await recordOnce(
    tx,
    fresh.flatMap(({ at }) => taps.get(at) ?? []),
  )
  const made = new Map<number, BatchFate>(
    fresh.map(({ at }) => [at, { fates: fatesOf(taps.get(at) ?? [], fates), isReplay: false }]),
  )
  await keep(tx, fresh, made)
  return new Map([...answers, ...made])
}

/** Nearly always one round: a second batch with the same retry key is judged when the first one is done. */
function roundsOf(batches: readonly NumberedBatch[]): readonly (readonly NumberedBatch[])[] {
  const seen = new Map<string, number>()
  const rounds: NumberedBatch[][] = []
  for (const batch of batches) {
    const key = `${batch.teamId} ${batch.retry?.key}`
    const at = batch.retry === null ? 0 : (seen.get(key) ?? 0)
    if (batch.retry !== null) seen.set(key, at + 1)
    const round = rounds[at] ?? []
    round.push(batch)
    rounds[at] = round
  }
  return rounds
}

/** See TapStore.importTaps. */
export async function importTaps(db: Db, taps: readonly Tap[], months: Months): Promise<readonly TapFate[]> {
  checkTaps(taps, null)
  const given = givenOf([{ teamId: null, taps }], 0)
  return inMonths(db, { given, months }, () =>
    db.transaction(async (tx) => fatesOf(given, await recordOnce(tx, given)), LONG_WORK_MS),
  )
}

/** SQLSTATE of a row that no partition takes: the database was restored or exchanged behind our back. */
const NO_PARTITION = '23514'

async function inMonths<T>(
  db: Db,
  { given, months }: { readonly given: readonly Given[]; readonly months: Months },
  run: () => Promise<T>,
): Promise<T> {
  const times = given.map(({ at }) => at)
  await months.ensure(db, times)
  try {
    return await run()
  } catch (error) {
    if (!(error instanceof Refused) || error.state !== NO_PARTITION) throw error
    months.forget()
    await months.ensure(db, times)
    return run()
  }
}

function fatesOf(given: readonly Given[], fates: ReadonlyMap<number, TapFate>): readonly TapFate[] {
  return given.map(({ i }) => fates.get(i) ?? 'tag_not_found')
}
