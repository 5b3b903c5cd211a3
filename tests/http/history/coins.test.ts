import { beforeAll, describe, expect, test } from 'vitest'
import { CoinDetailSchema, CoinsSchema } from '../../../src/adapters/http/schemas/history.ts'
import { BTC, historyHttp, importCoin, record } from './support.ts'

const http = historyHttp()
const { get, json, store } = http
const DAY = '2021-11-09'

beforeAll(async () => {
  await importCoin(store, BTC, [record('2021-11-08', 100), record(DAY, 150, { volume: 0 })])
  for (let i = 0; i < 12; i += 1) {
    const marketCap = i === 5 ? 0 : (i % 4) * 1000
    await importCoin(store, { symbol: `c${i}`, name: `Coin ${i}` }, [record(DAY, i + 1, { marketCap })])
  }
  await importCoin(store, { symbol: '=1+1', name: '"@evil",\nname' }, [record(DAY, 3)])
})

interface Page {
  data: { symbol: string; market_cap_usd: number | null }[]
  next_cursor: string | null
}

async function pages(query: string): Promise<Page['data']> {
  let page = await json<Page>(`/v1/coins?${query}`)
  const rows = [...page.data]
  while (page.next_cursor !== null) {
    page = await json<Page>(`/v1/coins?${query}&cursor=${page.next_cursor}`)
    rows.push(...page.data)
  }
  return rows
}

describe('/v1/coins', () => {
  test('is true to its schema, with null for what the file did not know', async () => {
    const body = await json(`/v1/coins?date=${DAY}&ids=btc`)
    CoinsSchema.strict().parse(body)
    expect(body).toEqual({
      data: [
        {
          symbol: 'BTC',
          name: 'Bitcoin',
          date: DAY,
          price_usd: 150,
          change_pct: { '24h': 50, '7d': null, '30d': null },
          volume_usd: null,
          market_cap_usd: 100,
        },
      ],
      date: DAY,
      next_cursor: null,
    })
  })

  test.each([
    'sort=market_cap',
    'sort=market_cap&order=asc',
    'sort=name',
    'sort=24h',
    '',
    'order=desc',
    'ids=c3,btc,c1,c9',
  ])('in pages is what it is at once (%s)', async (query) => {
    const { data } = await json<Page>(`/v1/coins?date=${DAY}&${query}`)
    for (const limit of [1, 3, 7]) expect(await pages(`date=${DAY}&${query}&limit=${limit}`)).toEqual(data)
  })

  test('puts unknown values last both ways, numbers largest first, texts from A on', async () => {
    const caps = async (query: string) =>
      (await json<Page>(`/v1/coins?date=${DAY}&sort=market_cap${query}`)).data.map((coin) => coin.market_cap_usd)
    expect((await caps('')).slice(0, 2)).toEqual([3000, 3000])
    expect((await caps('&order=asc'))[0]).toBe(100)
    expect((await caps('')).at(-1)).toBeNull()
    expect((await caps('&order=asc')).at(-1)).toBeNull()
    expect((await json<Page>(`/v1/coins?date=${DAY}&sort=symbol`)).data[0]?.symbol).toBe('=1+1')
  })

  test('goes on where it was when coins are imported between two pages', async () => {
    const first = await json<Page>(`/v1/coins?date=2020-05-05&ids=btc`)
    expect(first.data).toEqual([])
    const other = historyHttp()
    for (const symbol of ['B', 'D', 'F']) await importCoin(other.store, { symbol, name: symbol }, [record(DAY, 1)])
    const page = await other.json<Page>(`/v1/coins?date=${DAY}&limit=2`)
    for (const symbol of ['A', 'C', 'E']) await importCoin(other.store, { symbol, name: symbol }, [record(DAY, 1)])
    const rest = await other.json<Page>(`/v1/coins?date=${DAY}&limit=2&cursor=${page.next_cursor}`)
    expect([...page.data, ...rest.data].map(({ symbol }) => symbol)).toEqual(['B', 'D', 'E', 'F'])
  })

  test('refuses a cursor of another list, and what is no cursor', async () => {
    const { next_cursor } = await json<Page>(`/v1/coins?date=${DAY}&limit=1`)
    for (const query of ['date=2021-11-08', `date=${DAY}&sort=price`, `date=${DAY}&ids=btc`]) {
      const response = await get(`/v1/coins?${query}&limit=1&cursor=${next_cursor}`)
      expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([400, 'cursor_mismatch'])
    }
    for (const cursor of ['x', '0041-1', '', '%00', `${next_cursor}0`, 'A'.repeat(3900)]) {
      expect((await get(`/v1/coins?date=${DAY}&limit=1&cursor=${cursor}`)).status).toBe(400)
    }
  })

  test.each([
    'date=2021-11-9',
    'date=2021-02-29',
    'ids=',
    'ids=%01',
    'sort=volume_usd',
    'order=up',
    'limit=0',
    'limit=1001',
    'format=xml',
    'bogus=1',
  ])('refuses ?%s, naming it', async (query) => {
    const response = await get(`/v1/coins?${query}`)
    const problem = (await response.json()) as { errors: { path: string }[] }
    expect(response.status).toBe(400)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(problem.errors.map(({ path }) => path)).toEqual([query.split('=')[0]])
  })

  test('as CSV has a line of names, plain numbers, and nothing that a spreadsheet would run', async () => {
    const response = await get(`/v1/coins?date=${DAY}&format=csv&limit=2`)
    expect(response.headers.get('content-type')).toBe('text/csv; charset=utf-8; header=present')
    expect(response.headers.get('link')).toContain('rel="next"')
    expect(response.headers.get('x-next-cursor')).toMatch(/^\w/)
    expect(await response.text()).toBe(
      'symbol,name,date,price_usd,change_24h_pct,change_7d_pct,change_30d_pct,volume_usd,market_cap_usd\r\n' +
        `'=1+1,"'""@evil"",\nname",${DAY},3,,,,10,100\r\n` +
        `BTC,Bitcoin,${DAY},150,50,,,,100\r\n`,
    )
  })
})

describe('/v1/coins/{symbol}', () => {
  test('is the last record of a coin and its first and last day', async () => {
    const body = await json('/v1/coins/btc')
    CoinDetailSchema.strict().parse(body)
    expect(body).toMatchObject({
      symbol: 'BTC',
      price_usd: 150,
      volume_usd: null,
      first_date: '2021-11-08',
      last_date: DAY,
    })
  })

  test.each([
    '/v1/coins/nope',
    '/v1/coins/%00',
    "/v1/coins/'%3B%20drop%20table%20coin%3B--",
    '/v1/coins/__proto__',
    '/v1/coins/all',
  ])('%s is 404 coin_not_found', async (path) => {
    const response = await get(path)
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([404, 'coin_not_found'])
  })

  test('has no parameters', async () => {
    expect((await get('/v1/coins/btc?date=2021-11-09')).status).toBe(400)
  })
})
