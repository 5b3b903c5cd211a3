import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { looksSame } from '../../../src/domain/tokens/diff.ts'
import type { Merged } from '../../../src/domain/tokens/merged.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { nextChangeMs, publishRow } from '../../../src/domain/tokens/publish.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { NO_TREND, type Trend } from '../../../src/domain/tokens/trend.ts'
import { observations, previous } from './merge-arbitraries.ts'
import { ID, merge, NOW_MS, observation, only24h, PARAMETERS } from './merge-support.ts'

const STALE_AFTER_MS = 30_000
const HOUR_MS = 3_600_000

function publish(merged: Merged, previousRow?: TokenRow, trend?: Trend): TokenRow {
  return publishRow(merged, { previousRow, address: 'as shown', staleAfterMs: STALE_AFTER_MS, trend })
}

/** The same statements decided again, later. */
function later(merged: Merged, said: readonly Observation[], nowMs: number): Merged {
  return merge(said, { previous: merged.state, nowMs })
}

const POOLED: Partial<Observation> = {
  pool: 'PoolA',
  dex: 'orca',
  symbol: 'APPLE',
  name: 'Green Apple',
  quoteSymbol: 'USDC',
  priceUsd: 2,
  liquidityUsd: 50_000,
  quoteSideUsd: 25_000,
  volumeUsd: only24h(700),
  txns: only24h(7),
  changePct: only24h(-3),
  marketCapUsd: 1e6,
  marketCapBasis: 'circulating',
  fdvUsd: 2e6,
  createdAtMs: 5,
}

test('a row shows what was decided, under the names of the board', () => {
  const said = [observation(POOLED), observation({ source: 'jupiter', priceUsd: 2.01, observedAtMs: NOW_MS - 1000 })]
  const none = { '5m': null, '1h': null, '6h': null, '24h': null, '7d': null }
  expect(publish(merge(said))).toEqual({
    id: ID,
    network: 'solana',
    address: 'as shown',
    name: 'Green Apple',
    symbol: 'APPLE',
    priceUsd: 2,
    changePct: { ...none, '24h': -3 },
    volumeUsd: { ...none, '24h': 700 },
    transactions: { ...none, '24h': 7 },
    liquidityUsd: 50_000,
    marketCapUsd: 1e6,
    marketCapBasis: 'circulating',
    fdvUsd: 2e6,
    dex: 'orca',
    poolCount: 1,
    createdAtMs: 5,
    status: 'ok',
    sources: ['dexscreener', 'jupiter'],
    observedAtMs: NOW_MS - 10_000,
    spark: null,
    weekAgo: null,
    labels: { text: 'apple\ngreen apple', quotes: ['usdc'] },
  })
})

describe('what our records say', () => {
  const weekAgo = { priceUsd: 1.6, atMs: NOW_MS - 7 * 24 * HOUR_MS }
  const trend: Trend = { weekAgo, spark: [1, null] }
  const said = [observation(POOLED)]

  test('is measured against the price of the row', () => {
    const row = publish(merge(said), undefined, trend)
    expect([row.changePct['7d'], row.weekAgo, row.spark]).toEqual([25, weekAgo, [1, null]])
    expect(row.volumeUsd['7d']).toBeNull()
  })

  test('is what the row said before, while nobody has looked, against the new price', () => {
    const row = publish(merge([observation({ ...POOLED, priceUsd: 3.2 })]), publish(merge(said), undefined, trend))
    expect([row.changePct['7d'], row.weekAgo, row.spark]).toEqual([100, weekAgo, [1, null]])
  })

  test('is nothing once somebody has looked and found nothing', () => {
    const row = publish(merge(said), publish(merge(said), undefined, trend), NO_TREND)
    expect([row.changePct['7d'], row.weekAgo, row.spark]).toEqual([null, null, null])
  })

  test('says nothing of a token without a price', () => {
    expect(publish(merge([]), undefined, trend).changePct['7d']).toBeNull()
  })
})

test('sources are named by precedence, outliers not at all', () => {
  const said = [
    observation({ source: 'geckoterminal', priceUsd: 9 }),
    observation({ source: 'jupiter' }),
    observation(),
    observation({ source: 'stranger' }),
  ]
  expect(publish(merge(said)).sources).toEqual(['dexscreener', 'jupiter'])
})

test('quotes are lower-case, once each, in order', () => {
  const said = ['SOL', 'usdc', 'Sol', null].map((quoteSymbol, i) => observation({ pool: `Pool${i}`, quoteSymbol }))
  expect(publish(merge(said)).labels.quotes).toEqual(['sol', 'usdc'])
})

test('equal labels stay the same object, so that nobody searches them again', () => {
  const said = [observation(POOLED)]
  const first = publish(merge(said))
  const second = publish(merge([observation({ ...POOLED, priceUsd: 2.1 })]), first)
  expect(second.labels).toBe(first.labels)
  expect(publish(merge([observation({ ...POOLED, symbol: 'PEAR' })]), first).labels).not.toBe(first.labels)
})

describe('a row is stale', () => {
  test.each([
    [30_000, 'ok'],
    [30_001, 'stale'],
    [90_000, 'stale'],
  ])('by its newest accepted statement: %i ms old is %s', (ageMs, status) => {
    const said = [
      observation({ ...POOLED, observedAtMs: NOW_MS - ageMs }),
      observation({ source: 'jupiter', priceUsd: 2, observedAtMs: NOW_MS - ageMs - 5 }),
    ]
    const row = publish(merge(said, { nowMs: NOW_MS }))
    expect([row.status, row.priceUsd, row.observedAtMs]).toEqual([status, 2, NOW_MS - ageMs])
  })

  test('not while another source confirms it', () => {
    const said = [
      observation({ ...POOLED, observedAtMs: NOW_MS - 60_000 }),
      observation({ source: 'jupiter', priceUsd: 2, observedAtMs: NOW_MS - 1000 }),
    ]
    expect(publish(merge(said)).status).toBe('ok')
  })

  test('also when only an outlier speaks', () => {
    const said = [
      observation({ ...POOLED, observedAtMs: NOW_MS - 60_000 }),
      observation({ source: 'jupiter', priceUsd: 5, observedAtMs: NOW_MS - 1000 }),
    ]
    expect(publish(merge(said)).status).toBe('stale')
  })

  test('whole, once nothing is heard: every figure stands, with its old time', () => {
    const said = [observation(POOLED)]
    const good = publish(merge(said))
    const merged = later(merge(said), said, NOW_MS + HOUR_MS / 6)
    const stale = publish(merged, good)
    expect(stale).toEqual({ ...good, status: 'stale' })
    expect(publish(merged, stale)).toBe(stale)
  })

  test('until the limit, then nothing is claimed but who it is', () => {
    const said = [observation(POOLED)]
    const good = publish(merge(said))
    const dead = publish(later(merge(said), said, NOW_MS + HOUR_MS), good)
    expect(dead).toMatchObject({
      priceUsd: null,
      observedAtMs: null,
      status: 'unknown',
      sources: [],
      liquidityUsd: null,
    })
    expect(dead).toMatchObject({ symbol: 'APPLE', name: 'Green Apple', poolCount: 0, marketCapUsd: null })
  })
})

describe('while a jump is held', () => {
  const first = merge([observation(POOLED)])
  const good = publish(first)
  const jump = [observation({ ...POOLED, priceUsd: 100, marketCapUsd: 5e7, observedAtMs: NOW_MS - 1000 })]
  const held = later(first, jump, NOW_MS)

  test('the last good row stands whole: the market cap that came with the doubted price is doubted too', () => {
    expect(held.status).toBe('held')
    expect(publish(held, good)).toEqual({ ...good, status: 'held' })
  })

  test('a second look publishes everything', () => {
    const again = [observation({ ...jump[0], observedAtMs: NOW_MS + 5000 })]
    const row = publish(later(held, again, NOW_MS + 6000), publish(held, good))
    expect(row).toMatchObject({ status: 'thin', priceUsd: 100, marketCapUsd: 5e7, observedAtMs: NOW_MS + 5000 })
  })
})

test('a row of another price is not taken for the last good one', () => {
  const said = [observation(POOLED)]
  const stranger = { ...publish(merge(said)), priceUsd: 3 }
  const row = publish(later(merge(said), said, NOW_MS + HOUR_MS / 6), stranger)
  expect([row.priceUsd, row.status]).toEqual([2, 'stale'])
})

describe('between now and the next change', () => {
  const limits = [PARAMETERS.maxAgeMs, STALE_AFTER_MS, PARAMETERS.staleLimitMs, PARAMETERS.solMaxAgeMs]

  /** Every moment at which some limit runs out, and the milliseconds around it. */
  function boundaries(merged: Merged): number[] {
    const stamps = merged.inputs.map((input) => input.observation.observedAtMs)
    if (merged.state !== null) stamps.push(merged.state.observedAtMs)
    return stamps.flatMap((stamp) => limits.flatMap((limit) => [-1, 0, 1, 2].map((ms) => stamp + limit + ms)))
  }

  test('deciding again gives the same row at every moment', () => {
    fc.assert(
      fc.property(observations, previous, fc.array(fc.nat(2_000_000)), (said, before, waits) => {
        const merged = merge(said, { previous: before })
        const row = publish(merged)
        const next = nextChangeMs(merged, PARAMETERS, STALE_AFTER_MS) ?? Number.POSITIVE_INFINITY
        const moments = [...boundaries(merged), ...waits.map((wait) => NOW_MS + wait), NOW_MS + HOUR_MS]
        for (const nowMs of moments.filter((moment) => moment > NOW_MS && moment < next)) {
          const again = publish(later(merged, said, nowMs), row)
          expect(looksSame(row, again) && again.labels === row.labels, `${nowMs - NOW_MS} ms later`).toBe(true)
        }
      }),
      { numRuns: 5000 },
    )
  })

  test('deciding only when due leads to the same rows as deciding every time', () => {
    fc.assert(
      fc.property(observations, previous, (said, before) => {
        let lazy = merge(said, { previous: before })
        let eager = lazy
        let lazyRow = publish(lazy)
        let eagerRow = lazyRow
        for (const nowMs of [...new Set(boundaries(lazy))].filter((moment) => moment > NOW_MS).sort((a, b) => a - b)) {
          eager = later(eager, said, nowMs)
          eagerRow = publish(eager, eagerRow)
          if ((nextChangeMs(lazy, PARAMETERS, STALE_AFTER_MS) ?? Number.POSITIVE_INFINITY) <= nowMs) {
            lazy = later(lazy, said, nowMs)
            lazyRow = publish(lazy, lazyRow)
          }
          expect(looksSame(lazyRow, eagerRow), `${nowMs - NOW_MS} ms later`).toBe(true)
        }
      }),
      { numRuns: 2000 },
    )
  })

  test.each([
    ['a statement is confirmed no longer', 10_000, 20_001],
    ['a statement is too old to be heard', 40_000, 50_001],
  ])('the next change comes when %s', (_, ageMs, inMs) => {
    const merged = merge([observation({ observedAtMs: NOW_MS - ageMs })])
    expect(nextChangeMs(merged, PARAMETERS, STALE_AFTER_MS)).toBe(NOW_MS + inMs)
  })

  test('a last good price is forgotten on the millisecond', () => {
    const before = { priceUsd: 1, observedAtMs: NOW_MS - 100_000, pending: null }
    const merged = merge([], { previous: before })
    const next = nextChangeMs(merged, PARAMETERS, STALE_AFTER_MS)
    expect(next).toBe(NOW_MS + 800_000)
    expect(publish(later(merged, [], (next ?? 0) - 1)).priceUsd).toBe(1)
    expect(publish(later(merged, [], next ?? 0)).priceUsd).toBeNull()
  })

  test('nothing changes any more once nothing is known', () => {
    expect(nextChangeMs(merge([]), PARAMETERS, STALE_AFTER_MS)).toBeNull()
  })
})
