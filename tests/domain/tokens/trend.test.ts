import { describe, expect, test } from 'vitest'
import { STATUSES } from '../../../src/domain/tokens/merged.ts'
import { weekChange, withTrend } from '../../../src/domain/tokens/trend.ts'
import { IDS, row } from './rows.ts'

const NOW_MS = Date.UTC(2026, 10, 20, 12)
const HOUR_MS = 3_600_000
const WEEK_AGO_MS = NOW_MS - 168 * HOUR_MS
const [ID = 'solana:x'] = IDS

describe('the change of seven days', () => {
  test.each([
    [150, 100, 50],
    [50, 100, -50],
    [100, 100, 0],
    [null, 100, null],
    [100, 0, null],
  ])('from %s against %s is %s', (priceUsd, baseUsd, percent) => {
    expect(weekChange(priceUsd, { priceUsd: baseUsd, atMs: WEEK_AGO_MS }, NOW_MS)).toBe(percent)
  })

  test.each([
    [0, 25],
    [-HOUR_MS, 25],
    [-HOUR_MS - 1, null],
    [HOUR_MS, 25],
    [HOUR_MS + 1, null],
  ])('against a price that stood %i ms from then is %s', (offMs, percent) => {
    expect(weekChange(5, { priceUsd: 4, atMs: WEEK_AGO_MS + offMs }, NOW_MS)).toBe(percent)
  })

  test('without a record is null', () => {
    expect(weekChange(5, null, NOW_MS)).toBeNull()
  })

  test('is null when it is beyond all numbers', () => {
    expect(weekChange(1e300, { priceUsd: 1e-300, atMs: WEEK_AGO_MS }, NOW_MS)).toBeNull()
  })
})

test.each(STATUSES.filter((status) => status !== 'stale' && status !== 'held'))(
  'a row that is %s shows what the records say by now',
  (status) => {
    const trend = { weekAgo: { priceUsd: 4, atMs: WEEK_AGO_MS }, spark: [1, null] }
    const changePct = { '5m': 1, '1h': 2, '6h': 3, '24h': 4, '7d': null }
    const shown = withTrend(row(ID, { status, priceUsd: 5, changePct }), trend, NOW_MS)
    expect(shown).toEqual(row(ID, { status, priceUsd: 5, ...trend, changePct: { ...changePct, '7d': 25 } }))
  },
)

test.each(['stale', 'held'] as const)('a row that is %s stands as it is: its price is of another time', (status) => {
  const one = row(ID, { status, priceUsd: 5 })
  expect(withTrend(one, { weekAgo: { priceUsd: 4, atMs: WEEK_AGO_MS }, spark: null }, NOW_MS)).toBe(one)
})
