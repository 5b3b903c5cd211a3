import { describe, expect, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { type Stage, stage, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const HOUR_MS = 3_600_000

async function running(): Promise<Stage> {
  const market = new Map([
    [FIG, { symbol: 'FIG', priceUsd: 2 }],
    [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
  ])
  const staged = stage({ market, parts: { watch: ['FIG'] } })
  staged.start()
  await staged.clock.advance(60_000)
  return staged
}

describe.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
  ['back by a minute', -60_000],
])('when the wall clock steps %s', (_, stepMs) => {
  test('prices are fresh again within two rounds, and follow the market', async () => {
    const { clock, page, market, service, stop } = await running()
    clock.stepWall(stepMs)
    market.set(FIG, { symbol: 'FIG', priceUsd: 2.2 })
    await clock.advance(21_000)
    const [row] = (await page('FIG')).rows
    expect(row).toMatchObject({ priceUsd: 2.2, status: 'ok' })
    const ageMs = clock.nowMs() - (row?.observedAtMs ?? 0)
    expect(ageMs).toBeGreaterThanOrEqual(0)
    expect(ageMs).toBeLessThanOrEqual(11_000)
    expect(service.head()?.solUsd).toBe(100)
    expect(service.health().ready).toBe(true)
    stop()
  })

  test('seqs go on growing', async () => {
    const { clock, service, stop } = await running()
    const before = service.head()?.seq ?? 0
    clock.stepWall(stepMs)
    await clock.advance(20_000)
    expect(service.head()?.seq).toBeGreaterThan(before)
    expect(service.head()?.epoch).toBe('1')
    stop()
  })
})

describe.each([
  ['forward', HOUR_MS],
  ['back', -HOUR_MS],
])('when the wall clock steps an hour %s', (_, stepMs) => {
  test('an outage after it is told as one: nothing passes for fresh because its stamp lies ahead', async () => {
    const { clock, page, sources, service, stop } = await running()
    clock.stepWall(stepMs)
    for (const source of sources) source.behaviour = 'fails'
    await clock.advance(60_000)
    const served = await page('FIG').then(
      ({ rows }) => rows,
      () => [],
    )
    for (const row of served) expect(['stale', 'unknown']).toContain(row.status)
    for (const row of served) expect(row.observedAtMs ?? 0).toBeLessThanOrEqual(clock.nowMs())
    expect(service.health().ready).toBe(false)
    stop()
  })

  test('the last good answer of before it never replaces what was heard after it', async () => {
    const { clock, page, market, sources, stop } = await running()
    clock.stepWall(stepMs)
    market.set(FIG, { symbol: 'FIG', priceUsd: 2.2 })
    await clock.advance(20_000)
    for (const source of sources) source.behaviour = 'fails'
    await clock.advance(50_000)
    expect((await page('FIG')).rows[0]).toMatchObject({ priceUsd: 2.2 })
    stop()
  })
})

test('a step of a second back changes nothing but the ages', async () => {
  const { clock, page, stop } = await running()
  const [before] = (await page('FIG')).rows
  clock.stepWall(-1000)
  await clock.advance(1000)
  expect((await page('FIG')).rows[0]).toEqual(before)
  stop()
})
