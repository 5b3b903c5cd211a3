import { describe, expect, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import type { Behaviour, FakeSource } from '../../support/fake-source.ts'
import { codeOf, type Stage, type Staging, stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const WATCHED = { watch: ['FIG'] }

function market() {
  return new Map([
    [FIG, { symbol: 'FIG', priceUsd: 2, volumeUsd: 500 }],
    [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
  ])
}

/** A service that has run for a minute. */
async function running(staging: Staging = {}): Promise<Stage> {
  const staged = stage({ market: market(), parts: WATCHED, ...staging })
  staged.start()
  await staged.clock.advance(60_000)
  return staged
}

function all(sources: readonly FakeSource[], behaviour: Behaviour): void {
  for (const source of sources) source.behaviour = behaviour
}

const fig = async ({ page }: Stage) => (await page('FIG')).rows[0]

describe.each(['fails', 'hangs', 'empty', 'speaks_nonsense', 'is_silent'] as const)(
  'one source that %s',
  (behaviour) => {
    test.each([0, 1, 2])('changes only its own entry: source %i', async (which) => {
      const staged = await running()
      const before = await fig(staged)
      const { sources, clock, service, stop } = staged
      const bad = sources[which]
      if (bad !== undefined) bad.behaviour = behaviour
      await clock.advance(120_000)
      const entries = service.head()?.sources ?? []
      const isHeard = (name: string) => name !== bad?.name
      for (const { name, ok, observedAtMs } of entries) {
        if (behaviour !== 'is_silent' || isHeard(name)) expect([name, ok]).toEqual([name, isHeard(name)])
        if (isHeard(name)) expect(clock.nowMs() - (observedAtMs ?? 0)).toBeLessThanOrEqual(12_000)
        else expect(clock.nowMs() - (observedAtMs ?? 0)).toBeGreaterThanOrEqual(120_000)
      }
      expect(await fig(staged)).toMatchObject({
        priceUsd: before?.priceUsd,
        volumeUsd: before?.volumeUsd,
        status: 'ok',
      })
      expect(service.health()).toMatchObject({ ready: true, reasons: [] })
      stop()
    })
  },
)

test.each([
  ['fails', 'http_error'],
  ['hangs', 'timeout'],
  ['empty', 'empty'],
  ['speaks_nonsense', 'bad_body'],
] as const)('a source that %s is marked %s, and well again once it answers', async (behaviour, reason) => {
  const { sources, clock, service, stop } = await running()
  sources[1].behaviour = behaviour
  await clock.advance(25_000)
  expect(service.head()?.sources[1]).toMatchObject({ name: 'jupiter', ok: false, reason })
  sources[1].behaviour = 'answers'
  await clock.advance(20_000)
  expect(service.head()?.sources[1]).toMatchObject({ name: 'jupiter', ok: true, reason: null })
  stop()
})

test('a call that our own schedule forbids says nothing about the source', async () => {
  const { sources, clock, service, stop } = await running()
  sources[1].behaviour = 'fails'
  await clock.advance(20_000)
  sources[1].isOpen = false
  await clock.advance(60_000)
  expect(service.head()?.sources[1]).toMatchObject({ ok: false, reason: 'http_error' })
  stop()
})

describe('all sources down from the start', () => {
  test.each(['fails', 'hangs'] as const)(
    '(%s): there is nothing to show, and the reasons are told',
    async (behaviour) => {
      const { page, sources, clock, service, start, stop } = stage({ market: market(), parts: WATCHED })
      all(sources, behaviour)
      start()
      await clock.advance(10_000)
      expect(service.head()).toBeNull()
      for (const q of ['FIG', 'plum', null]) {
        const code = codeOf(page(q))
        await clock.advance(10_000)
        expect(await code).toBe('no_data')
      }
      const { ready, reasons } = service.health()
      expect(ready).toBe(false)
      expect(reasons).toHaveLength(3)
      expect(reasons[0]).toContain('dexscreener has never answered')
      expect(reasons.join()).toContain(behaviour === 'hangs' ? 'timeout' : 'http error')
      stop()
    },
  )

  test('a new question is no empty list either, when there is a board', async () => {
    const { page, sources, clock, stop } = await running()
    all(sources, 'fails')
    await clock.advance(10_000)
    expect(await codeOf(page('quince'))).toBe('no_data')
    stop()
  })

  test('they are all back within two rounds of answering, wrapped SOL too', async () => {
    const { page, sources, clock, service, start, stop } = stage({ market: market(), parts: WATCHED })
    all(sources, 'fails')
    start()
    await clock.advance(45_000)
    all(sources, 'answers')
    await clock.advance(20_000)
    expect(service.head()?.solUsd).toBe(100)
    expect((await page('FIG')).rows[0]).toMatchObject({
      status: 'ok',
      sources: ['dexscreener', 'jupiter', 'geckoterminal'],
    })
    expect(service.health().ready).toBe(true)
    stop()
  })
})

describe('all sources down later', () => {
  test.each(['fails', 'hangs', 'empty', 'is_silent'] as const)(
    '(%s): values stay, their age is true',
    async (behaviour) => {
      const staged = await running()
      const { sources, clock, service, stop } = staged
      const good = await fig(staged)
      all(sources, behaviour)
      const diedMs = clock.nowMs()
      for (let ageMs = 1000; ageMs <= 880_000; ageMs += ageMs < 40_000 ? 1000 : 60_000) {
        await clock.advance(diedMs + ageMs - clock.nowMs())
        const row = await fig(staged)
        expect(row).toEqual({ ...good, observedAtMs: row?.observedAtMs, status: row?.status })
        expect(diedMs - (row?.observedAtMs ?? 0)).toBeLessThanOrEqual(11_000)
        const rowAgeMs = clock.nowMs() - (row?.observedAtMs ?? 0)
        if (rowAgeMs <= 30_000) expect(row?.status).toBe('ok')
        if (rowAgeMs > 31_000) expect(row?.status).toBe('stale')
        if (rowAgeMs > 30_000) expect(service.health().ready).toBe(false)
      }
      stop()
    },
  )

  test.each(['fails', 'hangs'] as const)('(%s): after the limit nothing is shown any more', async (behaviour) => {
    const { sources, clock, page, stop } = await running()
    all(sources, behaviour)
    await clock.advance(920_000)
    const code = codeOf(page('FIG'))
    await clock.advance(10_000)
    expect(await code).toBe('too_old')
    stop()
  })

  test('(empty): after the limit it is believed that nobody lists the token any more', async () => {
    const staged = await running()
    all(staged.sources, 'empty')
    await staged.clock.advance(960_000)
    expect(await fig(staged)).toMatchObject({ priceUsd: null, observedAtMs: null, status: 'unknown', symbol: 'FIG' })
    expect(staged.service.head()?.sources.every(({ ok }) => ok)).toBe(true)
    staged.stop()
  })

  test('SOL amounts end with the SOL price: five minutes after it was last heard', async () => {
    const { sources, clock, service, stop } = await running()
    all(sources, 'fails')
    const heardMs = service.head()?.solUsdObservedAtMs ?? 0
    await clock.advance(heardMs + 300_000 - clock.nowMs())
    expect(service.head()?.solUsd).toBe(100)
    await clock.advance(1001)
    expect(service.head()?.solUsd).toBeNull()
    stop()
  })

  test('after the outage everything is fresh within a round', async () => {
    const staged = await running()
    const { sources, clock, market: known, stop } = staged
    all(sources, 'fails')
    await clock.advance(600_000)
    known.set(FIG, { symbol: 'FIG', priceUsd: 2.5 })
    all(sources, 'answers')
    await clock.advance(11_000)
    expect(await fig(staged)).toMatchObject({ priceUsd: 2.5, status: 'ok' })
    stop()
  })
})

describe('a client who limits the age', () => {
  test('gets the board while it is young enough', async () => {
    const { page, sources, stop } = await running()
    const calls = sources[0].calls.length
    expect((await page('FIG', { maxAgeSeconds: 12 })).rows).toHaveLength(1)
    expect(sources[0].calls).toHaveLength(calls)
    stop()
  })

  test('otherwise waits for a fresh answer', async () => {
    const { page, sources, clock, stop } = await running()
    stop()
    await clock.advance(20_000)
    const calls = sources[0].calls.length
    const { rows } = await page('FIG', { maxAgeSeconds: 5 })
    expect(rows[0]?.observedAtMs).toBe(clock.nowMs())
    expect(sources[0].calls).toHaveLength(calls + 1)
  })

  test('is refused when there is none', async () => {
    const { page, sources, clock, stop } = await running()
    all(sources, 'fails')
    await clock.advance(20_000)
    expect(await codeOf(page('FIG', { maxAgeSeconds: 15 }))).toBe('too_old')
    expect(await codeOf(page('FIG', { maxAgeSeconds: 60 }))).toBe('none')
    expect(await codeOf(page(null, { maxAgeSeconds: 15 }))).toBe('too_old')
    stop()
  })

  test('is refused when a source serves an old answer of its own', async () => {
    const { page, sources, clock, stop } = await running()
    stop()
    await clock.advance(20_000)
    for (const source of sources) source.answerAgeMs = 12_000
    expect(await codeOf(page('FIG', { maxAgeSeconds: 10 }))).toBe('too_old')
  })

  test('learns until when the page may be served', async () => {
    const { page, stop } = await running()
    const { rows, expiresAtMs } = await page('FIG', { maxAgeSeconds: 60 })
    expect(expiresAtMs).toBe((rows[0]?.observedAtMs ?? 0) + 60_000)
    stop()
  })
})

test('an older answer never replaces a newer one', async () => {
  const staged = await running()
  const { sources, clock, market: known, stop } = staged
  const before = await fig(staged)
  known.set(FIG, { symbol: 'FIG', priceUsd: 1.9 })
  for (const source of sources) source.answerAgeMs = 50_000
  await clock.advance(20_000)
  expect(await fig(staged)).toMatchObject({ priceUsd: before?.priceUsd, observedAtMs: before?.observedAtMs })
  stop()
})
