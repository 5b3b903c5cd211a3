import fc from 'fast-check'
import { beforeAll, describe, expect, test } from 'vitest'
import { ProblemSchema } from '../../../src/adapters/http/schemas/problem.ts'
import type { PriceStore } from '../../../src/ports/price-store.ts'
import { embeddedStore, tempFolder } from '../../support/stores.ts'
import { BTC, historyHttp, importCoin, MINT, record, TOKEN } from './support.ts'

const COIN = '/v1/coins/BTC/candles'
const OF_TOKEN = `/v1/tokens/solana/${MINT}/candles`

async function remember(store: PriceStore): Promise<void> {
  await importCoin(store, BTC, [record('2021-11-08', 100), record('2021-11-09', 150)])
  await store.recordMinutes([{ ...TOKEN, record: record('2026-11-20T09:00Z', 5) }], Date.UTC(2026, 10, 20, 11))
}

const { get, store } = historyHttp()
beforeAll(() => remember(store))

async function refused(path: string, field: string | null) {
  const response = await get(path)
  const problem = ProblemSchema.strict().parse(await response.json())
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.status, path).toBe(400)
  if (field !== null) expect(problem.errors.map((error) => error.path)).toEqual([field])
  for (const error of problem.errors) expect(error.message).toMatch(/^[A-Z].{10}/)
}

const FLAWS: [query: string, field: string | null][] = [
  ['from=2021-02-30', 'from'],
  ['from=1969-12-31', 'from'],
  ['from=10000-01-01', 'from'],
  ['from=', 'from'],
  ['from=now', 'from'],
  ['from=1636465500', 'from'],
  ['from=2021-11-09T00:00:00', 'from'],
  ['from=2021-11-09T00:00:00+02:00', 'from'],
  ['from=%00', 'from'],
  ["from=2021-11-09'%20OR%20'1'='1", 'from'],
  ['to=2021-13-01', 'to'],
  ['from=2021-11-09&to=2021-11-08', 'to'],
  ['from=9999-12-31&to=1970-01-01', 'to'],
  ['as_of=2026-11-20T12:00:00.001Z', 'as_of'],
  ['as_of=9999-12-31', 'as_of'],
  ['interval=2h', 'interval'],
  ['interval=1D', 'interval'],
  ['interval=', 'interval'],
  ['interval=constructor', 'interval'],
  ['fill=zero', 'fill'],
  ['limit=0', 'limit'],
  ['limit=1001', 'limit'],
  ['limit=1e3', 'limit'],
  ['limit=-5', 'limit'],
  ['format=xml', 'format'],
  ['tz=', 'tz'],
  ['tz=%2B05:30', 'tz'],
  ["tz=UTC'%3B%20drop%20table%20coin%3B--", 'tz'],
  ['tz=../../etc/passwd', 'tz'],
  [`tz=${'A'.repeat(65)}`, 'tz'],
  ['cursor=', 'cursor'],
  ['cursor=%00', 'cursor'],
  ['cursor=1-2-3;drop', 'cursor'],
  [`cursor=${'1'.repeat(3800)}`, 'cursor'],
  ['from=2021-11-09&from=2021-11-09', 'from'],
  ['bogus=1', 'bogus'],
  ['__proto__=1', '__proto__'],
]

describe.each([COIN, OF_TOKEN])('%s refuses, with the name of what is wrong,', (path) => {
  test.each(FLAWS)('?%s', async (query, field) => {
    await refused(`${path}?interval=1d&${query}`.replace('interval=1d&interval', 'interval'), field)
  })
})

test.each(['Mars/Olympus', 'Europe/Nowhere', 'constructor', 'FOO5'])(
  'a zone that there is not is refused, whether or not there is anything to show: %s',
  async (zone) => {
    await refused(`${OF_TOKEN}?tz=${zone}`, 'tz')
    await refused(`${OF_TOKEN}?tz=${zone}&from=2026-01-01`, 'tz')
    await refused(`${OF_TOKEN}?tz=${zone}&from=9999-01-01T00:00Z`, 'tz')
    await refused(`${OF_TOKEN}?tz=${zone}&to=1970-01-02T00:00Z`, 'tz')
  },
)

test.each(['null', 'previous'])('a thousand million empty buckets are one page of a thousand (%s)', async (fill) => {
  const { store: long, get: ask } = historyHttp()
  await long.recordMinutes([{ ...TOKEN, record: record('1970-01-01T00:00Z', 5) }], 60_000)
  const response = await ask(`${OF_TOKEN}?interval=1m&fill=${fill}&from=1970-01-01&to=9999-12-31&limit=1000`)
  const page = (await response.json()) as { data: unknown[]; next_cursor: string | null }
  expect([response.status, page.data.length]).toEqual([200, 1000])
  expect(page.next_cursor).not.toBeNull()
})

test.each([
  'from=1970-01-01&to=9999-12-31',
  'from=9999-12-30&to=9999-12-31',
  'from=1970-01-01&to=1970-01-02',
  'to=1970-01-01T00:00Z',
  'from=9999-12-31T23:59:59.999Z',
])('the ends of time are answered (%s)', async (query) => {
  for (const path of [COIN, OF_TOKEN]) {
    for (const interval of ['1d', '1w', '1M'])
      expect((await get(`${path}?interval=${interval}&${query}`)).status).toBe(200)
  }
  expect((await get(`${OF_TOKEN}?interval=1d&tz=Pacific/Kiritimati&${query}`)).status).toBe(200)
})

async function askAnything(ask: (path: string) => Promise<Response>, numRuns: number): Promise<void> {
  const nasty = fc.constantFrom(
    ...['', '0', '-1', '1e400', '9007199254740993', '\0', '%', "'", '"', ';--', '../..', '{{7*7}}', '\ud800'],
    ...['2021-11-09', '2021-02-30', '2021-11-09T00:00:00Z', '1d', '1M', 'btc', 'all', 'UTC', 'csv', 'previous', '١'],
  )
  const value = fc.oneof({ weight: 3, arbitrary: nasty }, fc.string({ unit: 'binary', maxLength: 40 }))
  const key = fc.constantFrom(
    ...[
      'id',
      'date',
      'order_by',
      'order_type',
      'name',
      'ids',
      'sort',
      'order',
      'limit',
      'cursor',
      'interval',
      'from',
      'to',
    ],
    ...['tz', 'fill', 'as_of', 'format', 'symbol', 'resolution', 'countback', 'query', 'type', 'exchange', '__proto__'],
  )
  const route = fc.constantFrom(
    ...['/dashboard', '/search', '/v1/coins', COIN, OF_TOKEN],
    ...['/udf/config', '/udf/time', '/udf/search', '/udf/symbols', '/udf/history'],
  )
  const path = fc.oneof(
    { weight: 8, arbitrary: route },
    value.map((text) => `/v1/coins/${encoded(text)}`),
    value.map((text) => `/v1/coins/${encoded(text)}/candles`),
  )
  const query = fc.array(fc.tuple(key, value), { maxLength: 4 })
  await fc.assert(
    fc.asyncProperty(path, query, async (asked, pairs) => {
      const search = pairs.map(([name, text]) => `${encoded(name)}=${encoded(text)}`).join('&')
      const response = await ask(`${asked}?${search}`)
      const text = await response.text()
      expect(response.status).toBeLessThan(500)
      if (response.status < 400) return
      ProblemSchema.strict().parse(JSON.parse(text))
      expect(text).not.toMatch(/select |node_modules|\.ts:\d|at async/i)
    }),
    { numRuns },
  )
}

describe('whatever is asked is answered below 500, and every refusal is a problem with nothing of ours in it', () => {
  test('over a store in memory', () => askAnything(get, 1500), 120_000)

  test('over a database, which takes no U+0000 and no half of a character', async () => {
    const folder = await tempFolder()
    const embedded = embeddedStore(folder.path)
    await embedded.opening.first()
    await remember(embedded.store)
    await askAnything(historyHttp(embedded.store).get, 500)
    await embedded.close()
    folder.remove()
  }, 300_000)
})

function encoded(text: string): string {
  return encodeURIComponent(text.toWellFormed())
}
