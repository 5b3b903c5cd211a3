import { describe, expect, test } from 'vitest'
import { type TokenId, WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import type { FakeSource, Market } from '../../support/fake-source.ts'
import { asked, codeOf, stage, token } from '../../support/live-tokens.ts'

function market(count: number, symbol = 'FIG'): Market {
  const known: Market = new Map([[WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }]])
  for (let n = 0; n < count; n++) known.set(token(n), { symbol, priceUsd: 1 + n })
  return known
}

/** How often each token was asked about by address. */
function lookupsOf({ calls }: FakeSource): ReadonlyMap<string, number> {
  const counts = new Map<string, number>()
  for (const { kind, about } of calls) {
    if (kind === 'lookup') for (const id of about) counts.set(id, (counts.get(id) ?? 0) + 1)
  }
  return counts
}

function mostCallsInAMinute({ calls }: FakeSource): number {
  return Math.max(0, ...calls.map(({ atMs }) => calls.filter((c) => c.atMs >= atMs && c.atMs < atMs + 60_000).length))
}

describe('a round', () => {
  test('asks about all wanted tokens, in batches, each once', async () => {
    const { clock, sources, start, stop } = stage({ market: market(100), parts: { watch: ['FIG'] } })
    start()
    await clock.advance(10_001)
    sources[0].calls.length = 0
    await clock.advance(10_000)
    const lookups = sources[0].calls.filter(({ kind }) => kind === 'lookup')
    expect(lookups).toHaveLength(Math.ceil(101 / 30))
    expect(new Set(lookupsOf(sources[0]).values())).toEqual(new Set([1]))
    expect(lookupsOf(sources[0]).size).toBe(101)
    stop()
  })

  test('looks up at once what its searches have just found', async () => {
    const { clock, sources, start, stop } = stage({ market: market(2), parts: { watch: ['FIG'] } })
    start()
    await clock.advance(1)
    expect(asked(sources[0])).toEqual(['search FIG', `lookup ${WRAPPED_SOL}`, `lookup ${token(0)} ${token(1)}`])
    stop()
  })

  test('searches a text again once its answer is no longer fresh', async () => {
    const { clock, sources, start, stop } = stage({ market: market(2), parts: { watch: ['FIG'] } })
    start()
    await clock.advance(90_001)
    const searches = sources[0].calls.filter(({ kind }) => kind === 'search')
    expect(searches.map(({ atMs }) => atMs)).toEqual([0, 30_000, 60_000, 90_000])
    stop()
  })

  test('searches nowhere where there is no search', async () => {
    const { clock, sources, start, stop } = stage({
      market: market(2),
      parts: { watch: ['FIG'] },
      source: { searches: false },
    })
    start()
    await clock.advance(30_000)
    expect(sources[0].calls.every(({ kind }) => kind === 'lookup')).toBe(true)
    stop()
  })

  test('asks nobody about networks he does not cover', async () => {
    const known = market(1)
    known.set('ethereum:0xabcdefabcdefabcdefabcdefabcdefabcdefabcd', { symbol: 'FIG', priceUsd: 1 })
    const { clock, sources, start, stop } = stage({ market: known, parts: { watch: ['FIG'] } })
    sources[1].supports = (network) => network === 'solana'
    start()
    await clock.advance(30_000)
    expect([...lookupsOf(sources[1]).keys()].filter((id) => id.startsWith('ethereum'))).toEqual([])
    expect([...lookupsOf(sources[0]).keys()].filter((id) => id.startsWith('ethereum'))).toHaveLength(1)
    stop()
  })

  test('leaves out a source that is still busy with the last one', async () => {
    const { clock, sources, start, stop } = stage({ market: market(3), parts: { watch: ['FIG'] } })
    sources[0].delayMs = 25_000
    start()
    await clock.advance(24_000)
    expect(asked(sources[0])).toEqual(['search FIG', `lookup ${WRAPPED_SOL}`])
    expect(sources[1].calls.length).toBeGreaterThan(4)
    stop()
  })

  test('is the last one after stop', async () => {
    const { clock, sources, start, stop } = stage({ market: market(3), parts: { watch: ['FIG'] } })
    start()
    await clock.advance(15_000)
    stop()
    const calls = sources[0].calls.length
    await clock.advance(100_000)
    expect(sources[0].calls).toHaveLength(calls)
  })
})

test('a token that a source does not list is asked for there every two minutes, not every round', async () => {
  const { clock, sources, market: known, start, stop } = stage({ market: market(1), parts: { watch: ['FIG'] } })
  sources[1].market = new Map([[WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }]])
  start()
  await clock.advance(599_999)
  expect(lookupsOf(sources[1]).get(token(0))).toBe(5)
  expect(lookupsOf(sources[0]).get(token(0))).toBe(60)
  sources[1].market = known
  await clock.advance(121_000)
  expect(lookupsOf(sources[1]).get(token(0))).toBeGreaterThan(5)
  const calls = lookupsOf(sources[1]).get(token(0)) ?? 0
  await clock.advance(30_000)
  expect(lookupsOf(sources[1]).get(token(0))).toBeGreaterThanOrEqual(calls + 2)
  stop()
})

test('a token that nobody could be asked about is no unlisted one: it is asked for again the next round', async () => {
  const { clock, sources, start, stop } = stage({ market: market(1) })
  for (const source of sources) source.behaviour = 'fails'
  start()
  await clock.advance(35_000)
  expect(lookupsOf(sources[0]).get(WRAPPED_SOL)).toBe(4)
  stop()
})

describe('the calls of a source', () => {
  const budgets = [1, 5, 6, 24, 120]

  test.each(budgets)('(%i a minute) are never overdrawn, whatever clients do', async (callsPerMinute) => {
    const staged = stage({ market: market(200), parts: { watch: ['FIG'] }, source: { callsPerMinute } })
    const { clock, sources, page, service, start, stop } = staged
    start()
    for (let second = 0; second < 240; second++) {
      const questions = [
        codeOf(page(`text ${second}`)),
        codeOf(page(`other ${second}`)),
        codeOf(service.token(token(5000 + second))),
      ]
      await clock.advance(1000)
      await Promise.all(questions)
    }
    for (const source of sources) {
      expect(source.callsBeyond).toBe(0)
      expect(mostCallsInAMinute(source)).toBeLessThanOrEqual(callsPerMinute)
    }
    stop()
  })

  test.each(budgets)(
    '(%i a minute) reach every wanted token within a bounded number of rounds',
    async (callsPerMinute) => {
      const watch = ['FIG', 'a', 'b', 'c', 'd', 'e']
      const staged = stage({ market: market(100), parts: { watch }, source: { callsPerMinute } })
      const { clock, sources, start, stop } = staged
      start()
      // 4 batches of FIG, and 6 searches every 30 s: at half the calls each subject has its turn within:
      const cycleMs = (60_000 * 11) / (callsPerMinute / 2) + 30_000
      await clock.advance(3 * cycleMs)
      for (const source of sources) source.calls.length = 0
      await clock.advance(3 * cycleMs)
      for (const source of sources) {
        expect(lookupsOf(source).size).toBe(101)
        const searched = new Set(source.calls.filter(({ kind }) => kind === 'search').flatMap(({ about }) => about))
        expect(searched).toEqual(new Set(watch))
      }
      stop()
    },
  )

  test('are left to clients by refreshing, however much is wanted', async () => {
    const watch = Array.from({ length: 40 }, (_, n) => `watched ${n}`)
    const { clock, sources, page, start, stop } = stage({
      market: market(200),
      parts: { watch },
      source: { callsPerMinute: 24 },
    })
    start()
    await clock.advance(300_000)
    const calls = sources[0].calls.length
    for (let n = 0; n < 12; n++) await codeOf(page(`new ${n}`))
    expect(sources[0].calls).toHaveLength(calls + 12)
    stop()
  })

  test('are left to refreshing by clients, however much they ask', async () => {
    const { clock, sources, page, start, stop } = stage({
      market: market(20),
      parts: { watch: ['FIG'] },
      source: { callsPerMinute: 24 },
    })
    start()
    for (let second = 0; second < 300; second++) {
      const questions = Array.from({ length: 5 }, (_, n) => codeOf(page(`new ${second} ${n}`)))
      await clock.advance(1000)
      await Promise.all(questions)
      const { rows } = await page('FIG', { limit: 250 })
      for (const { observedAtMs } of rows) expect(clock.nowMs() - (observedAtMs ?? 0)).toBeLessThanOrEqual(30_000)
      expect(rows).toHaveLength(20)
    }
    expect(sources[0].callsBeyond).toBe(0)
    stop()
  })
})

describe('what nobody uses', () => {
  test('is dropped five minutes after its last use; what is watched never', async () => {
    const known = market(2)
    known.set(token(7), { symbol: 'PLUM', priceUsd: 1 })
    const { clock, page, sources, start, stop } = stage({ market: known, parts: { watch: ['FIG'] } })
    start()
    await page('PLUM')
    const idsOnBoard = async () => new Set((await page(null)).rows.map(({ id }) => id))
    await clock.advance(299_000)
    expect(await idsOnBoard()).toContain(token(7))
    await clock.advance(21_000)
    expect(await idsOnBoard()).toEqual(new Set<TokenId>([token(0), token(1), WRAPPED_SOL]))
    sources[0].calls.length = 0
    await clock.advance(3_600_000)
    expect(await idsOnBoard()).toEqual(new Set<TokenId>([token(0), token(1), WRAPPED_SOL]))
    expect(asked(sources[0]).filter((call) => call.includes('PLUM') || call.includes(token(7)))).toEqual([])
    stop()
  })

  test('is found again when somebody comes back', async () => {
    const { clock, page, start, stop } = stage({ market: market(2) })
    start()
    await page('FIG')
    await clock.advance(400_000)
    expect((await page('FIG')).rows.map(({ status }) => status)).toEqual(['ok', 'ok'])
    stop()
  })
})

test('a watched text goes on showing new tokens, however many it has named before', async () => {
  const known = market(0)
  const { clock, page, start, stop } = stage({ market: known, parts: { watch: ['FIG'] } })
  start()
  for (let n = 0; n < 300; n += 20) {
    for (let i = 0; i < 20; i++) known.delete(token(n - 20 + i))
    for (let i = 0; i < 20; i++) known.set(token(n + i), { symbol: 'FIG', priceUsd: 1 })
    await clock.advance(31_000)
  }
  const ids = (await page('FIG', { limit: 250 })).rows.map(({ id }) => id)
  for (let n = 280; n < 300; n++) expect(ids).toContain(token(n))
  stop()
})
