import { expect, test } from 'vitest'
import { diff } from '../../../src/domain/tokens/diff.ts'
import type { Snapshot, TokenPage } from '../../../src/ports/service.ts'
import { stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)

/** Everything of a snapshot that anybody can see change. */
function seen({ solUsd, solUsdObservedAtMs, sources }: Snapshot): string {
  return JSON.stringify([solUsd, solUsdObservedAtMs, sources])
}

test('the seq grows by one, and only when something visible has changed', async () => {
  const { clock, page, service, sources, market, start, stop } = stage({ parts: { watch: ['FIG'] } })
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  start()
  await clock.advance(1)
  let last: TokenPage = await page(null)
  let quiet = 0
  for (let step = 0; step < 400; step++) {
    if (step === 60) for (const source of sources) source.behaviour = 'fails'
    if (step === 200) sources[0].behaviour = 'answers'
    await clock.advance(step < 100 ? 1000 : 3000)
    const now = await page(null)
    if (now.snapshot.seq === last.snapshot.seq) {
      quiet += 1
      expect(now.snapshot).toBe(last.snapshot)
      expect(diff(last.rows, now.rows)).toBeNull()
    } else {
      expect(seen(now.snapshot) !== seen(last.snapshot) || diff(last.rows, now.rows) !== null).toBe(true)
    }
    last = now
  }
  expect(quiet).toBeGreaterThan(200)
  expect(service.head()).toBe(last.snapshot)
  stop()
})

test('no board comes while every source fails and nothing comes of age', async () => {
  const { clock, service, sources, market, start, stop } = stage({ parts: { watch: ['FIG'] } })
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  start()
  await clock.advance(30_000)
  for (const source of sources) source.behaviour = 'fails'
  await clock.advance(120_000)
  const before = service.head()
  await clock.advance(300_000)
  expect(service.head()).toBe(before)
  stop()
})

test('a row becomes stale on time, however far apart the rounds are', async () => {
  const { clock, page, sources, market, start, stop } = stage({ parts: { watch: ['FIG'], refreshMs: 60_000 } })
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  start()
  await clock.advance(1)
  const heardMs = clock.nowMs() - 1
  for (const source of sources) source.behaviour = 'is_silent'
  await clock.advance(heardMs + 30_000 - clock.nowMs())
  expect((await page('FIG')).rows[0]?.status).toBe('ok')
  await clock.advance(1001)
  expect((await page('FIG')).rows[0]?.status).toBe('stale')
  stop()
})

test('one source that is silent for ever does not stop the others', async () => {
  const { clock, page, sources, market, start, stop } = stage({ parts: { watch: ['FIG'] } })
  market.set(FIG, { symbol: 'FIG', priceUsd: 2 })
  sources[0].behaviour = 'is_silent'
  start()
  await clock.advance(120_000)
  const [row] = (await page('FIG')).rows
  expect(row).toMatchObject({ status: 'ok', sources: ['jupiter', 'geckoterminal'] })
  expect(clock.nowMs() - (row?.observedAtMs ?? 0)).toBeLessThanOrEqual(12_000)
  stop()
})
