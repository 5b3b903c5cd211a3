import { describe, expect, onTestFinished, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { fleet } from '../../support/instances.ts'
import { codeOf, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const HOUR_MS = 3_600_000
const PARTS = { watch: ['FIG'] }

/** Two instances whose wall clocks are so far from the right one. */
async function pair(holderMs: number, followerMs: number) {
  const all = fleet(
    new Map([
      [FIG, { symbol: 'FIG', priceUsd: 2 }],
      [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
    ]),
  )
  onTestFinished(all.end)
  const holder = all.start({ parts: PARTS, skewMs: holderMs })
  await all.clock.advance(30_000)
  const follower = all.start({ parts: PARTS, skewMs: followerMs })
  await all.clock.advance(30_000)
  return { all, holder, follower }
}

describe.each([
  ['an hour fast', HOUR_MS],
  ['an hour slow', -HOUR_MS],
])('the wall clock of one instance is %s:', (_how, skewMs) => {
  test('while it follows, its boards are those of the others, and it says that it is not ready', async () => {
    const { all, holder, follower } = await pair(0, skewMs)
    expect(holder.service.health().ready).toBe(true)
    expect(follower.service.health().ready).toBe(false)
    expect(follower.service.health().reasons).toHaveLength(3)
    expect(follower.service.head()).toEqual(holder.service.head())
    expect(all.problems).toEqual([])
  })

  test('while it follows, it passes nothing off as young that it must take for old', async () => {
    const { follower } = await pair(0, skewMs)
    expect(await codeOf(follower.page(null))).toBe(skewMs > 0 ? 'too_old' : 'none')
  })

  test('while it decides, it is ready and the others are not; nothing of its hour is left once another decides', async () => {
    const { all, holder, follower } = await pair(skewMs, 0)
    expect([holder, follower].map((one) => one.service.health().ready)).toEqual([true, false])
    holder.kill()
    await all.clock.advance(5_000)
    expect(follower.isDeciding()).toBe(true)
    expect(follower.service.health().ready).toBe(true)
    const { rows, snapshot } = await follower.page(null)
    for (const stampMs of [snapshot.asOfMs, snapshot.solUsdObservedAtMs, ...rows.map((row) => row.observedAtMs)]) {
      expect(all.clock.nowMs() - (stampMs ?? 0)).toBeLessThanOrEqual(5_000)
      expect(stampMs).toBeLessThanOrEqual(all.clock.nowMs())
    }
    for (const { status, priceUsd } of rows) expect([status, priceUsd]).toEqual(['ok', expect.any(Number)])
    expect(all.problems).toEqual([])
  })
})

test('clocks that differ by a second or two disturb nobody', async () => {
  const { all, holder, follower } = await pair(-1_000, 1_000)
  for (let n = 0; n < 30; n++) {
    await all.clock.advance(2_000)
    for (const one of [holder, follower]) expect(one.service.health().ready).toBe(true)
  }
  expect((await follower.page('FIG')).rows).toMatchObject([{ priceUsd: 2, status: 'ok' }])
  expect(all.problems).toEqual([])
})
