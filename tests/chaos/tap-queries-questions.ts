import { parseWhen, type When } from '../../src/domain/calendar.ts'
import { TAP_INTERVALS, type TapInterval } from '../../src/domain/taps/tap.ts'
import { END_MS, FIRST_MS, pick, type Random, someMoment, TAGS_EACH, TEAMS, tagOf } from './tap-queries-taps.ts'

export const ZONES = ['UTC', 'America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Europe/London'] as const
const MINUTE_MS = 60_000
const DAY_MS = 86_400_000
/** The longest range of each: with dates it is up to three days more, and an answer has no more than ten thousand buckets. */
const LONGEST_MS: Readonly<Record<TapInterval, number>> = {
  minute: 3 * DAY_MS,
  hour: 400 * DAY_MS,
  day: 730 * DAY_MS,
  week: 730 * DAY_MS,
  month: 730 * DAY_MS,
  quarter: 730 * DAY_MS,
}
/** Of all tags of a team, no more than a hundred thousand counts. */
const LONGEST_BY_TAG_DAYS = 150

/** As a client writes it. */
export interface Asked {
  readonly team: number
  readonly interval: TapInterval
  readonly zone: string
  readonly from: string
  readonly to: string
  readonly tag: string | null
  readonly byTag: boolean
}

/** @param times when something was tapped: a range often begins or ends right there */
export function someQuestion(random: Random, times: readonly number[]): Asked {
  const interval = pick(random, TAP_INTERVALS)
  const [tag, byTag] = someTag(random)
  const longestMs = Math.min(
    LONGEST_MS[interval],
    byTag && interval === 'hour' ? LONGEST_BY_TAG_DAYS * DAY_MS : Infinity,
  )
  const [fromMs, toMs] = someRange(random, longestMs, times)
  const team = pick(random, TEAMS)
  return {
    team,
    interval,
    zone: pick(random, ZONES),
    ...written(random, fromMs, toMs),
    tag: tag === null ? null : tagOf(team, tag),
    byTag,
  }
}

export function whenOf(text: string): When {
  const when = parseWhen(text)
  if ('flaw' in when) throw new RangeError(`${text}: ${when.flaw}`)
  return when
}

/** Of a quarter of the questions one tag, of another quarter each tag. The removed one, the last, is not asked for. */
function someTag(random: Random): readonly [number | null, boolean] {
  const kind = random()
  return kind < 0.25 ? [Math.floor(random() * (TAGS_EACH - 1)), random() < 0.3] : [null, kind < 0.5]
}

/** Short ones are as likely as long ones: each order of magnitude from a millisecond on has its share. */
function someRange(random: Random, longestMs: number, times: readonly number[]): readonly [number, number] {
  const lengthMs = Math.round(longestMs ** random())
  const cut = someCut(random, times)
  const fromMs = random() < 0.5 ? cut : cut - lengthMs
  const within = Math.max(FIRST_MS - DAY_MS, Math.min(END_MS, fromMs))
  return [within, within + lengthMs]
}

/** At a tap, a millisecond beside one, on a whole minute, or anywhere. */
function someCut(random: Random, times: readonly number[]): number {
  const kind = random()
  if (kind < 0.3) return pick(random, times) + Math.floor(random() * 3) - 1
  const moment = someMoment(random)
  return kind < 0.6 ? moment - (moment % (15 * MINUTE_MS)) : moment
}

/** Dates, instants, or one of each. */
function written(random: Random, fromMs: number, toMs: number): Pick<Asked, 'from' | 'to'> {
  const kind = random()
  const from = kind < 0.35 ? dateOf(fromMs) : instantOf(random, fromMs)
  const to = kind < 0.25 ? dateOf(toMs) : instantOf(random, toMs)
  // In a zone that is behind, a day may begin after its last moment in UTC.
  return kind >= 0.25 && kind < 0.35 ? { from, to: instantOf(random, toMs + 2 * DAY_MS) } : { from, to }
}

function dateOf(ms: number): string {
  return new Date(ms).toISOString().slice(0, 10)
}

/** In UTC, or as somebody writes it who is half an hour off. */
function instantOf(random: Random, ms: number): string {
  if (random() < 0.7) return new Date(ms).toISOString()
  return new Date(ms + 330 * MINUTE_MS).toISOString().replace('Z', '+05:30')
}
