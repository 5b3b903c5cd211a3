import { expect, onTestFinished, test } from 'vitest'
import { type Fleet, fleet, type Instance } from '../../support/instances.ts'
import { token } from '../../support/live-tokens.ts'

const PER_MINUTE = 6
const PARTS = { watch: ['FIG'], refreshMs: 2_000 }

/** More is wanted than may be asked for. */
function crowded(): Fleet {
  const all = fleet(new Map(Array.from({ length: 300 }, (_, n) => [token(n), { symbol: `FIG${n}`, priceUsd: n + 1 }])))
  onTestFinished(all.end)
  return all
}

/** One whose sources answer so late that it can be gone before. */
function start(all: Fleet, { delayMs = 1_500, callsPerMinute = PER_MINUTE } = {}): Instance {
  const one = all.start({ parts: PARTS, source: { callsPerMinute, batchSize: 5 } })
  for (const source of one.sources) source.delayMs = delayMs
  return one
}

/** Clients of all of them ask for what no board has. */
function ask(instances: readonly Instance[], text: string): void {
  for (const one of instances) if (one.isAwake()) one.page(text).catch(() => {})
}

function callsMs(instances: readonly Instance[], source = 0): number[] {
  return instances.flatMap(({ sources }) => sources[source]?.calls.map(({ atMs }) => atMs) ?? []).sort((a, b) => a - b)
}

/** The most calls to one source in any minute. */
function most(instances: readonly Instance[]): number {
  const perSource = [0, 1, 2].map((source) => {
    const times = callsMs(instances, source)
    return Math.max(0, ...times.map((fromMs) => times.filter((ms) => ms >= fromMs && ms < fromMs + 60_000).length))
  })
  return Math.max(...perSource)
}

test.each([
  ['', false],
  [', and every request of a call that takes two', true],
])(
  'a successor counts every call of the one that was killed, whose answer never came too%s',
  async (_what, retries) => {
    const all = crowded()
    const instances: Instance[] = []
    for (let n = 0; n < 40; n++) {
      const one = start(all)
      for (const source of one.sources) source.retries = retries
      instances.push(one)
      ask(instances, `text ${n}`)
      // At any moment of a round.
      await all.clock.advance(3_000 + n * 17)
      all.holder().kill()
      await all.clock.advance(2_500)
    }
    expect(callsMs(instances).length).toBeGreaterThan(20)
    expect(most(instances)).toBe(PER_MINUTE)
    expect(all.problems).toEqual([])
  },
)

test('when the shared system loses everything again and again, nobody forgets a call', async () => {
  const all = crowded()
  const instances = [start(all), start(all)]
  await all.clock.advance(5_000)
  for (let n = 0; n < 60; n++) {
    ask(instances, `text ${n}`)
    all.service = 'refuses'
    await all.clock.advance(100 + n * 13)
    all.emptyShared()
    all.service = 'serves'
    await all.clock.advance(9_000)
    // Who decides after it may be the other.
    const [one, other] = instances as [Instance, Instance]
    const holder = one.isDeciding() ? one : other
    holder.sleep()
    await all.clock.advance(4_000)
    holder.wake()
  }
  expect(callsMs(instances).length).toBeGreaterThan(20)
  expect(most(instances)).toBeLessThanOrEqual(PER_MINUTE)
  expect(all.problems).toEqual([])
})

test('alone, together again, alone again: the two never make more calls in a minute than one may', async () => {
  const callsPerMinute = 24
  const all = crowded()
  const instances = [0, 1].map(() => start(all, { delayMs: 0, callsPerMinute }))
  await all.clock.advance(60_000)
  const seen = new Set<string>()
  for (let n = 0; n < 120; n++) {
    all.service = n % 40 < 12 ? 'refuses' : 'serves'
    // As many as there could be calls for, at once, also in the moment when it changes.
    for (let m = 0; m < callsPerMinute; m++) ask(instances, `text ${n} ${m}`)
    await all.clock.advance(3_000 + (n % 7) * 311)
    seen.add(instances.map((one) => one.isDeciding()).join())
  }
  expect(seen).toContain('true,true')
  expect(callsMs(instances).length).toBeGreaterThan(callsPerMinute * 4)
  expect(most(instances)).toBeLessThanOrEqual(callsPerMinute)
})

test('a call that the others cannot be told of is not made, and costs nothing', async () => {
  const all = crowded()
  const one = start(all, { delayMs: 0 })
  await all.clock.advance(120_000)
  const before = callsMs([one]).length
  all.service = 'refuses'
  for (let n = 0; n < 20; n++) ask([one], `text ${n}`)
  await all.clock.advance(1_000)
  expect(callsMs([one])).toHaveLength(before)
  all.service = 'serves'
  await all.clock.advance(60_000)
  expect(callsMs([one]).length - before).toBeGreaterThanOrEqual(PER_MINUTE / 2)
})
