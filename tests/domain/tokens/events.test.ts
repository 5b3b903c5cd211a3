import { describe, expect, test } from 'vitest'
import { eventsOf } from '../../../src/domain/tokens/events.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { row } from '../../support/fake-service.ts'

const NOW = Date.UTC(2026, 10, 20)
const HOUR = 3_600_000
const quiet = row('solana:Token' as TokenId, { createdAtMs: NOW - 30 * 24 * HOUR })

const moved = (pct: number | null, more: Partial<TokenRow> = {}): TokenRow => ({
  ...quiet,
  changePct: { ...quiet.changePct, '5m': pct },
  ...more,
})
const traded = (recent: number | null, hour: number | null): TokenRow => ({
  ...quiet,
  volumeUsd: { ...quiet.volumeUsd, '5m': recent, '1h': hour },
})
const told = (before: TokenRow | undefined, after: TokenRow | undefined) =>
  eventsOf([[before, after]], NOW).map(({ kind }) => kind)

describe('price_change', () => {
  test.each([
    ['a rise over 5 % is told', moved(1), moved(5), true],
    ['so is a fall', moved(-1), moved(-7), true],
    ['less is not', moved(1), moved(4.99), false],
    ['what was told already is not told again', moved(6), moved(9), false],
    ['a turn from one side to the other is', moved(6), moved(-6), true],
    ['a row of which nothing was known before is as it is', undefined, moved(9), false],
    ['a first figure counts as a crossing', moved(null), moved(9), true],
    ['a figure that is gone does not', moved(9), moved(null), false],
    ['a price that waits for a second look is no news', moved(1), moved(900, { status: 'held' }), false],
    ['nor one that nobody gives any more', moved(1), moved(9, { status: 'stale' }), false],
    ['nor a change without a price', moved(1), moved(9, { priceUsd: null }), false],
  ])('%s', (_name, before, after, isTold) => {
    expect(told(before, after)).toEqual(isTold ? ['price_change'] : [])
  })

  test('says how much, and what the price is', () => {
    expect(eventsOf([[moved(0), moved(-5)]], NOW)).toEqual([
      { kind: 'price_change', token: quiet.id, changePct: -5, priceUsd: 0.25 },
    ])
  })
})

describe('volume_spike', () => {
  test.each([
    ['three times the pace of the hour before is told', traded(1000, 12_000), traded(3000, 14_000), true],
    ['less is not', traded(1000, 12_000), traded(2900, 13_900), false],
    ['what was told already is not told again', traded(3000, 14_000), traded(4000, 15_000), false],
    ['small money never is', traded(0, 10), traded(999, 1009), false],
    ['an hour that holds no more than the five minutes has no pace', traded(0, 0), traded(5000, 5000), false],
    ['unknown figures say nothing', traded(1000, 12_000), traded(3000, null), false],
    ['a row of which nothing was known before is as it is', undefined, traded(3000, 14_000), false],
  ])('%s', (_name, before, after, isTold) => {
    expect(told(before, after)).toEqual(isTold ? ['volume_spike'] : [])
  })

  test('says how much, and how many times the pace', () => {
    expect(eventsOf([[traded(1000, 12_000), traded(4000, 15_000)]], NOW)).toEqual([
      { kind: 'volume_spike', token: quiet.id, volumeUsd: 4000, factor: 4 },
    ])
  })
})

describe('new_token', () => {
  const born = (createdAtMs: number | null): TokenRow => ({ ...quiet, createdAtMs })
  test.each([
    ['a token within an hour of its oldest pool is new', undefined, born(NOW - HOUR), true],
    ['an older one is only new to us', undefined, born(NOW - HOUR - 1), false],
    ['one of unknown age is not claimed to be new', undefined, born(null), false],
    ['a moment far ahead is no birth', undefined, born(1e300), false],
    ['one that was here is not new', born(NOW), born(NOW), false],
  ])('%s', (_name, before, after, isTold) => {
    expect(told(before, after)).toEqual(isTold ? ['new_token'] : [])
  })
})

test('a token that is gone tells nothing', () => {
  expect(told(moved(9), undefined)).toEqual([])
})
