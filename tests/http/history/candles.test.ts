import { beforeAll, describe, expect, test } from 'vitest'
import { CandlesSchema } from '../../../src/adapters/http/schemas/history.ts'
import { BTC, type CandlesBody, historyHttp, importCoin, MINT, record, TOKEN } from './support.ts'

const http = historyHttp()
const { get, json, store } = http
const COIN = '/v1/coins/btc/candles'
const OF_TOKEN = `/v1/tokens/solana/${MINT}/candles`

beforeAll(async () => {
  const days = Array.from({ length: 40 }, (_, i) => new Date(Date.UTC(2021, 10, 1 + i)).toISOString().slice(0, 10))
  await importCoin(
    store,
    BTC,
    days.map((day, i) => record(day, 100 + i, { volume: i === 0 ? 0 : 0.1, marketCap: 0 })),
  )
  const minutes = [
    '2026-11-20T09:00Z',
    '2026-11-20T09:01Z',
    '2026-11-20T10:30Z',
    '2026-11-20T11:59Z',
    '2026-11-20T12:00Z',
  ]
  await store.recordMinutes(
    minutes.map((minute, i) => ({ ...TOKEN, record: record(minute, 10 + i) })),
    Date.UTC(2026, 10, 20, 11),
  )
})

const times = ({ data }: CandlesBody) => data.map(({ open_time }) => open_time.slice(0, 16))

describe('candles of a coin', () => {
  test('are days by default, true to their schema', async () => {
    const body = await json<CandlesBody>(COIN)
    CandlesSchema.strict().parse(body)
    expect(body.data).toHaveLength(40)
    expect(body.data.slice(0, 2)).toEqual([
      {
        open_time: '2021-11-01T00:00:00.000Z',
        open: 99,
        high: 102,
        low: 98,
        close: 100,
        volume: null,
        market_cap: null,
        closed: true,
        coverage: 1,
        revision: 1,
      },
      expect.objectContaining({ open: 100, volume: 0.1 }),
    ])
  })

  test('of weeks begin on Monday, of months on the first; volumes are exact', async () => {
    const weeks = await json<CandlesBody>(`${COIN}?interval=1w`)
    expect(times(weeks)[0]).toBe('2021-11-01T00:00')
    expect(weeks.data.slice(0, 2)).toMatchObject([
      { open: 99, high: 108, low: 98, close: 106, volume: 0.6, coverage: 1, revision: 7 },
      { volume: 0.7 },
    ])
    const months = await json<CandlesBody>(`${COIN}?interval=1M`)
    expect(months.data).toMatchObject([
      { volume: 2.9, coverage: 1 },
      { coverage: 10 / 31, closed: true },
    ])
  })

  test('are in pages what they are at once', async () => {
    const all: unknown[] = []
    for (
      let path = `${COIN}?limit=7`, cursor: string | null = '';
      cursor !== null;
      path = `${COIN}?limit=7&cursor=${cursor}`
    ) {
      const page: CandlesBody = await json<CandlesBody>(path)
      all.push(...page.data)
      cursor = page.next_cursor
    }
    expect(all).toEqual((await json<CandlesBody>(COIN)).data)
  })

  test.each([
    ['interval=1h', 'interval', 'by the day'],
    ['interval=1m', 'interval', 'by the day'],
    ['tz=Europe/Berlin', 'tz', 'UTC'],
    ['tz=Mars/Olympus', 'tz', 'UTC'],
  ])('?%s is refused with the reason: days of UTC are all there is', async (query, path, reason) => {
    const response = await get(`${COIN}?${query}`)
    const problem = (await response.json()) as { errors: { path: string; message: string }[] }
    expect(response.status).toBe(400)
    expect(problem.errors).toEqual([{ in: 'query', path, message: expect.stringContaining(reason) }])
  })

  test.each(['UTC', 'utc', 'Etc/UTC', 'GMT'])('may be asked for in %s', async (zone) => {
    expect((await get(`${COIN}?tz=${zone}`)).status).toBe(200)
  })

  test('change with an import, and stay what they were for whoever looks back', async () => {
    const asOf = '2026-11-20T11:00:00Z'
    const before = await (await get(`${COIN}?as_of=${asOf}&interval=1w`)).text()
    await importCoin(store, BTC, [record('2021-11-03', 999, { volume: 5 })], Date.parse('2026-11-20T11:30:00Z'))
    expect(await (await get(`${COIN}?as_of=${asOf}&interval=1w`)).text()).toBe(before)
    const [week] = (await json<CandlesBody>(`${COIN}?interval=1w`)).data
    expect(week).toMatchObject({ high: 1001, volume: 5.5, revision: 8 })
    expect(await json(`${COIN}?as_of=2020-01-01`)).toEqual({ data: [expect.anything()].slice(1), next_cursor: null })
  })
})

describe('candles of a token', () => {
  test('have every interval, and leave the running minute out', async () => {
    expect(times(await json<CandlesBody>(`${OF_TOKEN}?interval=1m`))).toEqual([
      '2026-11-20T09:00',
      '2026-11-20T09:01',
      '2026-11-20T10:30',
      '2026-11-20T11:59',
    ])
    for (const [interval, count] of [
      ['5m', 3],
      ['15m', 3],
      ['1h', 3],
      ['4h', 1],
      ['1d', 1],
      ['1w', 1],
      ['1M', 1],
    ] as const) {
      expect((await json<CandlesBody>(`${OF_TOKEN}?interval=${interval}`)).data).toHaveLength(count)
    }
  })

  test('are filled when that is asked for', async () => {
    const closes = async (fill: string) =>
      (
        await json<CandlesBody>(`${OF_TOKEN}?interval=15m&from=2026-11-20T10:15Z&to=2026-11-20T11:00Z&fill=${fill}`)
      ).data.map(({ close }) => close)
    expect(await closes('none')).toEqual([12])
    expect(await closes('null')).toEqual([null, 12, null])
    expect(await closes('previous')).toEqual([11, 12, 12])
  })

  test('begin their days where the zone does', async () => {
    const { data } = await json<CandlesBody>(`${OF_TOKEN}?interval=1d&tz=Asia/Kolkata`)
    expect(data[0]?.open_time).toBe('2026-11-19T18:30:00.000Z')
    expect(data[0]?.closed).toBe(false)
  })

  test('that was never recorded are 404, and so is an unknown network', async () => {
    const other = await get(`/v1/tokens/solana/${'9'.repeat(40)}/candles`)
    expect([other.status, ((await other.json()) as { code: string }).code]).toEqual([404, 'token_not_found'])
    expect((await get('/v1/tokens/nowhere/abc/candles')).status).toBe(404)
    expect((await get('/v1/tokens/solana/%00/candles')).status).toBe(400)
  })

  test('as CSV are the same rows, with a way to the next page', async () => {
    const response = await get(`${OF_TOKEN}?interval=1m&limit=2&format=csv`)
    expect(await response.text()).toBe(
      'open_time,open,high,low,close,volume,market_cap,closed,coverage,revision\r\n' +
        '2026-11-20T09:00:00.000Z,9,12,8,10,10,100,true,1,1\r\n' +
        '2026-11-20T09:01:00.000Z,10,13,9,11,10,100,true,1,1\r\n',
    )
    const next = /<([^>]+)>/.exec(response.headers.get('link') ?? '')?.[1] ?? ''
    expect(await (await get(next)).text()).toContain('2026-11-20T10:30:00.000Z')
    const etag = response.headers.get('etag') ?? ''
    const again = await get(`${OF_TOKEN}?interval=1m&limit=2&format=csv`, { headers: { 'if-none-match': etag } })
    expect(again.status).toBe(304)
  })

  test('refuse a cursor with any other parameter', async () => {
    const { next_cursor: cursor } = await json<CandlesBody>(`${OF_TOKEN}?interval=1m&limit=1`)
    const code = async (path: string) => ((await (await get(path)).json()) as { code?: string }).code
    expect(await code(`${OF_TOKEN}?interval=1m&limit=1&cursor=${cursor}`)).toBeUndefined()
    for (const query of [
      'interval=5m&limit=1',
      'interval=1m&limit=2',
      'interval=1m&limit=1&fill=null',
      'interval=1m&limit=1&tz=Asia/Tokyo',
      'interval=1m&limit=1&from=2026-01-01',
      'interval=1m&limit=1&as_of=2026-11-20T11:59Z',
    ]) {
      expect(await code(`${OF_TOKEN}?${query}&cursor=${cursor}`), query).toBe('cursor_mismatch')
    }
    expect(await code(`${COIN}?cursor=${cursor}`)).toBe('cursor_mismatch')
    const [place = '', , sum = ''] = cursor?.split('-') ?? []
    for (const forged of [
      `${place}-9${'9'.repeat(14)}-${sum}`,
      `${Number(place) + 1}-${Date.UTC(2026, 10, 20, 12)}-${sum}`,
      `1-1-${sum}`,
      `999999999999999-1795000000000-${sum}`,
    ]) {
      expect(await code(`${OF_TOKEN}?interval=1m&limit=1&cursor=${forged}`), forged).toBe('invalid_cursor')
    }
  })
})
