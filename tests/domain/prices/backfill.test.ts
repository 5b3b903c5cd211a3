import { describe, expect, test } from 'vitest'
import { isBelievable, type KnownPast, missingDay, missingWeek } from '../../../src/domain/prices/backfill.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const WEEK_MS = 168 * HOUR_MS
const NOON_MS = Date.UTC(2026, 10, 20, 12)
const NOW_MS = NOON_MS + 30 * MINUTE_MS
const NOTHING: KnownPast = { hasWeekAgo: false, spark: null, createdAtMs: null }

describe('of a week ago', () => {
  test('the hour before that moment and the fifteen after it are missing', () => {
    const fromMs = NOW_MS - WEEK_MS - HOUR_MS
    expect(missingWeek(NOTHING, NOW_MS)).toEqual({ fromMs, toMs: fromMs + 1000 * MINUTE_MS })
  })

  test.each([
    ['what is known', { hasWeekAgo: true }],
    ['what was before the token', { createdAtMs: NOW_MS - WEEK_MS }],
  ])('%s is not missing', (_, known) => {
    expect(missingWeek({ ...NOTHING, ...known }, NOW_MS)).toBeNull()
  })
})

describe('of the last day', () => {
  test('24 hours are missing when nothing is known', () => {
    expect(missingDay(NOTHING, NOW_MS)).toEqual({ fromMs: NOON_MS - 24 * HOUR_MS, toMs: NOON_MS })
  })

  test('the hours without a close are missing, and those between them', () => {
    const spark = Array.from({ length: 24 }, (_, i) => (i === 20 || i === 22 ? null : 1))
    expect(missingDay({ ...NOTHING, spark }, NOW_MS)).toEqual({
      fromMs: NOON_MS - 4 * HOUR_MS,
      toMs: NOON_MS - HOUR_MS,
    })
  })

  test('nothing is missing when all is known, or the token is younger', () => {
    expect(missingDay({ ...NOTHING, spark: Array(24).fill(1) }, NOW_MS)).toBeNull()
    expect(missingDay({ ...NOTHING, createdAtMs: NOON_MS }, NOW_MS)).toBeNull()
    const createdAtMs = NOON_MS - 90 * MINUTE_MS
    expect(missingDay({ ...NOTHING, createdAtMs }, NOW_MS)?.fromMs).toBe(NOON_MS - 2 * HOUR_MS)
  })
})

test.each([
  [{ low: 1, high: 1 }, true],
  [{ low: 0.1, high: 10 }, true],
  [{ low: 0.09, high: 1 }, false],
  [{ low: 1, high: 10.1 }, false],
])('of a price of 1 a past of %o is believed: %s', (bar, isBelieved) => {
  expect(isBelievable(bar, 1)).toBe(isBelieved)
})
