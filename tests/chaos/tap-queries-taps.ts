import { setTimeout as pause } from 'node:timers/promises'
import type { Tag, Tap } from '../../src/domain/taps/tap.ts'
import type { StoreForTests } from '../support/stores.ts'

/** Taps are in these two years. */
export const FIRST_MS = Date.UTC(2024, 0, 1)
export const END_MS = Date.UTC(2026, 0, 1)
/** When it is asked, so that some buckets are not over yet. */
export const NOW_MS = Date.UTC(2025, 10, 12, 13, 14)
export const TEAMS = [1, 2, 3, 4, 5] as const
/** The last one of each team is removed when the taps are in: its taps stay counted. */
export const TAGS_EACH = 12
/** When clocks were changed in the zones that are asked for, over these two years. */
export const CHANGES_MS = [
  ...['2024-03-10T07:00Z', '2024-11-03T06:00Z', '2025-03-09T07:00Z', '2025-11-02T06:00Z'],
  ...['2024-03-31T01:00Z', '2024-10-27T01:00Z', '2025-03-30T01:00Z', '2025-10-26T01:00Z'],
  ...['2024-04-06T15:00Z', '2024-10-05T15:30Z', '2025-04-05T15:00Z', '2025-10-04T15:30Z'],
].map((text) => Date.parse(text))
const HOUR_MS = 3_600_000
/** Of the taps so many are within two days of such a change, and half of those within two hours. */
const NEAR = 0.4
const COUNT_MAX = 5
const BATCH = 1_000

export type Random = () => number
type TimedTap = Tap & { readonly atMs: number }

export function pick<T>(random: Random, from: readonly T[]): T {
  const one = from[Math.floor(random() * from.length)]
  if (one === undefined) throw new RangeError('There is nothing to pick from.')
  return one
}

/** A moment of the two years: often near a change of clocks. */
export function someMoment(random: Random): number {
  if (random() >= NEAR) return FIRST_MS + Math.floor(random() * (END_MS - FIRST_MS))
  const widthMs = (random() < 0.5 ? 2 : 48) * HOUR_MS
  return pick(random, CHANGES_MS) + Math.round((2 * random() - 1) * widthMs)
}

export function tagOf(team: number, tag: number): string {
  return String(team * 1000 + tag)
}

/** Brings taps into a store in random order, some of them late. */
export interface Tapping {
  /** Sends so many more. @returns when those were that were recorded */
  tap(count: number): Promise<readonly number[]>
  /** Has all that was recorded moved to where it is counted. */
  fold(): Promise<void>
}

export async function tapping({ taps, foldClock, db }: StoreForTests, random: Random): Promise<Tapping> {
  await taps.importTags(TEAMS.flatMap((teamId) => Array.from({ length: TAGS_EACH }, (_, n) => newTag(teamId, n))))
  let tapped = 0
  const next = (): TimedTap => {
    tapped += 1
    const team = pick(random, TEAMS.slice(0, 1 + Math.floor(random() * TEAMS.length)))
    const tag = tagOf(team, Math.floor(random() * TAGS_EACH))
    return { id: `tap ${tapped}`, tag, count: 1 + Math.floor(random() * COUNT_MAX), atMs: someMoment(random) }
  }
  return {
    async tap(count) {
      const times: number[] = []
      for (let left = count; left > 0; left -= BATCH) {
        const batch = Array.from({ length: Math.min(left, BATCH) }, next)
        const fates = await taps.importTaps(batch)
        // A tag that was removed meanwhile takes none.
        for (const [i, { atMs }] of batch.entries()) if (fates[i] === 'accepted') times.push(atMs)
      }
      return times
    },
    async fold() {
      while ((await unfolded(db)) > 0) {
        await foldClock.advance(600)
        await taps.settled()
        await pause(1)
      }
    },
  }
}

/** Rows that wait to be moved to where they are counted. */
export async function unfolded(db: StoreForTests['db']): Promise<number> {
  const [row] = await db((tx) => tx.query<{ readonly rows: number }>('select count(*)::int4 as rows from tap_delta'))
  return row?.rows ?? 0
}

function newTag(teamId: number, number: number): Tag {
  const uid = tagOf(teamId, number)
  return { uid, teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: FIRST_MS }
}
