import { describe, expect, it } from 'vitest'
import { systemClock } from '../../src/adapters/clock/system.ts'
import { canonicalAddress, NETWORKS, networkOf, type TokenId } from '../../src/domain/tokens/identity.ts'
import { observedToken } from '../../src/domain/tokens/observation.ts'
import type { SourceAnswer } from '../../src/ports/token-source.ts'
import { adapters, always, failureOf, patient, start } from '../adapters/sources/adapters.ts'
import { MOON, manyUnheardOf, SEED, UNHEARD_OF } from '../adapters/sources/tokens.ts'
import { fakeClock } from '../support/fake-clock.ts'

/** Each asked token is either told of or unresolved, once. */
function expectEachOnce(answer: SourceAnswer, asked: readonly TokenId[]): void {
  const told = new Set(answer.observations.map(observedToken))
  const unresolved = answer.unresolved.map(({ id }) => id)
  expect(new Set(unresolved).size).toBe(unresolved.length)
  for (const id of asked) expect([told.has(id), unresolved.includes(id)]).toContain(true)
  for (const id of unresolved) expect(told.has(id)).toBe(false)
  expect(unresolved.every((id) => asked.includes(id))).toBe(true)
}

describe.each(adapters)('token source: $name', (adapter) => {
  const servesAll = adapter.unserved === null ? ' (skipped: it serves every network)' : ''

  it('says of itself what it is', async () => {
    const { source } = await start(adapter, { perMinute: 17 })
    const { name, batchSize, searches } = adapter
    expect(source).toMatchObject({ name, batchSize, searches, callsPerMinute: 17 })
    expect(source.supports('solana')).toBe(true)
    expect(NETWORKS.every((network) => source.supports(network))).toBe(adapter.unserved === null)
  })

  it('has a pace of its own when none is configured', () => {
    const source = adapter.make({ clock: systemClock(), random: () => 0 })
    expect(source.callsPerMinute).toBeGreaterThan(0)
    expect(source.callsLeft()).toBe(source.callsPerMinute)
  })

  it('finds a token that it lists, by its address', async () => {
    const { source } = await start(adapter)
    const answer = await source.lookup([MOON], patient)
    const prices = answer.observations.filter((row) => observedToken(row) === MOON).map(({ priceUsd }) => priceUsd ?? 0)
    expect(prices.length).toBeGreaterThan(0)
    for (const price of prices) expect(price).toBeCloseTo(0.5, 1)
  })

  it('answers each asked token exactly once, up to the size of its batch, repeated ones too', async () => {
    const { source } = await start(adapter)
    const asked = [MOON, ...manyUnheardOf(adapter.batchSize - 1)]
    expectEachOnce(await source.lookup(asked, patient), asked)
    expectEachOnce(await source.lookup([UNHEARD_OF, UNHEARD_OF], patient), [UNHEARD_OF])
  })

  it('says why a token has no observation', async () => {
    const { source } = await start(adapter)
    const { unresolved } = await source.lookup([UNHEARD_OF], patient)
    expect(unresolved).toEqual([{ id: UNHEARD_OF, reason: 'not_listed' }])
  })

  it.skipIf(adapter.unserved === null)(
    `answers for a network that it does not serve without asking${servesAll}`,
    async () => {
      const { source, upstream } = await start(adapter)
      const id = adapter.unserved ?? MOON
      expect(await source.lookup([id], patient)).toMatchObject({
        observations: [],
        unresolved: [{ id, reason: 'unsupported_network' }],
      })
      expect(upstream.paths).toEqual([])
    },
  )

  it('searches with one request, or not at all where it cannot', async () => {
    const { source, upstream } = await start(adapter)
    const answer = await source.search('moon & co/ü?', patient)
    expect(answer.unresolved).toEqual([])
    expect(answer.observations.length > 0).toBe(adapter.searches)
    expect(upstream.paths).toHaveLength(adapter.searches ? 1 : 0)
    for (const path of upstream.paths) expect(path).toContain('moon%20%26%20co%2F%C3%BC%3F')
  })

  it('signs every observation, stamps it with its arrival less its age, and keeps addresses in comparing form', async () => {
    const clock = fakeClock()
    const { source } = await start(adapter, { clock })
    const answers = [await source.lookup([MOON], patient), await source.search('moon', patient)]
    for (const row of answers.flatMap(({ observations }) => observations)) {
      expect(row).toMatchObject({ source: adapter.name, observedAtMs: clock.nowMs() - 5000 })
      expect(canonicalAddress(networkOf(observedToken(row)), row.token)).toBe(row.token)
      expect(row.base).toBe(row.token)
    }
    expect(answers[0]).toMatchObject({ source: adapter.name, observedAtMs: clock.nowMs() - 5000 })
  })

  it('tells at most one thing of a pool and a token', async () => {
    const { source } = await start(adapter)
    const { observations } = await source.lookup([MOON], patient)
    const keys = observations.map((row) => `${observedToken(row)} ${row.pool}`)
    expect(new Set(keys).size).toBe(keys.length)
  })

  it('counts down the calls left, refuses beyond them without a request, and has them back a minute later', async () => {
    const clock = fakeClock()
    const { source, upstream } = await start(adapter, { clock, perMinute: 2 })
    expect(source.callsLeft()).toBe(2)
    await source.lookup([MOON], patient)
    expect(source.callsLeft()).toBe(1)
    await source.lookup([MOON], patient)
    expect(source.callsLeft()).toBe(0)
    expect(await failureOf(source.lookup([MOON], patient))).toMatchObject({
      reason: 'budget_spent',
      retryAfterMs: 60_000,
    })
    expect(upstream.paths).toHaveLength(2)
    await clock.advance(60_000)
    expect(source.callsLeft()).toBe(2)
  })

  it('asks a second time only where that can fill a hole', async () => {
    const { source, upstream } = await start(adapter)
    await source.lookup([SEED], patient)
    expect(upstream.paths).toHaveLength(adapter.requestsPerPoorLookup)
  })

  it('asks before each request but the first of a call, and does without those that it may not make', async () => {
    let asked = 0
    const { source, upstream } = await start(adapter)
    source.permitFurther(async () => {
      asked += 1
      return false
    })
    expectEachOnce(await source.lookup([SEED], patient), [SEED])
    expect(upstream.paths).toHaveLength(1)
    expect(asked).toBe(adapter.requestsPerPoorLookup - 1)
    const unwell = await start(adapter, { handler: always(503, {}) })
    unwell.source.permitFurther(async () => false)
    expect((await failureOf(unwell.source.lookup([MOON], patient))).reason).toBe('http_error')
    expect(unwell.upstream.paths).toHaveLength(1)
  })

  it.each([
    ['an error of its service', always(500, {}), 'http_error'],
    ['a refusal', always(429, {}, { 'retry-after': '7' }), 'rate_limited'],
    ['a closed door', always(403, {}), 'unauthorized'],
    ['a redirect', always(302, {}, { location: '/elsewhere' }), 'redirect'],
    ['a page', always(200, {}, { 'content-type': 'text/html' }), 'not_json'],
    ['a body of another shape', always(200, 7), 'bad_body'],
    ['a body of null', always(200, null), 'bad_body'],
  ] as const)('fails as a whole with the reason of %s', async (_what, handler, reason) => {
    const { source } = await start(adapter, { handler })
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe(reason)
  })

  it('makes no request while its service wants none', async () => {
    const { source, upstream } = await start(adapter, { handler: always(429, {}, { 'retry-after': '7' }) })
    await failureOf(source.lookup([MOON], patient))
    expect(source.callsLeft()).toBe(0)
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe('rate_limited')
    expect(upstream.paths).toHaveLength(1)
  })

  it('fails in time when nobody answers, and when its caller gives up', async () => {
    const { source } = await start(adapter, { handler: () => {}, timeoutMs: 100 })
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe('timeout')
    expect((await failureOf(source.lookup([MOON], AbortSignal.timeout(20)))).reason).toBe('timeout')
  })

  it('fails when its service is gone', async () => {
    const { source, upstream } = await start(adapter)
    await upstream.close()
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe('network')
  })

  it('asks nothing more once it is closed; closing twice does no harm', async () => {
    const { source, upstream } = await start(adapter)
    await source.close()
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe('network')
    expect(upstream.paths).toEqual([])
    await source.close()
  })

  it('sends its key in a header and nowhere else', async () => {
    const { source, upstream } = await start(adapter, { apiKey: 'a-secret' })
    await source.lookup([MOON], patient)
    expect(upstream.paths.join()).not.toContain('a-secret')
    const carried = upstream.requests.flatMap(({ headers }) =>
      Object.keys(headers).filter((name) => headers[name] === 'a-secret'),
    )
    expect(carried).toEqual(adapter.keyHeader === null ? [] : [adapter.keyHeader])
  })
})
