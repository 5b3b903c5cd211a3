import { systemClock } from '../../src/adapters/clock/system.ts'
import { type Db, LONG_WORK_MS } from '../../src/adapters/store/db.ts'
import { composeTaps } from '../../src/app/compose-taps.ts'
import type { When } from '../../src/domain/calendar.ts'
import { TAP_INTERVALS, type TapInterval } from '../../src/domain/taps/tap.ts'
import type { TapStore } from '../../src/ports/tap-store.ts'
import type { TapQuestion, TapService } from '../../src/ports/taps.ts'
import { END_MS, FIRST_MS, TAGS, teamOf } from './data.ts'

const DAY_MS = 86_400_000
const ZONES = [
  'UTC',
  'America/New_York',
  'Europe/London',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
] as const
const YEARS_MS = END_MS - FIRST_MS
/** With dates a range gets up to two days longer; an answer has at most ten thousand buckets. */
const LONGEST_MS: Readonly<Record<TapInterval, number>> = {
  minute: 4 * DAY_MS,
  hour: 400 * DAY_MS,
  day: YEARS_MS,
  week: YEARS_MS,
  month: YEARS_MS,
  quarter: YEARS_MS,
}

/** A question of a team, without tags. */
export interface Question extends Pick<TapQuestion, 'from' | 'to' | 'interval' | 'zone'> {
  readonly team: number
}

/** Any interval, zone, range and team; a team as often as it is tapped. Half of them in dates, half to the millisecond. */
export function someQuestion(random: () => number): Question {
  const interval = TAP_INTERVALS[Math.floor(random() * TAP_INTERVALS.length)] ?? 'day'
  const lengthMs = Math.ceil(random() * LONGEST_MS[interval])
  const fromMs = FIRST_MS + Math.floor(random() * (YEARS_MS - lengthMs))
  const whenOf = random() < 0.5 ? dayOf : instantOf
  return {
    team: teamOf(Math.floor((2 * TAGS + 1) ** random() / 2 + 0.5)),
    interval,
    zone: ZONES[Math.floor(random() * ZONES.length)] ?? 'UTC',
    from: whenOf(fromMs),
    to: whenOf(fromMs + lengthMs),
  }
}

/** What the use case offers, with nothing kept of earlier answers. */
export function serviceOn(store: TapStore): TapService {
  const log = { debug() {}, info() {}, warn() {}, error() {} }
  const prices = { candles: () => Promise.reject(new Error('No prices here.')) }
  return composeTaps({ store, prices, clock: systemClock(), log }).service
}

/** @returns the buckets with taps, as one text */
export async function ourCounts(service: TapService, { team, ...question }: Question): Promise<string> {
  const { buckets } = await service.analytics(team, { ...question, tag: null, byTag: false })
  return JSON.stringify(buckets.filter(({ count }) => count > 0).map(({ startMs, count }) => [startMs, count]))
}

/**
 * As the earlier service asked: taps joined with their tags, grouped. With the numbers in the text, so that it is planned for
 * them: planned once for all values it is many times slower.
 */
export async function theirCounts(db: Db, { team, interval, zone }: Question): Promise<string> {
  const sql = `
    select (extract(epoch from period at time zone '${zone}') * 1000)::int8 as start_ms, count from (
      select date_trunc('${interval}', created_at at time zone '${zone}') as period, sum(count)::int8 as count
      from plain.tap join plain.tag using (tag_uid)
      where team_id = ${team} and created_at >= to_timestamp(${FIRST_MS / 1000}) and created_at < to_timestamp(${END_MS / 1000})
      group by 1
    ) as periods order by 1`
  const rows = await db.transaction((tx) => tx.query<{ start_ms: number; count: number }>(sql), LONG_WORK_MS)
  return JSON.stringify(rows.map(({ start_ms, count }) => [start_ms, count]))
}

/** All of the three years. */
export function allYears(team: number, interval: TapInterval, zone: string): Question {
  return { team, interval, zone, from: instantOf(FIRST_MS), to: instantOf(END_MS) }
}

function dayOf(ms: number): When {
  return { kind: 'day', dayMs: Math.floor(ms / DAY_MS) * DAY_MS }
}

export function instantOf(ms: number): When {
  return { kind: 'instant', ms }
}
