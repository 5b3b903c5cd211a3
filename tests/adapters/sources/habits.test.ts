import { describe, expect, it } from 'vitest'
import { observedToken } from '../../../src/domain/tokens/observation.ts'
import { type Handler, sendJson } from '../../support/upstream.ts'
import { type Adapter, adapters, always, failureOf, patient, serving, start } from './adapters.ts'
import { fixture, MOON, manyUnheardOf, SEED } from './tokens.ts'

function adapterNamed(name: string): Adapter {
  const found = adapters.find((adapter) => adapter.name === name)
  if (found === undefined) throw new Error(`no adapter ${name}`)
  return found
}

describe('one source at its service', () => {
  const gecko = adapterNamed('geckoterminal')
  const jupiter = adapterNamed('jupiter')

  it('GeckoTerminal: a 401 is a limit of the plan, not a wrong key', async () => {
    const { source } = await start(gecko, { handler: always(401, fixture('geckoterminal/plan-limit')) })
    expect((await failureOf(source.lookup([MOON], patient))).reason).toBe('http_error')
  })

  it('GeckoTerminal: retry-after: 0 beside a 429 still means to stay away', async () => {
    const handler = always(429, fixture('geckoterminal/rate-limited'), { 'retry-after': '0' })
    const { source } = await start(gecko, { handler })
    expect((await failureOf(source.lookup([MOON], patient))).retryAfterMs).toBeGreaterThanOrEqual(2500)
    expect(source.callsLeft()).toBe(0)
  })

  it('Jupiter: when only the second request fails, the first one stands', async () => {
    const whole = serving(jupiter)
    const handler: Handler = (request, response) =>
      request.url?.startsWith('/price') ? sendJson(response, {}, { status: 404 }) : whole(request, response)
    const { source } = await start(jupiter, { handler })
    const answer = await source.lookup([MOON, SEED], patient)
    expect(answer.observations.map(observedToken)).toContain(MOON)
    expect(answer.unresolved).toEqual([{ id: SEED, reason: 'no_price' }])
  })

  it('Jupiter: prices are asked once, for at most fifty mints', async () => {
    const { source, upstream } = await start(jupiter, { handler: always(200, []) })
    await source.lookup(manyUnheardOf(100), patient)
    expect(upstream.paths).toHaveLength(2)
    expect(upstream.paths[1]?.split(',')).toHaveLength(50)
  })
})
