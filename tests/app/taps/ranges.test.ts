import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { tapAnalytics } from '../../../src/app/usecases/taps/analytics.ts'
import { TAP_INTERVALS, type TapInterval } from '../../../src/domain/taps/tap.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

const DAY_MS = 86_400_000
const NOW_MS = Date.UTC(2026, 10, 20)
const ZONES = [
  'UTC',
  'America/New_York',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tehran',
  'Pacific/Kiritimati',
  'Pacific/Honolulu',
  'America/Sao_Paulo',
] as const

/** What a calendar on a wall in the zone shows: `2026-11-20 13:45`. */
function wall(zone: string, ms: number): string {
  return new Intl.DateTimeFormat('sv-SE', { timeZone: zone, dateStyle: 'short', timeStyle: 'short' }).format(ms)
}

/** Which bucket a moment belongs to, by what the wall shows. */
function labelOf(interval: TapInterval, zone: string, ms: number): string {
  const shown = wall(zone, ms)
  const [year, month, day] = shown.slice(0, 10).split('-').map(Number) as [number, number, number]
  const labels: Readonly<Record<TapInterval, () => string>> = {
    minute: () => String(Math.floor(ms / 60_000)),
    // The hour that a clock shows twice is two hours.
    hour: () => `${shown.slice(0, 13)} ${Date.parse(`${shown}Z`) - Math.floor(ms / 60_000) * 60_000}`,
    day: () => shown.slice(0, 10),
    week: () => {
      const date = Date.UTC(year, month - 1, day)
      return String(date - ((new Date(date).getUTCDay() + 6) % 7) * DAY_MS)
    },
    month: () => shown.slice(0, 7),
    quarter: () => `${year} ${Math.floor((month - 1) / 3)}`,
  }
  return labels[interval]()
}

const DAYS: Readonly<Record<TapInterval, number>> = {
  minute: 1,
  hour: 20,
  day: 60,
  week: 100,
  month: 200,
  quarter: 400,
}

async function service(times: readonly number[]) {
  const store = memoryTapStore()
  await store.addTag({ uid: '1', teamId: 1, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 })
  await store.importTaps(times.map((atMs, i) => ({ id: `${i}`, tag: '1', count: 1, atMs })))
  return tapAnalytics({ store, clock: fakeClock(NOW_MS) })
}

describe('days of a zone', () => {
  test('are counted as the calendar on its wall shows them, all of the last one included', async () => {
    const asked = fc
      .record({
        interval: fc.constantFrom(...TAP_INTERVALS),
        zone: fc.constantFrom(...ZONES),
        firstDay: fc.integer({ min: 17_000, max: 20_500 }),
        length: fc.double({ min: 0, max: 1, noNaN: true }),
        places: fc.array(fc.double({ min: -0.1, max: 1.1, noNaN: true }), { maxLength: 30 }),
      })
      .map((given) => {
        const days = Math.floor(given.length * DAYS[given.interval])
        const firstMs = given.firstDay * DAY_MS
        const times = given.places.map((place) => Math.round(firstMs + place * (days + 1) * DAY_MS))
        return { ...given, firstMs, lastMs: firstMs + days * DAY_MS, times }
      })
    await fc.assert(
      fc.asyncProperty(asked, async ({ interval, zone, firstMs, lastMs, times }) => {
        const { analytics } = await service(times)
        const counts = await analytics(1, {
          from: { kind: 'day', dayMs: firstMs },
          to: { kind: 'day', dayMs: lastMs },
          interval,
          zone,
          tag: null,
          byTag: false,
        })
        const dates = [firstMs, lastMs].map((ms) => new Date(ms).toISOString().slice(0, 10)) as [string, string]
        const inRange = times.filter((ms) => {
          const date = wall(zone, ms).slice(0, 10)
          return date >= dates[0] && date <= dates[1]
        })
        expect(counts.total).toBe(inRange.length)
        const expected = Map.groupBy(inRange, (ms) => labelOf(interval, zone, ms))
        const shown = counts.buckets.filter(({ count }) => count > 0)
        expect(shown.map(({ startMs, count }) => [labelOf(interval, zone, startMs), count]).sort()).toEqual(
          [...expected].map(([label, inside]) => [label, inside.length]).sort(),
        )
        for (const [i, { startMs, endMs }] of counts.buckets.entries()) {
          expect(endMs).toBeGreaterThan(startMs)
          if (i > 0) expect(startMs).toBe(counts.buckets[i - 1]?.endMs)
        }
      }),
      { numRuns: 60 },
    )
  })
})

describe('Samoa, which had no 30 December 2011', () => {
  // Clocks went from the end of the 29th, ten hours behind UTC, to the begin of the 31st, fourteen hours ahead of it.
  const GAP_MS = Date.UTC(2011, 11, 30, 10)
  const HOUR_MS = DAY_MS / 24
  const times = [-25, -1, 0, 1, 23, 24, 25].map((hours) => GAP_MS + hours * HOUR_MS)
  const day = (date: string) => ({ kind: 'day', dayMs: Date.parse(date) }) as const
  const asked = async (from: string, to: string) => {
    const { analytics } = await service(times)
    const zone = 'Pacific/Apia'
    return analytics(1, { from: day(from), to: day(to), interval: 'day', zone, tag: null, byTag: false })
  }

  test.each([
    ['2011-12-28', '2011-12-28', [1]],
    ['2011-12-29', '2011-12-29', [1]],
    ['2011-12-31', '2011-12-31', [3]],
    ['2012-01-01', '2012-01-01', [2]],
    ['2011-12-29', '2011-12-30', [1]],
    ['2011-12-30', '2011-12-31', [3]],
    ['2011-12-28', '2012-01-01', [1, 1, 3, 2]],
  ])('counts from %s to %s only what is of these days', async (from, to, counts) => {
    expect((await asked(from, to)).buckets.map(({ count }) => count)).toEqual(counts)
  })

  test('is told that there is no such day', async () => {
    const flaws = [{ in: 'query', path: 'from', message: 'There is no such day in this time zone.' }]
    await expect(asked('2011-12-30', '2011-12-30')).rejects.toMatchObject({ code: 'invalid_parameter', flaws })
    await expect(asked('2011-12-31', '2011-12-30')).rejects.toMatchObject({ code: 'invalid_parameter' })
  })
})
