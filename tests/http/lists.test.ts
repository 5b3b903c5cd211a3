import { describe, expect, test } from 'vitest'
import { CompatibilityTokenSchema, PageSchema } from '../../src/adapters/http/schemas/token.ts'
import { type TokenId, WRAPPED_SOL } from '../../src/domain/tokens/identity.ts'
import { fakeService, row, rows } from '../support/fake-service.ts'
import { testHttp } from '../support/http.ts'

const TEN_KEYS = [
  'token_address',
  'token_name',
  'token_ticker',
  'price_sol',
  'market_cap_sol',
  'volume_sol',
  'liquidity_sol',
  'transaction_count',
  'price_1hr_change',
  'protocol',
]

interface Page {
  data: Record<string, unknown>[]
  next_cursor: string | null
  snapshot: { seq: number }
}
const pageOf = async (response: Response) => (await response.json()) as Page
const listOf = async (response: Response) => (await response.json()) as Record<string, unknown>[]

describe('GET /api/tokens', () => {
  test('sends the first ten keys byte for byte as earlier clients know them', async () => {
    const { get } = testHttp()
    const body = await (await get('/api/tokens?limit=1')).text()
    expect(body.slice(0, body.indexOf(',"network"'))).toBe(
      '[{"token_address":"So11111111111111111111111111111111111111112","token_name":"Wrapped SOL","token_ticker":"SOL",' +
        '"price_sol":1,"market_cap_sol":7968.12749003984,"volume_sol":39.8406374501992,"liquidity_sol":334.6613545816733,' +
        '"transaction_count":700,"price_1hr_change":-2.5,"protocol":"orca"',
    )
  })

  test('every row has the ten keys first, null for what nobody said', async () => {
    const unknown = row('solana:Nothing1111111111111111111111111111111111' as TokenId, {
      name: null,
      symbol: null,
      priceUsd: null,
      liquidityUsd: null,
      marketCapUsd: null,
      dex: null,
      observedAtMs: null,
      status: 'unknown',
      changePct: { '5m': null, '1h': null, '6h': null, '24h': null, '7d': null },
    })
    const list = await listOf(await testHttp({}, fakeService([unknown])).get('/api/tokens'))
    expect(Object.keys(list[0] ?? {}).slice(0, 10)).toEqual(TEN_KEYS)
    expect(list[0]).toMatchObject({ token_name: null, price_sol: null, market_cap_sol: null, observed_at: null })
    expect(() => CompatibilityTokenSchema.array().parse(list)).not.toThrow()
  })

  test('asks for SOL when the client asks for nothing', async () => {
    const { get, service } = testHttp()
    await get('/api/tokens')
    expect(service.asked.page[0]?.view).toMatchObject({ q: 'SOL', sort: 'volume', order: 'desc', window: '24h' })
    expect(service.asked.page[0]?.limit).toBe(30)
  })

  test('counts volume and transactions in the asked window', async () => {
    const list = await listOf(await testHttp().get('/api/tokens?window=1h&limit=1'))
    expect(list[0]).toMatchObject({ volume_sol: 200 / 125.5, transaction_count: 40, price_1hr_change: -2.5 })
  })

  test('names the next page by a path alone, and a walk over all pages gives each token once', async () => {
    const { get } = testHttp()
    const seen: unknown[] = []
    let path: string | undefined = '/api/tokens?q=a%26b&limit=7&utm=x'
    for (let pages = 0; path !== undefined && pages < 20; pages++) {
      const response: Response = await get(path, { headers: { host: 'evil.example' } })
      expect(response.status).toBe(200)
      seen.push(...(await listOf(response)).map((token) => token['token_address']))
      const link: string | null = response.headers.get('link')
      expect(link === null).toBe(response.headers.get('x-next-cursor') === null)
      if (link !== null) expect(link).toMatch(/^<\/api\/tokens\?q=a%26b&limit=7&utm=x&cursor=[\w-]+>; rel="next"$/)
      path = link === null ? undefined : link.slice(1, link.indexOf('>'))
    }
    expect(seen).toHaveLength(40)
    expect(new Set(seen).size).toBe(40)
  })

  test('ignores keys it does not know', async () => {
    expect((await testHttp().get('/api/tokens?utm_source=x&limit=1')).status).toBe(200)
  })
})

describe('GET /v1/tokens', () => {
  test('sends rows of the documented shape with their snapshot', async () => {
    const response = await testHttp().get('/v1/tokens?limit=2')
    expect(response.headers.get('content-type')).toBe('application/json')
    const page = PageSchema.parse(await response.json())
    expect(page.data[0]).toMatchObject({
      id: WRAPPED_SOL,
      price_usd: 125.5,
      price_sol: 1,
      observed_at: '2026-11-20T11:59:58.000Z',
    })
    expect(Object.keys(page.data[0]?.volume_usd ?? {})).toEqual(['5m', '1h', '6h', '24h', '7d'])
    expect(page.snapshot.sources).toEqual([
      { name: 'dexscreener', ok: true, observed_at: '2026-11-20T11:59:58.000Z' },
      { name: 'jupiter', ok: false, reason: 'timeout', observed_at: null },
    ])
  })

  test('hands every parameter to the service', async () => {
    const { get, service } = testHttp()
    const query =
      'q=%20bonk%20&network=solana&sort=age&order=asc&window=5m&limit=250&min_liquidity_usd=12.5&max_age_seconds=2'
    expect((await get(`/v1/tokens?${query}`)).status).toBe(200)
    expect(service.asked.page).toEqual([
      {
        view: { q: 'bonk', network: 'solana', sort: 'age', order: 'asc', window: '5m', minLiquidityUsd: 12.5 },
        limit: 250,
        cursor: null,
        maxAgeSeconds: 2,
      },
    ])
  })

  test('has no age in a row, because the body is prepared', async () => {
    const page = await pageOf(await testHttp().get('/v1/tokens?limit=1'))
    expect(page.data[0]).not.toHaveProperty('age_ms')
  })

  test.each(['/v1/tokens', '/api/tokens'])(
    'include=spark adds the recorded points of the last day to %s',
    async (path) => {
      const spark = [...Array(23).fill(null), 125.5]
      const { get } = testHttp({}, fakeService([row(WRAPPED_SOL, { spark })]))
      const body = await (await get(`${path}?include=spark`)).json()
      const [first] = path === '/v1/tokens' ? PageSchema.parse(body).data : CompatibilityTokenSchema.array().parse(body)
      expect(first?.spark).toEqual(spark)
    },
  )

  test('include=spark adds the key, null while nothing is recorded', async () => {
    const { get } = testHttp()
    expect((await pageOf(await get('/v1/tokens?limit=1&include=spark'))).data[0]).toMatchObject({ spark: null })
    expect((await pageOf(await get('/v1/tokens?limit=1'))).data[0]).not.toHaveProperty('spark')
  })

  test('a cursor shows the snapshot it was made on, though the board moved on', async () => {
    const { get, service } = testHttp()
    const first = await pageOf(await get('/v1/tokens?limit=30'))
    service.tick(rows(5))
    const second = await pageOf(await get(`/v1/tokens?limit=30&cursor=${first.next_cursor}`))
    expect(second.snapshot.seq).toBe(first.snapshot.seq)
    expect(second.data).toHaveLength(10)
    expect(second.next_cursor).toBeNull()
  })

  test('a time that no calendar holds is null instead of a failure', async () => {
    const odd = row(WRAPPED_SOL, { createdAtMs: 9e15 })
    const page = await pageOf(await testHttp({}, fakeService([odd])).get('/v1/tokens'))
    expect(page.data[0]?.['created_at']).toBeNull()
  })
})
