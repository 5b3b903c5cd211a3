import { describe, expect, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { type Stage, stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)

/** A service that ran for a minute, answered a client's question too, and whose sources are all down since. */
async function ran(): Promise<Stage> {
  const market = new Map([
    [FIG, { symbol: 'FIG', priceUsd: 2, volumeUsd: 700 }],
    [PLUM, { symbol: 'PLUM', priceUsd: 3 }],
    [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
  ])
  const staged = stage({ market, parts: { watch: ['FIG'] } })
  staged.start()
  await staged.clock.advance(60_000)
  await staged.page('PLUM')
  for (const source of staged.sources) source.behaviour = 'fails'
  return staged
}

describe('after a restart with a cache that holds answers, while all sources are down', () => {
  test.each([
    [20_000, 'ok'],
    [60_000, 'stale'],
    [300_000, 'stale'],
    [800_000, 'stale'],
  ])('a %i ms later the last good row stands whole, with its true age', async (laterMs, status) => {
    const before = await ran()
    const [good] = (await before.page('FIG')).rows
    const diedMs = before.clock.nowMs()
    before.stop()
    await before.clock.advance(laterMs)
    const { page, clock, service, start, stop } = before.restart()
    start()
    await clock.advance(100)
    const [row] = (await page('FIG')).rows
    expect(row).toEqual({ ...good, observedAtMs: row?.observedAtMs, status })
    expect(diedMs - (row?.observedAtMs ?? 0)).toBeLessThanOrEqual(40_000)
    expect(row?.observedAtMs).toBeLessThanOrEqual(diedMs)
    for (const { ok, observedAtMs } of service.head()?.sources ?? []) {
      expect(observedAtMs).toBeLessThanOrEqual(diedMs)
      if (laterMs > 30_000) expect(ok).toBe(false)
    }
    expect(service.health().ready).toBe(laterMs <= 20_000)
    stop()
  })

  test("a client's question is answered too, also when no call may start at all", async () => {
    const before = await ran()
    before.stop()
    await before.clock.advance(100_000)
    for (const source of before.sources) source.isOpen = false
    const { page, sources } = before.restart()
    expect((await page('plum')).rows[0]).toMatchObject({ id: PLUM, priceUsd: 3, status: 'stale' })
    for (const source of sources) expect(source.callsBeyond).toBe(0)
  })

  test('too old an answer is none', async () => {
    const before = await ran()
    before.stop()
    await before.clock.advance(901_000)
    const { page, clock, service, start, stop } = before.restart()
    start()
    await clock.advance(100)
    expect(service.head()).toBeNull()
    await expect(page('FIG')).rejects.toMatchObject({ code: 'no_data' })
    stop()
  })
})

test('a fresh answer in the cache spares the sources a call', async () => {
  const { page, sources, restart, market, clock } = stage()
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  await page('FIG')
  await clock.advance(29_000)
  const again = restart()
  expect((await again.page('FIG')).rows[0]).toMatchObject({ priceUsd: 2, status: 'ok' })
  expect(again.service.head()?.sources.map(({ ok }) => ok)).toEqual([true, true, true])
  for (const source of sources) expect(source.calls).toHaveLength(1)
})

test.each([
  'garbage',
  'null',
  '5',
  '{}',
  '{"askedAtMs":1}',
  '{"askedAtMs":9e15,"answer":{"source":"jupiter","observedAtMs":1,"observations":[null],"unresolved":[]}}',
  '{"askedAtMs":9e15,"answer":{"source":"jupiter","observedAtMs":9e15,"observations":[],"unresolved":[]}}',
])('a cache that holds %s is as good as an empty one', async (text) => {
  const { page, market, cache, clock } = stage()
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  for (const name of ['dexscreener', 'jupiter', 'geckoterminal']) {
    await cache.put(`answer:1:${name}:search:fig`, { text, stampMs: clock.nowMs() }, 1000)
  }
  expect((await page('FIG')).rows[0]).toMatchObject({
    priceUsd: 2,
    sources: ['dexscreener', 'jupiter', 'geckoterminal'],
  })
})

test('a cache that is closed costs only what it would have spared', async () => {
  const { page, market, cache, sources } = stage()
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  await cache.close()
  expect((await page('FIG')).rows).toHaveLength(1)
  expect(sources[0].calls).toHaveLength(1)
})

test('a cache that breaks its promises is survived', async () => {
  const broken = async () => {
    throw new TypeError('no such thing')
  }
  const { page, market } = stage({ cache: { get: broken, put: broken, close: broken } })
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  expect((await page('FIG')).rows).toHaveLength(1)
})
