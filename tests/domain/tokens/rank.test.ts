import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { TokenView } from '../../../src/domain/tokens/query.ts'
import { rank } from '../../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { anyOrder, anyRows, IDS, row, WHOLE_BOARD } from './rows.ts'

const RUNS = { numRuns: 5000 }

/** The figure a person would read off the row, written without the ranking's help. */
function figure({ sort, window }: TokenView, one: TokenRow): number | null {
  switch (sort) {
    case 'volume':
      return one.volumeUsd[window]
    case 'price_change':
      return one.changePct[window]
    case 'market_cap':
      return one.marketCapUsd
    case 'liquidity':
      return one.liquidityUsd
    case 'transactions':
      return one.transactions[window]
    case 'age':
      return one.createdAtMs === null ? null : 1000 - one.createdAtMs
    case 'trending': {
      const [volume, count] = [one.volumeUsd[window], one.transactions[window]]
      if (volume === null || count === null || one.liquidityUsd === null) return null
      return count * Math.min(volume, one.liquidityUsd)
    }
  }
}

function isUnproven({ sort }: TokenView, one: TokenRow): boolean {
  if (sort !== 'market_cap' || one.marketCapUsd === null || one.marketCapBasis === 'circulating') return false
  return one.liquidityUsd === null || one.liquidityUsd < 1000
}

/** 0 for a proven figure, 1 for an unproven one, 2 for none. */
function tier(view: TokenView, one: TokenRow): number {
  if (figure(view, one) === null) return 2
  return isUnproven(view, one) ? 1 : 0
}

test('the order of the rows that come in does not matter', () => {
  const shuffled = anyRows.chain((rows) => fc.tuple(fc.constant(rows), fc.shuffledSubarray([...rows], whole(rows))))
  fc.assert(
    fc.property(shuffled, anyOrder, ([rows, again], view) => {
      expect(rank(again, view)).toEqual(rank(rows, view))
    }),
    RUNS,
  )
})

test('every row stands exactly once', () => {
  fc.assert(
    fc.property(anyRows, anyOrder, (rows, view) => {
      expect(new Set(rank(rows, view))).toEqual(new Set(rows))
      expect(rank(rows, view)).toHaveLength(rows.length)
    }),
    RUNS,
  )
})

test('of two neighbours the first has the better figure, or an equal one and the lower id; those without come last', () => {
  fc.assert(
    fc.property(anyRows, anyOrder, (rows, view) => {
      const ranked = rank(rows, view)
      for (const [place, next] of ranked.entries()) {
        const one = ranked[place - 1]
        if (one !== undefined) expect(comesBefore(view, one, next)).toBe(true)
      }
    }),
    RUNS,
  )
})

function comesBefore(view: TokenView, one: TokenRow, next: TokenRow): boolean {
  const tiers = tier(view, next) - tier(view, one)
  if (tiers !== 0) return tiers > 0
  const [a, b] = [figure(view, one) ?? 0, figure(view, next) ?? 0]
  if (tier(view, one) !== 0 || a === b) return one.id < next.id
  return view.order === 'desc' ? a > b : a < b
}

describe('a market cap', () => {
  const [a, b, c, d, e] = IDS.map((id) => (said: Partial<TokenRow>) => row(id, said))
  const rows = [
    a?.({ marketCapUsd: 1e15, marketCapBasis: 'unknown', liquidityUsd: 999 }),
    b?.({ marketCapUsd: 5, marketCapBasis: 'circulating', liquidityUsd: 0 }),
    c?.({ marketCapUsd: 7, marketCapBasis: 'unknown', liquidityUsd: 1000 }),
    d?.({ marketCapUsd: 1e15, marketCapBasis: null, liquidityUsd: null }),
    e?.({}),
  ].filter((one) => one !== undefined)

  test.each([
    ['desc', [7, 5, 1e15, 1e15, null]],
    ['asc', [5, 7, 1e15, 1e15, null]],
  ] as const)('that nothing proves stands behind all others, %s', (order, caps) => {
    const ranked = rank(rows, { ...WHOLE_BOARD, sort: 'market_cap', order })
    expect(ranked.map((one) => one.marketCapUsd)).toEqual(caps)
  })
})

test('by age, descending, the oldest token comes first', () => {
  const [young, old, unknown] = [3000, 1000, null].map((createdAtMs, i) => row(IDS[i] ?? 'solana:x', { createdAtMs }))
  const rows = [young, old, unknown].filter((one) => one !== undefined)
  const ages = (order: 'asc' | 'desc') =>
    rank(rows, { ...WHOLE_BOARD, sort: 'age', order }).map((one) => one.createdAtMs)
  expect(ages('desc')).toEqual([1000, 3000, null])
  expect(ages('asc')).toEqual([3000, 1000, null])
})

test('wash trading through an empty pool does not trend above honest trading', () => {
  const traded = { '5m': null, '1h': null, '6h': null, '24h': 1e9, '7d': null }
  const count = { '5m': null, '1h': null, '6h': null, '24h': 1000, '7d': null }
  const washed = row(IDS[0] ?? 'solana:x', { volumeUsd: traded, transactions: count, liquidityUsd: 3 })
  const honest = row(IDS[1] ?? 'solana:x', {
    volumeUsd: { ...traded, '24h': 5e5 },
    transactions: count,
    liquidityUsd: 1e5,
  })
  expect(rank([washed, honest], { ...WHOLE_BOARD, sort: 'trending' })).toEqual([honest, washed])
})

function whole(rows: readonly unknown[]) {
  return { minLength: rows.length, maxLength: rows.length }
}
