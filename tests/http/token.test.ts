import { describe, expect, test } from 'vitest'
import { DetailSchema } from '../../src/adapters/http/schemas/detail.ts'
import { ExplanationSchema } from '../../src/adapters/http/schemas/explain.ts'
import { LookupSchema } from '../../src/adapters/http/schemas/lookup.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { WRAPPED_SOL } from '../../src/domain/tokens/identity.ts'
import { fakeService, row } from '../support/fake-service.ts'
import { posted, testHttp } from '../support/http.ts'

const PATH = '/v1/tokens/solana/So11111111111111111111111111111111111111112'
const SEEN = '2026-11-20T11:59:58.000Z'

describe('one token', () => {
  test('tells of every value who said it and when', async () => {
    const detail = DetailSchema.strict().parse(await (await testHttp().get(PATH)).json())
    expect(detail.price_usd).toEqual({ value: 125.5, source: 'dexscreener', observed_at: SEEN, pool: 'Pool1' })
    expect(detail.price_sol).toEqual({ value: 1, source: 'jupiter', observed_at: SEEN, reason: null })
    expect(detail.liquidity_usd).toEqual({ value: 42_000, source: 'pools', observed_at: SEEN })
    expect(detail.volume_usd['5m']).toEqual({ value: null, source: null, observed_at: null })
    expect(detail.pools[0]).toMatchObject({
      pool: 'Pool1',
      liquidity_usd: 50_000,
      depth_usd: 42_000,
      witnesses: ['dexscreener'],
    })
    expect(detail.snapshot.seq).toBe(1)
  })

  test('has an age that counts until it was sent', async () => {
    const { get, clock } = testHttp()
    await clock.advance(500)
    expect(await (await get(PATH)).json()).toMatchObject({ age_ms: 2500, pools: [{ age_ms: 2500 }] })
    await clock.advance(1000)
    const later = await get(PATH)
    expect(await later.json()).toMatchObject({ age_ms: 3500 })
    expect(later.headers.get('cache-control')).toBe('no-store')
  })

  test('gives a reason for a status that is not ok, and for a price that is missing', async () => {
    const service = fakeService([row(WRAPPED_SOL, { status: 'unknown', priceUsd: null, observedAtMs: null })])
    const detail = DetailSchema.parse(await (await testHttp({}, service).get(PATH)).json())
    expect(detail.reason).toMatch(/^No source gives a price/)
    expect(detail.price_sol).toEqual({ value: null, source: null, observed_at: null, reason: 'no_price' })
    expect(detail.age_ms).toBeNull()
  })

  test('names the records as the source of its change of seven days, with the time of the price then', async () => {
    const atMs = Date.parse(SEEN) - 7 * 86_400_000
    const changePct = { '5m': null, '1h': null, '6h': null, '24h': null, '7d': -50 }
    const service = fakeService([row(WRAPPED_SOL, { changePct, weekAgo: { priceUsd: 251, atMs } })])
    const detail = DetailSchema.strict().parse(await (await testHttp({}, service).get(PATH)).json())
    const observed_at = '2026-11-13T11:59:58.000Z'
    expect(detail.change_pct['7d']).toEqual({ value: -50, source: 'history', observed_at, reason: null })
    expect(detail.volume_usd['7d']).toEqual({ value: null, source: null, observed_at: null })
  })

  test.each([
    [0.25, 'not_recorded'],
    [null, 'no_price'],
  ])('says why there is no change of seven days when its price is %s', async (priceUsd, reason) => {
    const service = fakeService([row(WRAPPED_SOL, { priceUsd })])
    const detail = DetailSchema.parse(await (await testHttp({}, service).get(PATH)).json())
    expect(detail.change_pct['7d']).toEqual({ value: null, source: null, observed_at: null, reason })
  })

  test('is found by an EVM address in any case', async () => {
    const { get, service } = testHttp()
    await get('/v1/tokens/ethereum/0xC02AAA39B223FE8D0A0E5C4F27EAD9083C756CC2')
    expect(service.asked.token).toEqual(['ethereum:0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2'])
  })

  test('is asked of the service with an address that needs percent-encoding', async () => {
    const { get, service } = testHttp()
    await get(`/v1/tokens/osmosis/${encodeURIComponent('factory/osmo1abc/alloyed')}`)
    expect(service.asked.token).toEqual(['osmosis:factory/osmo1abc/alloyed'])
  })

  test('that no source could be asked about is 503', async () => {
    const { get, service } = testHttp()
    service.fail(new ServiceError('no_data', 'No source could be asked.'))
    expect((await get(PATH)).status).toBe(503)
  })
})

describe('an explanation', () => {
  test('has exactly the published shape', async () => {
    const explanation = ExplanationSchema.strict().parse(await (await testHttp().get(`${PATH}/explain`)).json())
    expect(explanation).toMatchObject({
      algo: 'merge/1',
      id: WRAPPED_SOL,
      now: '2026-11-20T11:59:59.500Z',
      result: { price_usd: 125.5, pool: 'Pool1', band: [0.24, 0.25], status: 'thin', observed_at: SEEN, age_ms: 1500 },
      previous: { price_usd: 0.24, pending: { price_usd: 9, observed_at: '2026-11-20T11:59:53.000Z' } },
      parameters: { max_age_ms: 90_000, agree: 1.05, outlier: 1.25, jump: 10, total: 100, sol_max_age_ms: 300_000 },
      inputs: [
        { source: 'dexscreener', quote_side_usd: 21_000, volume_24h_usd: 5000, depth_usd: 42_000, reason: 'ok' },
      ],
      steps: { sources: [{ source: 'dexscreener', price_usd: 125.5, pool: 'Pool1' }], candidate_usd: 125.5 },
      totals: { liquidity_usd: { value: 42_000, source: 'pools', figures: [{ source: 'pools', value: 42_000 }] } },
      published: { status: 'ok', price_usd: 125.5 },
    })
  })

  test('prints numbers so that they read back to the same double', async () => {
    const priceUsd = 0.1 + 0.2
    const service = fakeService([row(WRAPPED_SOL, { priceUsd })])
    const text = await (await testHttp({}, service).get(`${PATH}/explain`)).text()
    expect(text).toContain('"price_usd":0.30000000000000004')
  })
})

describe('a lookup', () => {
  test('answers every id once, in order, repeated and wrong ones too', async () => {
    const { get, clock } = testHttp()
    await clock.advance(1000)
    const ids = ['solana:nothing', WRAPPED_SOL, 'nowhere:x', WRAPPED_SOL, `solana:${'9'.repeat(40)}`]
    const response = await get('/v1/tokens/lookup', posted({ ids }, 'application/json; charset=utf-8'))
    const found = LookupSchema.parse(await response.json())
    expect(found.data.map((entry) => entry.id)).toEqual(ids)
    expect(found.data[1]).toMatchObject({ status: 'ok', price_sol: 1, age_ms: 3000 })
    expect(found.data[4]).toEqual({ id: ids[4], status: 'unknown', reason: 'not_listed' })
  })

  test('of nothing is an empty list', async () => {
    expect(await (await testHttp().get('/v1/tokens/lookup', posted({ ids: [] }))).json()).toMatchObject({ data: [] })
  })
})
