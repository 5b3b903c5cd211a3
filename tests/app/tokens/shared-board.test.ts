import { describe, expect, onTestFinished, test } from 'vitest'
import { memoryCache } from '../../../src/adapters/cache/memory.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { type Fleet, fleet, type Instance } from '../../support/instances.ts'
import { asked, codeOf, token, VIEW } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)
const PARTS = { watch: ['FIG'] }

/** So many instances; the first decides. */
async function running(count: number): Promise<{ readonly all: Fleet; readonly instances: Instance[] }> {
  const all = fleet(
    new Map([
      [FIG, { symbol: 'FIG', priceUsd: 2, volumeUsd: 700 }],
      [PLUM, { symbol: 'PLUM', priceUsd: 3 }],
      [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
    ]),
  )
  onTestFinished(all.end)
  const instances: Instance[] = []
  for (let n = 0; n < count; n++) {
    instances.push(all.start({ parts: PARTS }))
    await all.clock.advance(5_000)
  }
  expect(instances.map((one) => one.isDeciding())).toEqual(instances.map((_, n) => n === 0))
  return { all, instances }
}

async function three() {
  const { all, instances } = await running(3)
  const [first, second, third] = instances as [Instance, Instance, Instance]
  return { all, first, second, third }
}

async function two() {
  const { all, instances } = await running(2)
  const [first, second] = instances as [Instance, Instance]
  return { all, first, second }
}

function row({ feed }: Instance, id: TokenId): TokenRow | undefined {
  const view = feed.open({ ...VIEW, q: null }, 1000)
  const { rows } = view.state()
  view.close()
  return rows.find((one) => one.id === id)
}

/** Several would confirm a jump to each other at once. */
function oneWitness(...instances: readonly Instance[]): void {
  for (const { sources } of instances) {
    sources[1].behaviour = 'fails'
    sources[2].behaviour = 'fails'
  }
}

const price = (all: Fleet, priceUsd: number) => all.market.set(FIG, { symbol: 'FIG', priceUsd, volumeUsd: 700 })
const searchesOf = (instance: Instance) => instance.sources.flatMap((source) => asked(source)).filter(isSearch)
const isSearch = (line: string) => line.startsWith('search')
const positionOf = ({ service }: Instance) => ({ epoch: service.head()?.epoch, seq: service.head()?.seq })

describe('when the one that decides dies', () => {
  test('another decides within three seconds, on the same board, in the same epoch', async () => {
    const { all, first, second, third } = await three()
    const before = positionOf(second)
    const good = row(second, FIG)
    first.kill()
    await all.clock.advance(3_000)
    expect(all.holder()).not.toBe(first)
    expect(positionOf(second).epoch).toBe(before.epoch)
    expect(row(second, FIG)).toMatchObject({ priceUsd: good?.priceUsd, status: 'ok' })
    await all.clock.advance(20_000)
    expect(positionOf(third)).toEqual(positionOf(second))
    expect(positionOf(third).seq).toBeGreaterThan(before.seq ?? 0)
    expect(all.problems).toEqual([])
  })

  test('its successor searches nothing that it finds in the cache', async () => {
    const { all, first, second } = await two()
    const page = second.page('PLUM')
    await all.clock.advance(10)
    await page
    first.kill()
    await all.clock.advance(10_000)
    expect(second.isDeciding()).toBe(true)
    expect(searchesOf(second)).toEqual([])
  })

  test('nothing leaves the board, even if no source answers any more', async () => {
    const { all, first, second } = await two()
    const page = second.page('PLUM')
    await all.clock.advance(10)
    await page
    const good = row(second, PLUM)
    for (const { sources } of [first, second]) for (const source of sources) source.behaviour = 'fails'
    first.kill()
    for (let n = 0; n < 40; n++) {
      await all.clock.advance(5_000)
      const { rows } = await second.page('PLUM')
      expect(rows).toMatchObject([{ id: PLUM, priceUsd: 3, observedAtMs: good?.observedAtMs }])
      expect(row(second, FIG)?.priceUsd).toBe(2)
    }
  })

  test('a text that its clients used is answered by the others as before, without waiting', async () => {
    const { all, first, second, third } = await three()
    const page = first.page('PLUM')
    await all.clock.advance(10)
    await page
    first.kill()
    for (let n = 0; n < 60; n++) {
      await all.clock.advance(500)
      for (const one of [second, third].filter((each) => !each.isDeciding())) {
        expect((await one.page('PLUM')).rows.map(({ id }) => id)).toEqual([PLUM])
      }
    }
  })

  test('what clients of others use stays on the board, though there are far too few calls to ask for it again', async () => {
    const all = fleet()
    onTestFinished(all.end)
    for (let n = 0; n < 40; n++) all.market.set(token(n), { symbol: `KIWI${n}`, priceUsd: n + 1 })
    const first = all.start()
    await all.clock.advance(5_000)
    const second = all.start({ source: { callsPerMinute: 2 } })
    await all.clock.advance(5_000)
    const ask = () => Promise.all(Array.from({ length: 40 }, (_, n) => second.page(`KIWI${n}`)))
    const asked = ask()
    await all.clock.advance(1_000)
    await asked
    first.kill()
    for (let n = 0; n < 20; n++) {
      await all.clock.advance(10_000)
      expect((await second.page(null, { limit: 250 })).rows, `${n}`).toHaveLength(40)
    }
    for (const { rows } of await ask()) expect(rows.length).toBeGreaterThan(0)
  })

  test('however often that happens, all together make no more calls than one may', async () => {
    const all = fleet(
      new Map(Array.from({ length: 300 }, (_, n) => [token(n), { symbol: `FIG${n}`, priceUsd: n + 1 }])),
    )
    onTestFinished(all.end)
    const instances: Instance[] = []
    for (let n = 0; n < 120; n++) {
      instances.push(all.start({ parts: PARTS, source: { callsPerMinute: 12, batchSize: 5 } }))
      const awake = instances.filter((one) => one.isAwake())
      for (const one of awake) one.page(`text ${n}`).catch(() => {})
      await all.clock.advance(5_000)
      all.holder().kill()
    }
    const callsMs = instances.flatMap(({ sources }) => sources[0].calls.map(({ atMs }) => atMs)).sort((a, b) => a - b)
    const within = callsMs.map((startMs) => callsMs.filter((ms) => ms >= startMs && ms < startMs + 60_000).length)
    expect(callsMs.length).toBeGreaterThan(60)
    expect(Math.max(...within)).toBeLessThanOrEqual(12)
  })

  test('a doubted jump that it has seen is believed at the first look of its successor, which is the second', async () => {
    const { all, first, second } = await two()
    oneWitness(first, second)
    await all.clock.advance(20_000)
    price(all, 50)
    while (row(second, FIG)?.status !== 'held') await all.clock.advance(500)
    expect(row(second, FIG)?.priceUsd).toBe(2)
    first.kill()
    await all.clock.advance(1_500)
    const detail = await second.service.token(FIG)
    expect(detail.merged.state?.pending).toMatchObject({ priceUsd: 50 })
    const looks = second.sources[0].calls.length
    while (row(second, FIG)?.status === 'held') await all.clock.advance(100)
    expect(row(second, FIG)).toMatchObject({ priceUsd: 50, status: 'thin' })
    expect(second.sources[0].calls.length - looks).toBeLessThanOrEqual(2)
  })

  test('the last good price of one that decides for the second time is the newest, not its own old one', async () => {
    const { all, first, second } = await two()
    oneWitness(first, second)
    first.sleep()
    await all.clock.advance(3_000)
    expect(second.isDeciding()).toBe(true)
    for (const priceUsd of [10, 60, 300]) {
      price(all, priceUsd)
      await all.clock.advance(40_000)
    }
    expect(row(second, FIG)?.priceUsd).toBe(300)
    first.wake()
    await all.clock.advance(3_000)
    second.kill()
    price(all, 301)
    await all.clock.advance(15_000)
    expect(first.isDeciding()).toBe(true)
    // 150 times its own last one: to have noticed nothing of what happened meanwhile, it would have to doubt it.
    expect(row(first, FIG)).toMatchObject({ priceUsd: 301, status: 'thin' })
    expect(all.problems).toEqual([])
  })

  test('the times of the sources never go back', async () => {
    const { all, first, second } = await two()
    const times: number[][] = [[], [], []]
    second.feed.onBoard(({ sources }) =>
      sources.forEach(({ observedAtMs }, n) => {
        if (observedAtMs !== null) times[n]?.push(observedAtMs)
      }),
    )
    for (const { sources } of [first, second]) for (const source of sources) source.delayMs = 1_500
    for (let n = 0; n < 6; n++) {
      const [holder, other] = n % 2 === 0 ? [first, second] : [second, first]
      expect(holder.isDeciding()).toBe(true)
      const asked = holder.page(`text ${n}`)
      await all.clock.advance(20_000)
      await asked
      holder.sleep()
      while (!other.isDeciding()) await all.clock.advance(50)
      // In the cache: so there is a board before any source has answered.
      await other.page(`text ${n}`)
      await all.clock.advance(20_000)
      holder.wake()
      await all.clock.advance(1_500)
    }
    for (const ofSource of times) expect(ofSource).toEqual(ofSource.toSorted((a, b) => a - b))
    expect(all.problems).toEqual([])
  })
})

test('one that is stopped hands over at once', async () => {
  const { all, first, second } = await two()
  const stopped = first.stop()
  await all.clock.advance(600)
  expect(second.isDeciding()).toBe(true)
  await stopped
  const calls = first.sources[0].calls.length
  await all.clock.advance(60_000)
  expect(first.sources[0].calls).toHaveLength(calls)
  expect(first.isDeciding()).toBe(false)
})

test('one that is stopped while it takes over does not begin to decide', async () => {
  for (let offsetMs = 0; offsetMs < 600; offsetMs += 25) {
    const { all, first, second } = await two()
    all.latencyMs = 40
    await all.clock.advance(1_000)
    first.kill()
    await all.clock.advance(1_500 + offsetMs)
    const stopped = second.stop()
    const calls = () => second.sources.flatMap((source) => source.calls).length
    await all.clock.advance(1)
    const before = calls()
    await all.clock.advance(60_000)
    await stopped
    expect(calls(), `after ${offsetMs} ms`).toBe(before)
  }
})

test('one that slept while another took over changes nothing when it wakes', async () => {
  const { all, first, second } = await two()
  for (let n = 0; n < 20; n++) {
    const [holder, other] = first.isDeciding() ? [first, second] : [second, first]
    price(all, 2 + n / 10)
    await all.clock.advance(n * 37)
    holder.sleep()
    await all.clock.advance(4_000)
    expect(other.isDeciding()).toBe(true)
    holder.wake()
    await all.clock.advance(1_000)
    expect(all.holder()).toBe(other)
  }
  expect(all.problems).toEqual([])
  expect(positionOf(first)).toEqual(positionOf(second))
})

test('an append whose answer is lost is made once', async () => {
  const { all, first, second } = await two()
  const before = positionOf(second)
  for (let n = 0; n < 10; n++) {
    price(all, 2 + n / 10)
    while (!all.market.has(FIG) || row(second, FIG)?.priceUsd !== 2 + n / 10) {
      all.service = 'mute'
      await all.clock.advance(150)
      all.service = 'serves'
      await all.clock.advance(150)
    }
  }
  expect(positionOf(second).epoch).toBe(before.epoch)
  expect(positionOf(first)).toEqual(positionOf(second))
  expect(all.problems).toEqual([])
})

describe('when the shared system', () => {
  test.each([1, 9])('is away for %i s, all stand still, and go on in the same epoch', async (seconds) => {
    const { all, first, second } = await two()
    const { epoch } = positionOf(second)
    all.service = 'refuses'
    await all.clock.advance(seconds * 1_000)
    expect(positionOf(first)).toEqual(positionOf(second))
    expect((await second.page(null)).rows.length).toBeGreaterThan(0)
    all.service = 'serves'
    await all.clock.advance(15_000)
    expect(positionOf(second).epoch).toBe(epoch)
    expect(positionOf(second)).toEqual(positionOf(first))
    expect(all.problems).toEqual([])
    all.holder()
  })

  test('is away for longer, each goes on alone, in an epoch that no other has, with half of the calls', async () => {
    const { all, first, second } = await two()
    const shared = positionOf(first)
    all.service = 'refuses'
    await all.clock.advance(9_500)
    expect(positionOf(second).epoch).toBe(shared.epoch)
    await all.clock.advance(2_500)
    const epochs = [first, second].map((one) => positionOf(one).epoch)
    expect(new Set([shared.epoch, ...epochs]).size).toBe(3)
    price(all, 5)
    await all.clock.advance(30_000)
    for (const one of [first, second]) {
      expect(row(one, FIG)).toMatchObject({ priceUsd: 5, status: 'ok' })
      expect(one.service.health().ready).toBe(true)
    }
    expect(all.problems).toEqual([])
  })

  test('comes back, the boards of those who went on alone are not lost: one of them becomes the board of all', async () => {
    const { all, first, second } = await two()
    all.service = 'refuses'
    await all.clock.advance(15_000)
    price(all, 5)
    await all.clock.advance(600_000)
    const alone = [first, second].map((one) => positionOf(one).epoch)
    all.service = 'serves'
    for (let n = 0; n < 50; n++) {
      await all.clock.advance(100)
      for (const one of [first, second]) expect(row(one, FIG)).toMatchObject({ priceUsd: 5, status: 'ok' })
    }
    expect(positionOf(first)).toEqual(positionOf(second))
    expect(alone).not.toContain(positionOf(first).epoch)
    // Clients of the epochs of those who were alone must begin anew.
    const view = first.feed.open({ ...VIEW, q: null }, 30)
    for (const epoch of alone) expect(view.at({ epoch: epoch ?? '', seq: 3 })).toBe('gone')
    view.close()
    all.holder()
    expect(all.problems).toEqual([])
  })

  test('comes back to one that was cut off, it joins the others, and they notice nothing', async () => {
    const { all } = await two()
    const reach: { service: 'serves' | 'refuses' } = { service: 'serves' }
    const cut = all.start({ parts: PARTS, reach })
    await all.clock.advance(5_000)
    const { epoch } = positionOf(cut)
    const calls = () => cut.sources.flatMap((source) => source.calls).length
    reach.service = 'refuses'
    await all.clock.advance(60_000)
    expect(positionOf(cut).epoch).not.toBe(epoch)
    expect(calls()).toBeGreaterThan(0)
    reach.service = 'serves'
    await all.clock.advance(2_000)
    expect(positionOf(cut)).toEqual(positionOf(all.holder()))
    expect(positionOf(cut).epoch).toBe(epoch)
    const before = calls()
    await all.clock.advance(60_000)
    expect(calls()).toBe(before)
    expect(all.problems).toEqual([])
  })

  test.each(['restartShared', 'emptyShared'] as const)(
    'is started anew (%s), a new epoch begins with all that was known',
    async (how) => {
      const { all, first, second } = await two()
      const { epoch } = positionOf(first)
      const page = second.page('PLUM')
      await all.clock.advance(10)
      await page
      const good = row(second, PLUM)
      all[how]()
      for (let n = 0; n < 40; n++) {
        await all.clock.advance(100)
        for (const one of [first, second]) {
          expect(row(one, PLUM)).toMatchObject({ priceUsd: good?.priceUsd })
          expect(row(one, FIG)?.status).toBe('ok')
        }
      }
      await all.clock.advance(10_000)
      expect(Number(positionOf(first).epoch)).toBeGreaterThan(Number(epoch))
      expect(positionOf(first)).toEqual(positionOf(second))
      expect(all.problems).toEqual([])
    },
  )

  test.each(['restartShared', 'emptyShared'] as const)(
    'is started anew (%s) and the first to find it is new itself, the others keep their boards',
    async (how) => {
      const { all, first, second } = await two()
      const reach: { service: 'serves' | 'refuses' } = { service: 'refuses' }
      const cache = memoryCache({ clock: all.clock, maxEntries: 100 })
      const fresh = all.start({ parts: { ...PARTS, cache }, reach })
      for (const source of fresh.sources) source.behaviour = 'fails'
      all.service = 'refuses'
      await all.clock.advance(1_000)
      all[how]()
      first.kill()
      second.sleep()
      all.service = 'serves'
      reach.service = 'serves'
      await all.clock.advance(400)
      second.wake()
      for (let n = 0; n < 40; n++) {
        await all.clock.advance(100)
        expect(row(second, FIG)?.priceUsd).toBe(2)
        expect((await second.page(null)).rows).toContainEqual(row(second, FIG))
      }
      expect(positionOf(fresh)).toEqual(positionOf(second))
      expect(all.problems).toEqual([])
    },
  )
})

test.each(['with all that it held', 'empty'])(
  'one that starts while the shared system is away does not put its own small board in place of the others, when that is back %s',
  async (how) => {
    const { all, first, second } = await two()
    const page = second.page('PLUM')
    await all.clock.advance(10)
    await page
    all.service = 'refuses'
    const cache = memoryCache({ clock: all.clock, maxEntries: 100 })
    const fresh = all.start({ parts: { ...PARTS, cache } })
    await all.clock.advance(5_000)
    expect(fresh.isDeciding()).toBe(true)
    expect(row(fresh, PLUM)).toBeUndefined()
    for (const one of [first, second]) one.sleep()
    if (how === 'empty') all.emptyShared()
    all.service = 'serves'
    await all.clock.advance(300)
    for (const one of [first, second]) one.wake()
    for (let n = 0; n < 40; n++) {
      await all.clock.advance(100)
      for (const one of [first, second]) expect(row(one, PLUM)?.priceUsd).toBe(3)
    }
    expect(row(fresh, PLUM)?.priceUsd).toBe(3)
    expect(positionOf(fresh)).toEqual(positionOf(all.holder()))
    expect(all.problems).toEqual([])
  },
)

test('one that starts while the shared system is away is ready within three seconds, and joins when it is back', async () => {
  const all = fleet(new Map([[FIG, { symbol: 'FIG', priceUsd: 2 }]]))
  onTestFinished(all.end)
  all.service = 'refuses'
  const [first, second] = [all.start({ parts: PARTS }), all.start({ parts: PARTS })]
  await all.clock.advance(3_000)
  for (const one of [first, second]) expect(one.service.health().ready).toBe(true)
  all.service = 'serves'
  await all.clock.advance(5_000)
  expect(positionOf(first)).toEqual(positionOf(second))
  all.holder()
})

test('those who go on alone make together no more calls than one may', async () => {
  const market = new Map(Array.from({ length: 300 }, (_, n) => [token(n), { symbol: `FIG${n}`, priceUsd: n + 1 }]))
  const all = fleet(market)
  onTestFinished(all.end)
  const source = { callsPerMinute: 12, batchSize: 5 }
  const both = [all.start({ parts: PARTS, source }), all.start({ parts: PARTS, source })]
  await all.clock.advance(60_000)
  all.service = 'refuses'
  await all.clock.advance(60_000)
  const calls = () => both.flatMap(({ sources }) => sources[0].calls).length
  const before = calls()
  for (let n = 0; n < 600; n++) {
    for (const one of both) one.page(`text ${n}`).catch(() => {})
    await all.clock.advance(1_000)
  }
  expect(calls() - before).toBeGreaterThan(60)
  expect(calls() - before).toBeLessThanOrEqual(12 * 11)
})

describe('whoever starts later', () => {
  test.each([
    ['rarely', 10_000],
    ['several times a second', 100],
  ])('shows every earlier board that the others can still show, when there is a board %s', async (_often, everyMs) => {
    const { all, first } = await two()
    for (let n = 0; n < 150; n++) {
      price(all, 2 + n / 100)
      const page = first.page(`text ${n}`)
      await all.clock.advance(everyMs)
      await page
    }
    const late = all.start({ parts: PARTS })
    await all.clock.advance(100)
    expect(positionOf(late)).toEqual(positionOf(first))
    const { epoch = '', seq = 0 } = positionOf(late)
    const [one, other] = [first, late].map((each) => each.feed.open({ ...VIEW, q: null }, 1000))
    for (let at = seq; at > seq - 64; at--) {
      const state = one?.at({ epoch, seq: at })
      await all.clock.advance(110)
      expect(state, `${seq - at} boards ago`).toMatchObject({ rows: expect.anything() })
      expect(other?.at({ epoch, seq: at })).toMatchObject({ rows: (state as { rows: unknown }).rows })
    }
    expect(all.problems).toEqual([])
  })

  test('can start at any time, however short-lived those before it were', async () => {
    const { all } = await two()
    for (let n = 0; n < 60; n++) {
      price(all, 2 + n / 100)
      all.start({ parts: PARTS })
      await all.clock.advance(2_000)
      all.holder().kill()
      await all.clock.advance(10_500)
    }
    const late = all.start({ parts: PARTS })
    await all.clock.advance(2_000)
    expect(positionOf(late)).toEqual(positionOf(all.holder()))
    expect(all.problems).toEqual([])
  })

  test('is answered what a page further on was, on another instance', async () => {
    const { all, first } = await two()
    const page = await first.page(null, { limit: 1 })
    expect(page.nextCursor).not.toBeNull()
    for (let n = 0; n < 30; n++) {
      price(all, 2 + n / 100)
      await all.clock.advance(10_000)
    }
    const late = all.start({ parts: PARTS })
    await all.clock.advance(100)
    const next = { limit: 1, cursor: page.nextCursor }
    expect(await late.page(null, next)).toMatchObject(pick(await first.page(null, next)))
  })
})

function pick({ rows, snapshot, nextCursor }: Awaited<ReturnType<Instance['page']>>) {
  return { rows, snapshot, nextCursor }
}

describe('a board that takes long to write and to read', () => {
  /** As many tokens as take so many turns. */
  async function large(turnMs: number) {
    const tokens = Array.from({ length: 1_000 }, (_, n) => [token(n), { symbol: `FIG${n}`, priceUsd: n + 1 }] as const)
    const all = fleet(new Map(tokens))
    onTestFinished(all.end)
    const watch = Array.from({ length: 100 }, (_, n) => `FIG${n}`)
    const start = () => all.start({ parts: { watch }, turnMs })
    const first = start()
    await all.clock.advance(60_000)
    expect((await first.page(null)).rows).toHaveLength(30)
    expect(all.memory.snapshot?.body.length).toBeGreaterThan(5)
    return { all, first, start }
  }

  test('is taken over whole by whoever starts, while the one that decides goes on', async () => {
    const { all, first, start } = await large(100)
    const late = start()
    for (let n = 0; n < 20; n++) {
      price(all, 2 + n)
      await all.clock.advance(500)
    }
    expect(first.isDeciding()).toBe(true)
    expect(positionOf(late)).toEqual(positionOf(first))
    expect([...late.shown].every(([at, content]) => first.shown.get(at) === content)).toBe(true)
    expect(all.problems).toEqual([])
  })

  test('begins a new epoch though the lease runs out while it is written', async () => {
    const { all, first } = await large(900)
    const { epoch } = positionOf(first)
    all.emptyShared()
    await all.clock.advance(30_000)
    expect(positionOf(first).epoch).not.toBe(epoch)
    expect(first.isDeciding()).toBe(true)
    expect(all.memory.snapshot?.body.length).toBeGreaterThan(5)
    expect((await first.page(null)).rows).toHaveLength(30)
    expect(all.problems).toEqual([])
  })

  test('is no reason to wait for the next tick', async () => {
    const { all, first } = await large(900)
    for (let n = 0; n < 40; n++) {
      const { seq = 0 } = positionOf(first)
      const page = first.page(`text ${n}`)
      await all.clock.advance(200)
      await page
      expect(positionOf(first).seq).toBeGreaterThan(seq)
    }
  })
})

describe('what this program did not write', () => {
  const garbage = ['garbage', 'null', '{}', '{"asOfMs":1,"upserts":[null]}', '{"rows":[],"news":null}']

  test.each(garbage)('in the log (%s) stops nobody for long', async (body) => {
    const { all, first, second } = await two()
    const { epoch = '', seq = 0 } = positionOf(first)
    first.kill()
    second.sleep()
    const entry = { kind: 'tick', epoch, seq: seq + 1, body } as const
    Object.assign(all.memory, { entries: [...all.memory.entries, entry], head: { epoch, seq: seq + 1, nonce: null } })
    second.wake()
    await all.clock.advance(40_000)
    expect(second.isDeciding()).toBe(true)
    expect(row(second, FIG)).toMatchObject({ priceUsd: 2, status: 'ok' })
    const late = all.start({ parts: PARTS })
    await all.clock.advance(5_000)
    expect(positionOf(late)).toEqual(positionOf(second))
    expect(all.problems).toEqual([])
    expect(second.log.lines.filter(({ message }) => message === 'shared board failed').length).toBeLessThan(1000)
  })

  test.each(garbage.slice(0, 2))('in place of the snapshot (%s) stops nobody for long', async (body) => {
    const { all, first } = await two()
    Object.assign(all.memory, { snapshot: { ...all.memory.snapshot, body } })
    const late = all.start({ parts: PARTS })
    await all.clock.advance(60_000)
    expect(late.service.health().ready).toBe(true)
    for (let n = 0; n < 90; n++) {
      price(all, 2 + n / 100)
      await all.clock.advance(10_000)
    }
    expect(positionOf(late)).toEqual(positionOf(first))
    expect(all.problems).toEqual([])
  })

  test('or lost in part, without the board to which the log belongs, is put right by whoever has a board', async () => {
    const { all, first, second } = await two()
    first.kill()
    second.sleep()
    const { epoch = '', seq = 0 } = positionOf(first)
    Object.assign(all.memory, { snapshot: null, entries: [], head: { epoch, seq: seq + 50, nonce: null } })
    second.wake()
    await all.clock.advance(30_000)
    expect(second.isDeciding()).toBe(true)
    expect(row(second, FIG)).toMatchObject({ priceUsd: 2, status: 'ok' })
    const late = all.start({ parts: PARTS })
    await all.clock.advance(5_000)
    expect(positionOf(late)).toEqual(positionOf(second))
  })
})

test('news hold the grounds of what was decided anew, and no others', async () => {
  const { all, first } = await two()
  for (let n = 100; n < 160; n++) all.market.set(token(n), { symbol: `KIWI${n}`, priceUsd: n })
  const page = first.page('KIWI')
  await all.clock.advance(60_000)
  await page
  for (const source of first.sources) source.behaviour = 'fails'
  await all.clock.advance(20_000)
  const { seq = 0 } = positionOf(first)
  const detail = first.service.token(PLUM)
  for (const source of first.sources) source.behaviour = 'answers'
  await all.clock.advance(20)
  await detail
  const news = all.memory.entries.flatMap((entry) => (entry.kind === 'tick' && entry.seq > seq ? [entry.body] : []))
  const ids = news.flatMap((body) => (JSON.parse(body) as { bases: { id: string }[] }).bases.map(({ id }) => id))
  expect(ids).toEqual([PLUM])
})

test('whoever takes over decides nothing anew without news', async () => {
  const { all, first, second } = await two()
  for (let n = 100; n < 160; n++) all.market.set(token(n), { symbol: `KIWI${n}`, priceUsd: n })
  const page = second.page('KIWI')
  await all.clock.advance(1_000)
  expect((await page).rows).toHaveLength(30)
  for (const source of second.sources) source.behaviour = 'fails'
  const { seq = 0 } = positionOf(second)
  first.kill()
  await all.clock.advance(5_000)
  expect(second.isDeciding()).toBe(true)
  const news = all.memory.entries.flatMap((entry) => (entry.kind === 'tick' && entry.seq > seq ? [entry.body] : []))
  expect(news.length).toBeGreaterThan(0)
  for (const body of news) expect((JSON.parse(body) as { bases: unknown[] }).bases).toEqual([])
})

test('a hundred changes of who decides leave nothing behind', async () => {
  const { all } = await two()
  for (let n = 0; n < 100; n++) {
    all.start({ parts: PARTS })
    await all.clock.advance(1_000)
    all.holder().kill()
    await all.clock.advance(3_000)
  }
  expect(all.memory.entries.length).toBeLessThanOrEqual(88)
  expect(all.memory.readers.size).toBeLessThan(10)
  all.holder()
  expect(all.problems).toEqual([])
})

test('what nobody could answer is no answer on any instance', async () => {
  const { all, first, second } = await two()
  for (const source of first.sources) source.behaviour = 'fails'
  const code = codeOf(second.page('mango'))
  await all.clock.advance(6_000)
  expect(await code).toBe('no_data')
})
