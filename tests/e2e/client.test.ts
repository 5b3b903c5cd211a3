import { hc } from 'hono/client'
import { afterAll, beforeAll, describe, expect, expectTypeOf, test } from 'vitest'
import type { AppType } from '../../src/app/compose.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'

const SOL = { network: 'solana', address: 'So11111111111111111111111111111111111111112' } as const

let simulator: Awaited<ReturnType<typeof simulated>>
let service: ServiceProcess
let client: ReturnType<typeof hc<AppType>>

beforeAll(async () => {
  simulator = await simulated({ tokens: 40 })
  service = await startService({ ...upstreams(simulator.urls), ...QUICK })
  await untilReady(service.url)
  client = hc<AppType>(service.url)
})
afterAll(async () => {
  await service[Symbol.asyncDispose]()
  await simulator.close()
})

describe('the typed client', () => {
  test('lists tokens, and knows that a price may be absent', async () => {
    const response = await client.v1.tokens.$get({ query: { q: 'SOL', sort: 'liquidity', limit: '3' } })
    if (!response.ok) throw new Error('not listed')
    const page = await response.json()
    expectTypeOf<(typeof page.data)[0]['price_usd']>().toEqualTypeOf<number | null>()
    expectTypeOf<(typeof page.data)[0]['status']>().toEqualTypeOf<
      'ok' | 'thin' | 'disputed' | 'held' | 'stale' | 'unknown'
    >()
    expect(page.data).toHaveLength(3)
    expect(page.snapshot.sources.map(({ name }) => name)).toEqual(['dexscreener', 'jupiter', 'geckoterminal'])
  })

  test('walks every page of one moment by its cursors', async () => {
    const ids: string[] = []
    const epochs = new Set<string>()
    for (let cursor: string | null = ''; cursor !== null; ) {
      const query: { limit: string; cursor?: string } = { limit: '4', ...(cursor !== '' && { cursor }) }
      const response = await client.v1.tokens.$get({ query })
      if (!response.ok) throw new Error('not listed')
      const page = await response.json()
      ids.push(...page.data.map(({ id }) => id))
      epochs.add(`${page.snapshot.epoch}-${page.snapshot.seq}`)
      cursor = page.next_cursor
    }
    expect(ids.length).toBeGreaterThan(4)
    expect(new Set(ids).size).toBe(ids.length)
    expect(epochs.size).toBe(1)
  })

  test('lists tokens for clients of the earlier service', async () => {
    const response = await client.api.tokens.$get({ query: {} })
    if (!response.ok) throw new Error('not listed')
    const [first] = await response.json()
    expectTypeOf(first?.price_sol).toEqualTypeOf<number | null | undefined>()
    expect(Object.keys(first ?? {})[0]).toBe('token_address')
  })

  test('shows one token with the origin and the age of its price', async () => {
    const ask = () => client.v1.tokens[':network'][':address'].$get({ param: SOL, query: {} })
    const response = await eventually(ask, ({ ok }) => ok)
    if (!response.ok) throw new Error('not shown')
    const token = await response.json()
    expectTypeOf(token.price_usd.value).toEqualTypeOf<number | null>()
    expect(token.price_sol.value).toBe(1)
    expect(['dexscreener', 'jupiter', 'geckoterminal']).toContain(token.price_usd.source)
    expect(token.age_ms).toBeGreaterThanOrEqual(0)
    expect(token.pools.length).toBeGreaterThan(0)
  })

  test('explains a price', async () => {
    const ask = async () => {
      const response = await client.v1.tokens[':network'][':address'].explain.$get({ param: SOL, query: {} })
      if (!response.ok) throw new Error('not explained')
      return response.json()
    }
    const explanation = await eventually(ask, ({ inputs }) => inputs.length > 1)
    expectTypeOf(explanation.algo).toEqualTypeOf<'merge/1'>()
    expect(explanation.algo).toBe('merge/1')
    expect(explanation.result.price_usd).toBe(explanation.published.price_usd)
  })

  test('looks tokens up, known and unknown, in the order of asking', async () => {
    const known = `solana:${SOL.address}`
    const response = await client.v1.tokens.lookup.$post({ query: {}, json: { ids: ['mars:x', known, 'nothing'] } })
    if (!response.ok) throw new Error('not looked up')
    const { data } = await response.json()
    expect(data.map((entry) => ('reason' in entry ? entry.reason : entry.price_sol))).toEqual([
      'unknown_network',
      1,
      'malformed_id',
    ])
  })

  test('reads an error as the problem it is', async () => {
    const response = await client.v1.tokens.$get({ query: { limit: '0' } })
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    if (response.ok) throw new Error('not refused')
    const problem = await response.json()
    expect(problem).toMatchObject({ code: 'invalid_parameter', status: 400, errors: [{ in: 'query', path: 'limit' }] })
  })

  test('does not compile with a parameter or a network that there is not', () => {
    const never = () => [
      // @ts-expect-error there is no such order
      client.v1.tokens.$get({ query: { sort: 'luck' } }),
      // @ts-expect-error there is no such network
      client.v1.tokens[':network'][':address'].$get({ param: { network: 'mars', address: 'x' }, query: {} }),
      // @ts-expect-error there is no such path
      client.v1.fortune,
    ]
    expect(never).toBeTypeOf('function')
  })
})
