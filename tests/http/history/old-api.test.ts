import { beforeAll, describe, expect, test } from 'vitest'
import { LAST_MIGRATION } from '../../support/last-migration.ts'
import { BTC, historyHttp, importCoin, record } from './support.ts'

const ETH = { symbol: 'ETH', name: 'Ethereum' }
const MIOTA = { symbol: 'MIOTA', name: 'IOTA' }
/** A coin whose name is another one's symbol. */
const BTCB = { symbol: 'XBT', name: 'ETH' }

const http = historyHttp()
const { get, json, store } = http

beforeAll(async () => {
  await importCoin(store, BTC, [
    record('2021-11-02', 80),
    record('2021-11-08', 100),
    record('2021-11-09', 150, { volume: 0 }),
  ])
  await importCoin(store, ETH, [record('2021-10-10', 4), record('2021-11-09', 5, { marketCap: 0 })])
  await importCoin(store, MIOTA, [record('2021-11-05', 0.5)])
})

type Rows = Record<string, unknown>[]
const symbols = async (path: string) => (await json<Rows>(path)).map((row) => row['symbol'])

describe('/dashboard', () => {
  test('has these eight keys, with the numbers as the file wrote them', async () => {
    const [row] = await json<Rows>('/dashboard?id=btc&date=2021-11-9')
    expect(Object.entries(row ?? {})).toEqual([
      ['crypto', 'Bitcoin'],
      ['symbol', 'BTC'],
      ['price', 150],
      ['24h', 50],
      ['7d', 87.5],
      ['1m', null],
      ['24h-volume', 0],
      ['market-cap', 100],
    ])
  })

  test('has all coins, by symbol, unless some are asked for', async () => {
    expect(await symbols('/dashboard?date=2021-11-09')).toEqual(['BTC', 'ETH', 'MIOTA'])
    expect(await symbols('/dashboard?date=2021-11-09&id=all')).toEqual(['BTC', 'ETH', 'MIOTA'])
    expect(await symbols('/dashboard?date=2021-11-09&id=ALL,btc')).toEqual(['BTC', 'ETH', 'MIOTA'])
    expect(await symbols('/dashboard?date=2021-11-09&id=miota,Btc,btc,')).toEqual(['MIOTA', 'BTC'])
  })

  test.each([
    ['crypto', 'asc', ['BTC', 'ETH', 'MIOTA']],
    ['symbol', 'desc', ['MIOTA', 'ETH', 'BTC']],
    ['price', 'asc', ['MIOTA', 'ETH', 'BTC']],
    ['24h', 'asc', ['BTC', 'ETH', 'MIOTA']],
    ['24h', 'desc', ['BTC', 'ETH', 'MIOTA']],
    ['1m', 'desc', ['ETH', 'BTC', 'MIOTA']],
    ['24h-volume', 'asc', ['BTC', 'ETH', 'MIOTA']],
    ['market-cap', 'asc', ['ETH', 'BTC', 'MIOTA']],
    ['market_cap', 'desc', ['BTC', 'MIOTA', 'ETH']],
  ])('ordered by %s %s, unknown changes last', async (by, type, expected) => {
    expect(await symbols(`/dashboard?date=2021-11-9&order_by=${by}&order_type=${type}`)).toEqual(expected)
  })

  test('is that of today without a date', async () => {
    await importCoin(store, { symbol: 'NEW', name: 'Newcoin' }, [record('2026-11-10', 7)])
    expect(await symbols('/dashboard')).toEqual(['NEW'])
  })

  test('is empty, with 204, where no coin has a record in the thirty days before', async () => {
    for (const path of [
      '/dashboard?date=2013-01-01',
      '/dashboard?date=2021-12-10&id=btc',
      '/dashboard?date=9999-12-31',
    ]) {
      const response = await get(path)
      expect([response.status, await response.text()]).toEqual([204, ''])
    }
    expect(await symbols('/dashboard?date=2021-12-9&id=btc')).toEqual(['BTC'])
  })

  test.each([
    'date=2021-02-30',
    'date=',
    'date=10000-01-01',
    'date=1969-12-31',
    'date=2021-11-09T00:00:00Z',
    'order_by=volume',
    'order_by=',
    'order_type=up',
    'id=',
    'id=,,',
    'id=btc%00',
    'id=btc&id=eth',
    'date=2021-11-9&date=2021-11-9',
  ])('refuses ?%s with the reason in `error`', async (query) => {
    const response = await get(`/dashboard?${query}`)
    const problem = (await response.json()) as { error: string; detail: string; errors: { message: string }[] }
    expect(response.status).toBe(400)
    expect(problem.error).toBe(problem.detail)
    expect(problem.errors[0]?.message).toMatch(/\S{3}/)
  })

  test('names the coins that there are not, some of very many', async () => {
    for (const id of ['nope', 'btc,nope', 'all,nope', 'nope,btc,NOPE2']) {
      const response = await get(`/dashboard?date=2021-11-9&id=${id}`)
      expect(response.status).toBe(404)
      expect(((await response.json()) as { error: string }).error).toContain('nope')
    }
    const many = Array.from({ length: 1000 }, (_, i) => `x${i}`)
      .join(',')
      .slice(0, 4000)
    const { error } = (await (await get(`/dashboard?id=${many}`)).json()) as { error: string }
    expect(error).toMatch(/x0, x1, x2, x3, x4 and \d+ more/)
    expect((await get(`/dashboard?id=${'btc,'.repeat(10_000)}btc`)).status).toBe(414)
    expect((await get(`/dashboard?date=2021-11-9&id=${'btc,'.repeat(900)}`)).status).toBe(200)
  })

  test('ignores keys that it does not know', async () => {
    expect((await get('/dashboard?date=2021-11-9&utm=1&limit=x')).status).toBe(200)
  })

  test('has a tag, and 304 until the next import', async () => {
    const path = '/dashboard?date=2021-11-9'
    const etag = (await get(path)).headers.get('etag') ?? ''
    const asking = { headers: { 'if-none-match': etag } }
    expect((await get(path, asking)).status).toBe(304)
    const head = await get(path, { method: 'HEAD' })
    expect([head.status, head.headers.get('etag'), await head.text()]).toEqual([200, etag, ''])
    await importCoin(store, BTC, [record('2021-11-09', 151, { volume: 0 })])
    expect((await get(path, asking)).status).toBe(200)
    await importCoin(store, BTC, [record('2021-11-09', 150, { volume: 0 })])
    expect((await get(path, asking)).status).toBe(304)
  })
})

describe('/search', () => {
  test.each([
    ['btc', 'BTC'],
    ['Bitcoin', 'BTC'],
    ['bitcoin', 'BTC'],
    ['iota', 'MIOTA'],
    ['miota', 'MIOTA'],
    ['%20BTC%20', 'BTC'],
  ])('?name=%s finds %s', async (name, symbol) => {
    expect(await json(`/search?name=${name}`)).toMatchObject({ symbol })
  })

  test('answers with name and symbol and nothing else', async () => {
    expect(await (await get('/search?name=btc')).text()).toBe('{"name":"Bitcoin","symbol":"BTC"}')
  })

  test('looks at names before symbols', async () => {
    expect(await json('/search?name=eth')).toMatchObject({ symbol: 'ETH' })
    await importCoin(store, BTCB, [record('2021-01-01', 1)])
    expect(await json('/search?name=eth')).toEqual({ name: 'ETH', symbol: 'XBT' })
  })

  test.each([
    ['/search?name=nope', 404],
    ['/search?name=bit', 404],
    ['/search?name=', 400],
    ['/search', 400],
    ['/search?name=%00', 400],
    ['/search?name=a&name=b', 400],
    [`/search?name=${'a'.repeat(201)}`, 400],
    ["/search?name=x'%20OR%20'1'='1", 404],
  ])('%.40s is %i with an `error`', async (path, status) => {
    const response = await get(path)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ error: expect.any(String) })
  })
})

describe('before the first import', () => {
  test('a question about a coin says how to bring some', async () => {
    const empty = historyHttp()
    const { error } = (await (await empty.get('/dashboard?id=btc')).json()) as { error: string }
    expect(error).toContain('import coins')
    expect((await empty.get('/dashboard')).status).toBe(204)
    expect(await empty.json('/v1/coins')).toMatchObject({ data: [], next_cursor: null })
  })
})

describe('without a store', () => {
  const PATHS = [
    '/dashboard',
    '/search?name=btc',
    '/v1/coins',
    '/v1/coins/BTC',
    '/v1/coins/BTC/candles',
    '/udf/symbols?symbol=BTC',
  ]

  test.each(PATHS)('%s is 503 with Retry-After, and says that prices are not touched', async (path) => {
    const broken = historyHttp()
    const { fail } = broken.store as unknown as { fail(reason: string): void }
    fail('The folder /secret cannot be read.')
    const response = await broken.get(path)
    expect(response.status).toBe(503)
    expect(response.headers.get('retry-after')).toMatch(/^\d+$/)
    const text = await response.text()
    expect(JSON.parse(text)).toMatchObject({
      code: 'history_unavailable',
      detail: expect.stringContaining('Live prices'),
    })
    expect(text).not.toContain('secret')
  })

  test('the service is ready all the same, and says what its history is', async () => {
    const broken = historyHttp()
    expect(await broken.json('/readyz')).toMatchObject({
      status: 'ready',
      history: { status: 'ready', migration: LAST_MIGRATION },
    })
    const { fail } = broken.store as unknown as { fail(reason: string): void }
    fail('The disk is full.')
    expect(await broken.json('/readyz')).toMatchObject({ history: { status: 'failed', reason: 'The disk is full.' } })
    expect((await broken.get('/v1/tokens')).status).toBe(200)
    broken.service.ready = false
    const unready = await broken.get('/readyz')
    expect(unready.status).toBe(503)
    expect(await unready.json()).toMatchObject({ history: { status: 'failed' }, reasons: [expect.any(String)] })
  })

  test('a fault of ours is 500 and tells nothing', async () => {
    const faulty = historyHttp()
    Object.assign(faulty.store, { coins: () => Promise.reject(new Error('select * from coin')) })
    const response = await faulty.get('/search?name=btc')
    expect(response.status).toBe(500)
    expect(await response.text()).not.toContain('select')
  })
})
