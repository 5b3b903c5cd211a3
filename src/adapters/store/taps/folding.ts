import { RECENT_MS } from '../../../domain/taps/tap.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Db, Transaction } from '../db.ts'
import type { Opening } from '../opening.ts'
import { sweepAnswers } from './answers.ts'

/** How often what was recorded is moved while there is something. */
const EVERY_MS = 500
const AFTER_FAILURE_MS = 5_000
/** Minutes of tags in one move, and what the last row has more: others have their turn in between. */
const CELLS_MAX = 5_000
/** So many leave the room of as many, which an engine that does not sweep by itself would keep. */
const VACUUM_CELLS = 20_000
const SWEEP_EVERY_MS = 600_000
/** Of all that instances lock in a database, ours: one of them moves at a time, and nobody while all is made anew. */
export const FOLD_LOCK = 7_431_005

/** Begin of a step of time as a number of such steps since 1970. */
export function stepOf(column: string, stepMs: number): string {
  return `((${column} - (${column} % ${stepMs} + ${stepMs}) % ${stepMs}) / ${stepMs})::int4`
}

/**
 * Moves rows that a snapshot of some time ago could see into the tables of days and hours. A row of another life of the
 * database, restored by its own tools, is of a transaction that has not been yet.
 */
const FOLD = `
  with gone as (
    delete from tap_delta where ctid = any (array(
      select ctid from (
        select ctid, sum(cardinality(counts)) over (order by team_id, id) - cardinality(counts) as before from tap_delta
        where pg_visible_in_snapshot(written_by, $1::pg_snapshot)
          or written_by >= pg_snapshot_xmax(pg_current_snapshot())
      ) as old
      where before < ${CELLS_MAX}))
    returning team_id, minutes, counts
  ), minutes as materialized (
    select team_id, minute_ms, sum(count)::int8 as count
    from gone, unnest(minutes, counts) as cells (minute_ms, count) group by team_id, minute_ms
  ), hours as (
    select team_id, hour, sum(count)::int8 as total,
      tap_cells(60, array_agg((minute_ms / 60000 - hour * 60::int8)::int4), array_agg(count)) as m
    from minutes, lateral (select ${stepOf('minute_ms', 3_600_000)} as hour) as hours
    group by team_id, hour
  ), days as materialized (
    select team_id, day, sum(count)::int8 as total,
      tap_running(tap_cells(96, array_agg(((minute_ms - day * 86400000::int8) / 900000)::int4), array_agg(count))) as q
    from minutes, lateral (select ${stepOf('minute_ms', 86_400_000)} as day) as days
    group by team_id, day
  ), new_hours as (
    insert into tap_h as old (team_id, hour, total, m)
    select team_id, hour, total, m from hours order by team_id, hour
    on conflict (team_id, hour) do update
    set total = old.total + excluded.total, m = tap_sum(old.m, excluded.m)
  ), new_days as (
    insert into tap_d as old (team_id, day, total, q)
    select team_id, day, total, q from days order by team_id, day
    on conflict (team_id, day) do update
    set total = old.total + excluded.total,
      q = array(select a + b from unnest(old.q, excluded.q) as quarters (a, b))
  ), new_totals as (
    insert into tap_total as old (team_id, total)
    select team_id, sum(total)::int8 from days group by team_id order by team_id
    on conflict (team_id) do update set total = old.total + excluded.total
  )
  select coalesce(sum(cardinality(counts)), 0)::int4 as moved from gone`

const LOCK = 'select pg_try_advisory_xact_lock($1) as is_ours'
const SNAPSHOT = `
  select pg_current_snapshot()::text as snapshot, exists (select from tap_delta) as is_left`

/** A moment of the database, and when we knew of it: it was then, or before. */
interface Moment {
  readonly snapshot: string
  readonly knownMs: number
}

/** Moves what was recorded into the tables that count it, in the background, while there is something. */
export interface Folding {
  /** Something was written, or may have been, by whomever. */
  wake(): void
  /** Settles when nothing of it runs. */
  settled(): Promise<void>
  /** Settles when nothing runs any more. */
  close(): Promise<void>
}

/**
 * A row stays where `recent` finds it for RECENT_MS from the first moment at which somebody could see it. That moment is not
 * its time of writing, which may be long before its commit: so moments of the database are remembered as snapshots, and
 * a row is moved when a snapshot that is old enough has it.
 */
export function folding(use: Opening['use'], clock: Clock): Folding {
  let moments: readonly Moment[] = []
  let cancel: (() => void) | null = null
  let running: Promise<void> = Promise.resolve()
  let closed = false
  let isAsked = false
  let dead = 0
  let sweptMs = clock.monotonicMs()

  const plan = (afterMs: number) => {
    if (closed) return
    cancel ??= clock.after(afterMs, () => {
      isAsked = false
      running = turn().then(
        (isLeft) => next(isLeft, EVERY_MS),
        // Whoever asks the engine next hears of it.
        () => next(true, AFTER_FAILURE_MS),
      )
    })
  }
  const next = (isLeft: boolean, afterMs: number) => {
    cancel = null
    if (isLeft || isAsked) plan(afterMs)
  }
  /** @returns whether something may be left */
  async function turn(): Promise<boolean> {
    const oldMs = clock.monotonicMs() - RECENT_MS
    const old = moments.findLast(({ knownMs }) => knownMs <= oldMs)
    if (old !== undefined) {
      dead += await foldAll(old.snapshot)
      moments = moments.filter(({ knownMs }) => knownMs >= old.knownMs)
    }
    const { snapshot, is_left: isLeft } = await use(snapshotOf)
    moments = [...moments, { snapshot, knownMs: clock.monotonicMs() }]
    await sweep()
    return isLeft
  }
  /** @returns how much was moved */
  async function foldAll(snapshot: string): Promise<number> {
    const moved = await use((db) => db.transaction((tx) => fold(tx, snapshot)))
    return moved < CELLS_MAX || closed ? moved : moved + (await foldAll(snapshot))
  }
  async function sweep(): Promise<void> {
    const nowMs = clock.monotonicMs()
    if (dead >= VACUUM_CELLS) await use(vacuum)
    if (nowMs - sweptMs < SWEEP_EVERY_MS) return
    sweptMs = nowMs
    await use((db) => db.transaction((tx) => sweepAnswers(tx, clock.nowMs())))
  }
  /** When there is no time for it now there is another time. */
  async function vacuum(db: Db): Promise<void> {
    const isDone = await db.query('vacuum tap_delta').then(
      () => true,
      () => false,
    )
    if (isDone) dead = 0
  }
  return {
    wake() {
      isAsked = true
      plan(EVERY_MS)
    },
    settled: () => running,
    async close() {
      closed = true
      cancel?.()
      await running
    },
  }
}

/** @returns how much was moved: nothing while another instance moves them */
async function fold(tx: Transaction, snapshot: string): Promise<number> {
  const [lock] = await tx.query<{ readonly is_ours: boolean }>(LOCK, [FOLD_LOCK])
  if (lock?.is_ours !== true) return 0
  const [row] = await tx.query<{ readonly moved: number }>(FOLD, [snapshot])
  return row?.moved ?? 0
}

async function snapshotOf(db: Db): Promise<{ readonly snapshot: string; readonly is_left: boolean }> {
  const [row] = await db.query<{ readonly snapshot: string; readonly is_left: boolean }>(SNAPSHOT)
  return row ?? { snapshot: '1:1:', is_left: true }
}
