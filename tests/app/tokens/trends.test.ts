import { expect, test } from 'vitest'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import { NO_TREND, type Trend } from '../../../src/domain/tokens/trend.ts'
import type { PriceTrends } from '../../../src/ports/price-trends.ts'
import { fleet } from '../../support/instances.ts'
import { stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)
const WEEK_MS = 7 * 86_400_000

/** Trends that a test writes by hand. */
function givenTrends() {
  const known = new Map<TokenId, Trend>()
  let changed = new Set<TokenId>()
  const trends: PriceTrends = {
    of: (id) => known.get(id),
    hasChanged: () => changed.size > 0,
    takeChanged() {
      const taken = changed
      changed = new Set()
      return taken
    },
  }
  const give = (id: TokenId, trend: Trend) => {
    known.set(id, trend)
    changed.add(id)
  }
  return { trends, give, forget: () => known.clear() }
}

const market = () =>
  new Map([
    [FIG, { symbol: 'FIG', priceUsd: 5 }],
    [PLUM, { symbol: 'PLUM', priceUsd: 5 }],
  ])

test('what is found in the records is on the board a second later, though no price moved', async () => {
  const { trends, give } = givenTrends()
  const { clock, page, start, stop, feed } = stage({ market: market(), parts: { trends, refreshMs: 20_000 } })
  start()
  await page('FIG')
  await clock.advance(1_000)
  const atMs = clock.nowMs() - WEEK_MS
  const before = feed.head()?.seq ?? 0
  give(FIG, { weekAgo: { priceUsd: 4, atMs }, spark: [1, 2] })
  await clock.advance(1_000)
  const [row] = (await page('FIG')).rows
  expect(row).toMatchObject({ priceUsd: 5, changePct: { '7d': 25 }, spark: [1, 2], weekAgo: { atMs } })
  expect(feed.head()?.seq).toBe(before + 1)
  await stop()
})

test('tokens can be ordered by their change of seven days, unknown ones last', async () => {
  const { trends, give } = givenTrends()
  const all = market().set(token(3), { symbol: 'PEAR', priceUsd: 5 })
  const { clock, page, start, stop } = stage({ market: all, parts: { trends, watch: ['FIG', 'PLUM', 'PEAR'] } })
  start()
  await clock.advance(1_000)
  const atMs = clock.nowMs() - WEEK_MS
  give(FIG, { ...NO_TREND, weekAgo: { priceUsd: 10, atMs } })
  give(PLUM, { ...NO_TREND, weekAgo: { priceUsd: 4, atMs } })
  await clock.advance(1_000)
  const view = {
    q: null,
    network: null,
    sort: 'price_change',
    order: 'desc',
    window: '7d',
    minLiquidityUsd: null,
  } as const
  const { rows } = await page(null, { view })
  expect(rows.map(({ symbol, changePct }) => [symbol, changePct['7d']])).toEqual([
    ['PLUM', 25],
    ['FIG', -50],
    ['PEAR', null],
  ])
  await stop()
})

test('followers show what the one that decides has found, and a successor that knows nothing yet leaves it standing', async () => {
  const { trends, give } = givenTrends()
  const { clock, start, holder, problems, end } = fleet(market())
  const parts = { watch: ['FIG'] }
  const first = start({ parts: { ...parts, trends } })
  await clock.advance(3_000)
  const second = start({ parts })
  await clock.advance(3_000)
  expect(holder()).toBe(first)
  give(FIG, { weekAgo: { priceUsd: 4, atMs: clock.nowMs() - WEEK_MS }, spark: [1, 2] })
  await clock.advance(2_000)
  const shown = async () => (await second.page('FIG')).rows[0]
  expect(await shown()).toMatchObject({ changePct: { '7d': 25 }, spark: [1, 2] })
  first.kill()
  await clock.advance(30_000)
  expect(holder()).toBe(second)
  const row = await shown()
  expect(row).toMatchObject({ status: 'ok', changePct: { '7d': 25 }, spark: [1, 2] })
  expect(problems).toEqual([])
  await end()
})
