import { beforeAll, describe, expect, test } from 'vitest'
import {
  BarsSchema,
  ChartSymbolSchema,
  FoundSymbolSchema,
  UdfConfigSchema,
} from '../../../src/adapters/http/schemas/udf.ts'
import { BTC, DAY_MS, historyHttp, importCoin, MINT, NOW_MS, record, TOKEN } from './support.ts'

const http = historyHttp()
const { get, json, store } = http
const seconds = (text: string) => Date.parse(text) / 1000

beforeAll(async () => {
  const days = Array.from({ length: 20 }, (_, i) =>
    record(new Date(Date.UTC(2021, 10, 1) + i * DAY_MS).toISOString(), 100 + i),
  )
  await importCoin(store, BTC, days)
  await importCoin(store, { symbol: 'BNB', name: 'Binance Coin' }, [record('2021-11-01', 5, { volume: 0 })])
  const at = (text: string, close: number) => ({ ...TOKEN, record: record(text, close) })
  await store.recordMinutes(
    [at('2026-11-18T09:00Z', 0.00001234), at('2026-11-20T10:30Z', 0.00001234)],
    NOW_MS - 3_600_000,
  )
  const other = { id: 'base:0x4200000000000000000000000000000000000006', symbol: null, name: null }
  await store.recordMinutes([{ ...other, record: record('2026-11-20T10:30Z', 3000) }], NOW_MS - 3_600_000)
})

interface Bars {
  s: string
  t: number[]
  c: number[]
  v?: number[]
  nextTime?: number
}
const bars = (query: string) => json<Bars>(`/udf/history?${query}`)
const DAYS = 'symbol=BTC&resolution=1D'

describe('a chart library', () => {
  test('learns what there is', async () => {
    const config = await json('/udf/config')
    UdfConfigSchema.strict().parse(config)
    expect(config).toMatchObject({ supports_search: true, supports_group_request: false, supports_time: true })
    expect(config['supported_resolutions']).toEqual(['1', '5', '15', '60', '240', '1D', '1W', '1M'])
  })

  test('is told the time in whole seconds', async () => {
    const response = await get('/udf/time')
    expect(response.headers.get('content-type')).toMatch(/^text\/plain/)
    expect(await response.text()).toBe(String(seconds('2026-11-20T12:00Z')))
  })

  test.each([
    ['query=b', ['BNB', 'BTC', 'base:0x4200000000000000000000000000000000000006']],
    ['query=BIT', ['BTC']],
    ['query=sol', [TOKEN.id]],
    ['query=wrapped', [TOKEN.id]],
    ['query=', ['BNB', 'BTC', 'base:0x4200000000000000000000000000000000000006', TOKEN.id]],
    ['query=&limit=1', ['BNB']],
    ['query=b&exchange=coins', ['BNB', 'BTC']],
    ['query=b&exchange=base&limit=1', ['base:0x4200000000000000000000000000000000000006']],
    ['query=b&type=stock', []],
    ['query=b&type=crypto&limit=2&lang=en', ['BNB', 'BTC']],
    ['query=%25', []],
    ['query=_', []],
  ])('finds symbols (%s), coins first', async (query, tickers) => {
    const found = await json<{ ticker: string }[]>(`/udf/search?${query}`)
    for (const one of found) FoundSymbolSchema.strict().parse(one)
    expect(found.map(({ ticker }) => ticker)).toEqual(tickers)
  })

  test('resolves a coin, which has days only', async () => {
    const symbol = await json('/udf/symbols?symbol=btc')
    ChartSymbolSchema.strict().parse(symbol)
    expect(symbol).toMatchObject({
      name: 'BTC',
      ticker: 'BTC',
      description: 'Bitcoin',
      has_intraday: false,
      pricescale: 1000,
      supported_resolutions: ['1D', '1W', '1M'],
      data_status: 'endofday',
    })
  })

  test('resolves a token, with as many decimals as its price needs', async () => {
    const symbol = await json(`/udf/symbols?symbol=solana:${MINT}`)
    expect(symbol).toMatchObject({
      name: 'SOL',
      ticker: TOKEN.id,
      exchange: 'solana',
      has_intraday: true,
      pricescale: 1e10,
      data_status: 'streaming',
    })
    const unnamed = await json('/udf/symbols?symbol=base:0x4200000000000000000000000000000000000006')
    expect(unnamed).toMatchObject({ name: '0x4200000000000000000000000000000000000006', pricescale: 100 })
  })
})

describe('bars', () => {
  test('begin in the range, whose end is not in it', async () => {
    const answer = await bars(`${DAYS}&from=${seconds('2021-11-03')}&to=${seconds('2021-11-06')}`)
    BarsSchema.parse(answer)
    expect(answer).toEqual({
      s: 'ok',
      t: [seconds('2021-11-03'), seconds('2021-11-04'), seconds('2021-11-05')],
      o: [101, 102, 103],
      h: [104, 105, 106],
      l: [100, 101, 102],
      c: [102, 103, 104],
      v: [10, 10, 10],
    })
  })

  test('are counted back from the end when a count is given, whatever `from` says', async () => {
    const to = seconds('2021-11-06')
    expect((await bars(`${DAYS}&from=${to - 1}&to=${to}&countback=4`)).t).toHaveLength(4)
    expect((await bars(`${DAYS}&from=0&to=${to}&countback=2`)).c).toEqual([103, 104])
    expect((await bars(`${DAYS}&from=0&to=${to}&countback=999999999`)).c).toHaveLength(5)
    expect((await bars(`${DAYS}&countback=3`)).c).toEqual([117, 118, 119])
    expect((await bars(`symbol=${TOKEN.id}&resolution=60&countback=2`)).t).toEqual([
      seconds('2026-11-18T09:00Z'),
      seconds('2026-11-20T10:00Z'),
    ])
  })

  test.each([
    ['1D', 20],
    ['D', 20],
    ['1W', 3],
    ['W', 3],
    ['1M', 1],
    ['M', 1],
  ])('of %s are %i', async (resolution, count) => {
    expect((await bars(`symbol=btc&resolution=${resolution}&from=-9999999999&to=9999999999`)).t).toHaveLength(count)
  })

  test.each(['1', '5', '15', '60', '240', '1D'])('of %s of a token begin on their boundary', async (resolution) => {
    const { t } = await bars(`symbol=${TOKEN.id}&resolution=${resolution}&countback=1`)
    const stepSeconds = resolution === '1D' ? 86_400 : Number(resolution) * 60
    expect((t[0] ?? 1) % stepSeconds).toBe(0)
  })

  test('that are not there lead to the ones before', async () => {
    expect(await bars(`${DAYS}&from=${seconds('2022-01-01')}&to=${seconds('2022-02-01')}`)).toEqual({
      s: 'no_data',
      nextTime: seconds('2021-11-20'),
    })
    expect(await bars(`${DAYS}&from=${seconds('2020-01-01')}&to=${seconds('2020-02-01')}`)).toEqual({ s: 'no_data' })
    expect(await bars(`${DAYS}&to=${seconds('2020-02-01')}&countback=300`)).toEqual({ s: 'no_data' })
  })

  test('have no volumes at all where one is not known: a library would draw a number', async () => {
    expect(await bars('symbol=BNB&resolution=1D')).toEqual({
      s: 'ok',
      t: [seconds('2021-11-01')],
      o: [4],
      h: [7],
      l: [3],
      c: [5],
    })
  })
})

describe('what cannot be answered', () => {
  test.each([
    ['symbols?symbol=nope', 404],
    ['symbols?symbol=', 400],
    ['symbols', 400],
    [`symbols?symbol=solana:${'9'.repeat(40)}`, 404],
    ['symbols?symbol=nowhere:abc', 404],
    ['symbols?symbol=%00', 400],
    ['history?symbol=BTC', 400],
    ['history?symbol=BTC&resolution=1D&from=x', 400],
    ['history?symbol=BTC&resolution=1D&from=1e9', 400],
    ['history?symbol=BTC&resolution=1D&from=10&to=5', 400],
    ['history?symbol=BTC&resolution=1D&countback=0', 400],
    ['history?symbol=BTC&resolution=2D', 400],
    ['history?symbol=BTC&resolution=__proto__', 400],
    ['history?symbol=BTC&resolution=60', 400],
    ['history?symbol=nope&resolution=1D', 404],
    ['history?symbol=BTC&symbol=BTC&resolution=1D', 400],
    ['search?query=%07', 400],
    ['search?query=b&limit=0', 400],
    ['nothing', 404],
  ])('%s is %i, said in both of the ways that a client may read', async (path, status) => {
    const response = await get(`/udf/${path}`)
    expect(response.status).toBe(status)
    const problem = (await response.json()) as { detail: string; errmsg: string }
    expect(problem).toMatchObject({ s: 'error', status, errmsg: problem.detail })
    expect(problem.errmsg).toMatch(/\S{3}/)
  })
})
