import { describe, expect, onTestFinished, test } from 'vitest'
import { WRAPPED_SOL } from '../../../src/domain/tokens/identity.ts'
import { type Fleet, fleet, type Instance } from '../../support/instances.ts'
import { asked, codeOf, token, VIEW } from '../../support/live-tokens.ts'

const FIG = token(1)
const PLUM = token(2)
const NOWHERE = token(3)

/** Two instances, of which the first decides; what is watched is on both boards. */
async function pair(
  refreshMs = 10_000,
): Promise<{ readonly all: Fleet; readonly holder: Instance; readonly follower: Instance }> {
  const all = fleet(
    new Map([
      [FIG, { symbol: 'FIG', priceUsd: 2, volumeUsd: 700 }],
      [PLUM, { symbol: 'PLUM', priceUsd: 3 }],
      [WRAPPED_SOL, { symbol: 'SOL', priceUsd: 100 }],
    ]),
  )
  onTestFinished(all.end)
  const parts = { watch: ['FIG'], refreshMs }
  const holder = all.start({ parts })
  await all.clock.advance(5_000)
  const follower = all.start({ parts })
  await all.clock.advance(5_000)
  expect([holder.isDeciding(), follower.isDeciding()]).toEqual([true, false])
  return { all, holder, follower }
}

/** Turns the clock until it settles; how long that took, in milliseconds. */
async function tookMs(all: Fleet, promise: Promise<unknown>): Promise<number> {
  const startMs = all.clock.monotonicMs()
  let endMs: number | null = null
  const end = () => {
    endMs = all.clock.monotonicMs()
  }
  promise.then(end, end)
  while (endMs === null && all.clock.monotonicMs() - startMs < 20_000) await all.clock.advance(10)
  return (endMs ?? Number.POSITIVE_INFINITY) - startMs
}

test('one that follows shows every board as the one that decides does, and calls no source', async () => {
  const { all, holder, follower } = await pair()
  const first = all.memory.head?.seq ?? 0
  for (let n = 0; n < 60; n++) {
    all.market.set(FIG, { symbol: 'FIG', priceUsd: 2 + n / 10, volumeUsd: 700 })
    await all.clock.advance(5_000)
  }
  const { epoch = '', seq = 0 } = all.memory.head ?? {}
  expect(seq).toBeGreaterThan(first + 25)
  for (let n = first + 1; n <= seq; n++) {
    expect(follower.shown.get(`${epoch}-${n}`)).toBe(holder.shown.get(`${epoch}-${n}`))
  }
  expect(all.problems).toEqual([])
  for (const source of follower.sources) expect(source.calls).toEqual([])
})

test('one that follows is ready, and says of the sources what the one that decides says', async () => {
  const { all, holder, follower } = await pair()
  expect(follower.service.health()).toEqual({ ready: true, reasons: [], sources: holder.service.health().sources })
  for (const source of holder.sources) source.behaviour = 'fails'
  await all.clock.advance(45_000)
  expect(follower.service.health().ready).toBe(false)
  expect(follower.service.health()).toEqual(holder.service.health())
})

describe('what the board lacks is brought for a client of one that follows:', () => {
  test('a text, with one search for each source, at once', async () => {
    const { all, holder, follower } = await pair()
    const page = follower.page('PLUM')
    expect(await tookMs(all, page)).toBeLessThanOrEqual(10)
    expect((await page).rows.map(({ id }) => id)).toEqual([PLUM])
    for (const source of holder.sources) expect(asked(source).filter((line) => line === 'search PLUM')).toHaveLength(1)
    for (const source of follower.sources) expect(source.calls).toEqual([])
  })

  test('a text that nothing matches, as an empty list', async () => {
    const { all, follower } = await pair()
    const page = follower.page('nothing of the kind')
    expect(await tookMs(all, page)).toBeLessThanOrEqual(10)
    expect((await page).rows).toEqual([])
  })

  test('a token, whose explanation is the same on both', async () => {
    const { all, holder, follower } = await pair()
    const token = follower.service.token(PLUM)
    expect(await tookMs(all, token)).toBeLessThanOrEqual(10)
    expect(await token).toEqual(await holder.service.token(PLUM))
    expect((await token).merged).toMatchObject({ priceUsd: 3, status: 'ok' })
  })

  test('a token that no source lists, as a token not found', async () => {
    const { all, follower } = await pair()
    const code = codeOf(follower.service.token(NOWHERE))
    expect(await tookMs(all, code)).toBeLessThanOrEqual(10)
    expect(await code).toBe('token_not_found')
  })

  test('many tokens at once, each with its own answer', async () => {
    const { all, follower } = await pair()
    const lookup = follower.service.lookup([PLUM, NOWHERE, FIG, 'solana:nonsense'])
    expect(await tookMs(all, lookup)).toBeLessThanOrEqual(10)
    expect((await lookup).entries.map((entry) => (entry.row === null ? entry.reason : entry.row.symbol))).toEqual([
      'PLUM',
      'not_listed',
      'FIG',
      'malformed_id',
    ])
  })

  test('a live view', async () => {
    const { all, follower } = await pair()
    const view = follower.feed.open({ ...VIEW, q: 'PLUM' }, 30)
    expect(view.state().rows).toEqual([])
    await all.clock.advance(10)
    expect(view.state().rows.map(({ id }) => id)).toEqual([PLUM])
  })
})

test('a token that no source lists is one also when another that none can be asked about is asked for with it', async () => {
  const { all, holder, follower } = await pair(1_000)
  const mute = 'ethereum:0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48'
  for (const source of holder.sources) Object.assign(source, { supports: (network: string) => network === 'solana' })
  const lookup = follower.service.lookup([NOWHERE, mute])
  expect(await tookMs(all, lookup)).toBeLessThanOrEqual(5_000)
  expect((await lookup).entries.map((entry) => (entry.row === null ? entry.reason : null))).toEqual([
    'not_listed',
    'sources_unavailable',
  ])
})

test('what clients of one that follows use stays fresh, and no longer than five minutes after', async () => {
  const { all, holder, follower } = await pair()
  const page = follower.page('PLUM')
  const detail = follower.service.token(WRAPPED_SOL)
  await all.clock.advance(100)
  await Promise.all([page, detail])
  const searches = () => asked(holder.sources[0]).filter((line) => line === 'search PLUM').length
  for (let n = 0; n < 20; n++) {
    await all.clock.advance(30_000)
    const [row] = (await follower.page('PLUM')).rows
    expect(row?.status).toBe('ok')
  }
  await all.clock.advance(660_000)
  const used = searches()
  await all.clock.advance(600_000)
  expect(searches()).toBe(used)
  expect(follower.service.head()?.seq).toBe(holder.service.head()?.seq)
})

test('a live view that is open on one that follows keeps its text fresh', async () => {
  const { all, follower } = await pair()
  const view = follower.feed.open({ ...VIEW, q: 'PLUM' }, 30)
  await all.clock.advance(900_000)
  expect(view.state().rows).toMatchObject([{ id: PLUM, status: 'ok' }])
  view.close()
})

describe('a client of one that follows who limits the age', () => {
  const searches = (holder: Instance) => asked(holder.sources[0]).filter((line) => line === 'search PLUM').length

  /** Both boards have the text, eight seconds old; the next round is far. */
  async function aged() {
    const { all, holder, follower } = await pair(60_000)
    const page = follower.page('PLUM')
    await all.clock.advance(8_000)
    await page
    return { all, holder, follower }
  }

  test('gets the board while it is young enough, and nobody is asked', async () => {
    const { all, holder, follower } = await aged()
    const before = searches(holder)
    const page = follower.page('PLUM', { maxAgeSeconds: 60 })
    expect(await tookMs(all, page)).toBe(0)
    expect(searches(holder)).toBe(before)
  })

  test('otherwise waits for a fresh answer, which the one that decides fetches once for all who wait', async () => {
    const { all, holder, follower } = await aged()
    const before = searches(holder)
    const pages = Array.from({ length: 50 }, () => follower.page('PLUM', { maxAgeSeconds: 1 }))
    expect(await tookMs(all, Promise.all(pages))).toBeLessThanOrEqual(10)
    for (const { rows, snapshot } of await Promise.all(pages)) {
      expect(all.clock.nowMs() - (rows[0]?.observedAtMs ?? 0)).toBeLessThanOrEqual(1_000)
      expect(snapshot).toEqual(holder.service.head())
    }
    expect(searches(holder)).toBe(before + 1)
    for (const source of follower.sources) expect(source.calls).toEqual([])
    expect(all.problems).toEqual([])
  })

  test('is not given the answer to an earlier wish of another', async () => {
    const { all, holder, follower } = await aged()
    for (let n = 1; n <= 3; n++) {
      const before = searches(holder)
      const page = follower.page('PLUM', { maxAgeSeconds: 1 })
      await all.clock.advance(10)
      expect((await page).rows[0]?.observedAtMs).toBeGreaterThanOrEqual(all.clock.nowMs() - 10)
      expect(searches(holder)).toBe(before + 1)
      await all.clock.advance(1_500)
    }
  })

  test('is refused as soon as it is known that there is none', async () => {
    const { all, holder, follower } = await aged()
    for (const source of holder.sources) source.behaviour = 'fails'
    const code = codeOf(follower.page('PLUM', { maxAgeSeconds: 1 }))
    expect(await tookMs(all, code)).toBeLessThanOrEqual(10)
    expect(await code).toBe('too_old')
  })

  test('is refused, and costs nothing, when the calls of clients are used up', async () => {
    const { all, holder, follower } = await aged()
    const calls = () => holder.sources[0].calls.length
    for (const source of holder.sources) Object.assign(source, { callsPerMinute: 2 })
    await all.clock.advance(60_000)
    const before = calls()
    for (let n = 0; n < 30; n++) {
      const code = codeOf(follower.page('PLUM', { maxAgeSeconds: 1 }))
      await all.clock.advance(1_100)
      expect(['too_old', 'none']).toContain(await code)
    }
    expect(calls() - before).toBeLessThanOrEqual(2)
  })
})

test('a text that nobody can answer is refused as soon as that is known', async () => {
  const { all, holder, follower } = await pair()
  for (const source of holder.sources) source.behaviour = 'fails'
  const code = codeOf(follower.page('mango'))
  expect(await tookMs(all, code)).toBeLessThanOrEqual(10)
  expect(await code).toBe('no_data')
})

test('what others waited for long ago is not fetched again by a successor that hears of it', async () => {
  const { all, holder, follower } = await pair()
  for (let n = 0; n < 20; n++) {
    const page = follower.page('PLUM', { maxAgeSeconds: 1 })
    await all.clock.advance(3_000)
    await page
  }
  await all.clock.advance(5_000)
  holder.kill()
  await all.clock.advance(5_000)
  expect(follower.isDeciding()).toBe(true)
  expect(asked(follower.sources[0]).filter((line) => line === 'search PLUM')).toEqual([])
})
