import { describe, expect, onTestFinished, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { type Fleet, fleet, type Instance, type InstanceOptions } from '../../support/instances.ts'
import { codeOf, token } from '../../support/live-tokens.ts'

const FIG = token(1)
const HOUR_MS = 3_600_000
const PARTS = { watch: ['FIG'] }

function oneFleet(): Fleet {
  const all = fleet(
    new Map([
      [FIG, { symbol: 'FIG', priceUsd: 2 }],
      [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
    ]),
  )
  onTestFinished(all.end)
  return all
}

/** Two instances whose wall clocks are so far from the right one; the first decides. */
async function pair(holderMs: number, followerMs: number) {
  const all = oneFleet()
  const skews: [{ skewMs: number }, { skewMs: number }] = [{ skewMs: holderMs }, { skewMs: followerMs }]
  const start = (skew: InstanceOptions) => all.start(Object.assign(skew, { parts: PARTS }))
  const holder = start(skews[0])
  await all.clock.advance(30_000)
  const follower = start(skews[1])
  await all.clock.advance(30_000)
  return { all, holder, follower, skews }
}

/** What a client is told by an instance, held against the right time: it is ready, and nothing is old or of the future. */
async function expectHonest({ clock }: Fleet, one: Instance, oldestMs = 11_000): Promise<void> {
  expect(one.service.health()).toMatchObject({ ready: true, reasons: [] })
  expect(one.clock.nowMs(), 'x-served-at').toBe(clock.nowMs())
  const { rows, snapshot } = await one.page(null)
  expect(rows.map(({ status, priceUsd }) => [status, priceUsd])).toEqual(rows.map(() => ['ok', expect.any(Number)]))
  expect(rows.length).toBeGreaterThan(0)
  const stamps = [snapshot.asOfMs, snapshot.solUsdObservedAtMs, ...rows.map(({ observedAtMs }) => observedAtMs)]
  for (const stampMs of stamps) {
    expect(clock.nowMs() - (stampMs ?? 0)).toBeLessThanOrEqual(oldestMs)
    expect(stampMs).toBeLessThanOrEqual(clock.nowMs())
  }
}

/** Every status that an instance has shown. */
function statusesOf({ shown }: Instance): ReadonlySet<string> {
  return new Set([...shown.values()].flatMap((text) => text.match(/"status":"\w+"/g) ?? []))
}

describe.each([
  ['an hour fast', HOUR_MS],
  ['an hour slow', -HOUR_MS],
])('the wall clock of one instance is %s:', (_how, skewMs) => {
  test.each([
    ['the one that follows', 0, skewMs],
    ['the one that decides', skewMs, 0],
    ['both, in opposite directions', skewMs, -skewMs],
  ])('%s: both are ready, tell true ages, and no status flips', async (_which, holderMs, followerMs) => {
    const { all, holder, follower } = await pair(holderMs, followerMs)
    for (let n = 0; n < 60; n++) {
      await all.clock.advance(2_000)
      for (const one of [holder, follower]) await expectHonest(all, one)
      expect(await codeOf(follower.page('FIG', { maxAgeSeconds: 12 }))).toBe('none')
    }
    for (const one of [holder, follower]) expect([...statusesOf(one)]).toEqual(['"status":"ok"'])
    expect(follower.service.head()).toEqual(holder.service.head())
    expect(all.problems).toEqual([])
  })

  test('another that takes over from it has nothing to put right', async () => {
    const { all, holder, follower } = await pair(skewMs, 0)
    holder.kill()
    for (let n = 0; n < 60; n++) {
      await all.clock.advance(500)
      await expectHonest(all, follower)
    }
    expect(follower.isDeciding()).toBe(true)
    expect([...statusesOf(follower)]).toEqual(['"status":"ok"'])
    expect(all.problems).toEqual([])
  })

  test('it goes on alone, and comes back, with the clock that it shared', async () => {
    const { all, holder, follower } = await pair(skewMs, 0)
    all.service = 'refuses'
    await all.clock.advance(30_000)
    for (const one of [holder, follower]) await expectHonest(all, one, 21_000)
    all.service = 'serves'
    for (let n = 0; n < 60; n++) {
      await all.clock.advance(500)
      for (const one of [holder, follower]) await expectHonest(all, one, 21_000)
    }
    for (const one of [holder, follower]) expect([...statusesOf(one)]).toEqual(['"status":"ok"'])
    expect(all.problems).toEqual([])
  })

  test('it started while the shared system was away: its board is put right when that is back, within two rounds', async () => {
    const all = oneFleet()
    all.service = 'refuses'
    const one = all.start({ parts: PARTS, skewMs })
    await all.clock.advance(60_000)
    expect(one.service.health().ready).toBe(true)
    all.service = 'serves'
    await all.clock.advance(25_000)
    await expectHonest(all, one)
    const other = all.start({ parts: PARTS })
    await all.clock.advance(1_000)
    await expectHonest(all, other)
    expect(all.problems).toEqual([])
  })

  test.each(['decides', 'follows'])('it is stepped while the instance %s: nobody notices', async (which) => {
    const { all, holder, follower, skews } = await pair(0, 0)
    const [one, skew] = which === 'decides' ? [holder, skews[0]] : [follower, skews[1]]
    skew.skewMs = skewMs
    await all.clock.advance(500)
    expect(one.log.lines.some(({ message }) => message.startsWith('wall clock set'))).toBe(true)
    for (let n = 0; n < 30; n++) {
      await all.clock.advance(1_000)
      for (const each of [holder, follower]) await expectHonest(all, each)
    }
    expect(all.problems).toEqual([])
  })
})

test('clocks that differ by a second or two disturb nobody', async () => {
  const { all, holder, follower } = await pair(-1_000, 1_000)
  for (let n = 0; n < 30; n++) {
    await all.clock.advance(2_000)
    for (const one of [holder, follower]) await expectHonest(all, one)
  }
  expect(all.problems).toEqual([])
})
