import { beforeAll, describe, expect, test } from 'vitest'
import { AttentionSchema } from '../../../src/adapters/http/schemas/attention.ts'
import { type ProblemBody, type TestTeam, TOKEN, tapHttp } from './support.ts'

const HOUR_MS = 3_600_000
const START_MS = Date.UTC(2026, 10, 10)
const HOURS = 150
const OTHER_TOKEN = 'solana:EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v'

const http = tapHttp()
let team: TestTeam
let other: TestTeam

interface Body {
  readonly token_id: string
  readonly tags: readonly string[]
  readonly data: readonly {
    readonly start: string
    readonly taps: number
    readonly taps_change: number | null
    readonly partial: boolean
    readonly open: number | null
    readonly close: number | null
    readonly change_pct: number | null
  }[]
  readonly correlation: {
    readonly lags: readonly { taps_lead_by: number; n: number; r: number | null; reason: string | null }[]
    readonly strongest: { taps_lead_by: number; r: number; low: number } | null
    readonly reason: string | null
  }
}

/** Taps that go up and down as if by chance, the same each time. */
const taps = Array.from({ length: HOURS }, (_, i) => 20 + ((i * i * 7919 + i * 104_729) % 61))

beforeAll(async () => {
  team = await http.team('one')
  other = await http.team('two')
  await team.addTag('1', { token_id: TOKEN })
  await team.addTag('2', { token_id: TOKEN })
  await team.addTag('3', { token_id: OTHER_TOKEN })
  await team.addTag('4')
  await other.addTag('5', { token_id: TOKEN })
  const told = taps.flatMap((count, i) => [
    { id: `a ${i}`, tag: '1', count: count - 5, at: new Date(START_MS + i * HOUR_MS + 60_000).toISOString() },
    { id: `b ${i}`, tag: '2', count: 5, at: new Date(START_MS + i * HOUR_MS + 120_000).toISOString() },
  ])
  await team.send('POST', '/v1/taps', { taps: told })
  await other.send('POST', '/v1/taps', { taps: [{ id: 'x', tag: '5', count: 1000, at: '2026-11-10T00:00:00Z' }] })
  // The price of an hour is where the taps of three hours before have put it.
  const price = (hour: number) => 100 + 0.01 * (taps[hour - 3] ?? 50)
  const records = taps.flatMap((_, i) => [
    recordOf(START_MS + i * HOUR_MS, price(i - 1)),
    recordOf(START_MS + i * HOUR_MS + 59 * 60_000, price(i)),
  ])
  await http.priceStore.recordMinutes(records, http.wall.nowMs())
})

function recordOf(openTimeMs: number, price: number) {
  const record = { openTimeMs, open: price, high: price, low: price, close: price, volume: null, marketCap: null }
  return { id: TOKEN, symbol: 'SOL', name: 'Solana', record }
}

const PATH = '/v1/attention'
const RANGE = 'from=2026-11-10&to=2026-11-15'
const ask = (query: string) => team.json<Body>(`${PATH}?${query}`)

describe('GET /v1/attention', () => {
  test('finds a lag of three hours, true to its schema', async () => {
    const body = await ask(`token=${TOKEN}&${RANGE}`)
    AttentionSchema.strict().parse(body)
    expect(body.tags).toEqual(['1', '2'])
    expect(body.data.slice(0, 2)).toMatchObject([
      { taps: taps[0], taps_change: null },
      { taps: taps[1], taps_change: (taps[1] ?? 0) - (taps[0] ?? 0) },
    ])
    expect(body.correlation.strongest).toMatchObject({ taps_lead_by: 3, r: expect.closeTo(1, 3) })
    expect(body.correlation.lags).toHaveLength(13)
  })

  test('of a tag counts that tag alone', async () => {
    const body = await ask(`tag=2&${RANGE}&lags=2`)
    expect([body.token_id, body.tags, body.data[0]?.taps]).toEqual([TOKEN, ['2'], 5])
    // Five taps each hour never change.
    expect(body.correlation).toMatchObject({ strongest: null, reason: 'no_variation' })
    expect(body.correlation.lags.map((lag) => lag.taps_lead_by)).toEqual([-2, -1, 0, 1, 2])
  })

  test.each(['minute', 'hour', 'day', 'week', 'month', 'quarter'])('puts both in the same %ss', async (interval) => {
    const to = interval === 'minute' ? '2026-11-10' : '2026-11-16'
    const body = await ask(`token=${TOKEN}&from=2026-11-10&to=${to}&interval=${interval}&tz=Europe/Berlin`)
    const priced = body.data.filter(({ open }) => open !== null)
    expect(priced.length).toBeGreaterThan(0)
    const tapped = body.data.filter((bucket) => bucket.taps > 0)
    expect(tapped.length).toBeGreaterThan(0)
    if (interval !== 'minute')
      expect(priced.map(({ start }) => start)).toEqual(expect.arrayContaining([tapped[1]?.start ?? tapped[0]?.start]))
  })

  test('opens a quarter with its first month and closes it with its last', async () => {
    const { data } = await ask(`token=${TOKEN}&from=2026-10-01&to=2026-12-31&interval=quarter`)
    expect(data).toEqual([
      expect.objectContaining({
        start: '2026-10-01T00:00:00.000Z',
        partial: true,
        open: 100.5,
        close: expect.any(Number),
      }),
    ])
  })

  test('concludes nothing from buckets that are not complete', async () => {
    const { data, correlation } = await ask(`token=${TOKEN}&from=2026-11-10T00:30Z&to=2026-11-10T10:30Z&lags=0`)
    expect(data).toHaveLength(11)
    expect([data[0]?.partial, data[10]?.partial]).toEqual([true, true])
    expect(correlation.lags).toMatchObject([{ n: 8, r: null, reason: 'not_enough_data' }])
  })

  test('shows taps of a token that has no price', async () => {
    const body = await ask(`token=${OTHER_TOKEN}&${RANGE}`)
    expect(body.tags).toEqual(['3'])
    expect(body.data.every(({ open, change_pct }) => open === null && change_pct === null)).toBe(true)
    expect(body.correlation).toMatchObject({ strongest: null, reason: 'not_enough_data' })
    const none = await ask(`token=ethereum:0x${'ab'.repeat(20)}&${RANGE}`)
    expect([none.tags, none.data[0]?.taps]).toEqual([[], 0])
  })

  test('has a tag, and 304 while it stands', async () => {
    const first = await team.get(`${PATH}?token=${TOKEN}&${RANGE}`)
    const etag = first.headers.get('etag') ?? ''
    const again = await team.get(`${PATH}?token=${TOKEN}&${RANGE}`, { headers: { 'if-none-match': etag } })
    expect([again.status, again.headers.get('cache-control')]).toEqual([304, 'private, no-cache'])
    expect(first.headers.get('ratelimit')).toMatch(/^"hour";r=\d+;t=\d+$/)
  })

  test.each(['POST', 'PATCH'])('finds the prices of an address that a %s wrote in mixed case', async (method) => {
    const address = '0xdAC17F958D2ee523a2206206994597C13D831ec7'
    const id = `ethereum:${address.toLowerCase()}`
    const uid = method === 'POST' ? '61' : '62'
    const wish = { token_id: `ethereum:${address}` }
    await team.addTag(uid, method === 'POST' ? wish : {})
    if (method === 'PATCH') await team.send('PATCH', `/v1/tags/${uid}`, wish)
    await http.priceStore.recordMinutes([{ ...recordOf(START_MS, 2), id }], http.wall.nowMs())
    for (const of of [`tag=${uid}`, `token=ethereum:${address}`]) {
      const { token_id: token, tags, data } = await ask(`${of}&from=2026-11-10&to=2026-11-10&interval=day`)
      expect([token, tags.includes(uid), data[0]?.open]).toEqual([id, true, 2])
    }
  })

  test('is for the team: tags of others are unknown', async () => {
    const texts = await Promise.all(
      ['5', '99', 'x'].map(async (tag) => {
        const response = await team.get(`${PATH}?tag=${tag}&${RANGE}`)
        expect(response.status).toBe(404)
        return (await response.text()).replace(/"request_id":"[^"]*"/, '')
      }),
    )
    expect(new Set(texts).size).toBe(1)
    expect((await http.get(`${PATH}?tag=1&${RANGE}`)).status).toBe(401)
  })

  test.each([
    [RANGE, 'tag'],
    [`tag=1&token=${TOKEN}&${RANGE}`, 'tag'],
    [`tag=4&${RANGE}`, 'tag'],
    [`token=SOL&${RANGE}`, 'token'],
    [`token=solana:%00&${RANGE}`, 'token'],
    [`tag=1&${RANGE}&lags=49`, 'lags'],
    [`tag=1&${RANGE}&lags=-1`, 'lags'],
    [`tag=1&${RANGE}&lags=1e1`, 'lags'],
    [`tag=1&${RANGE}&interval=second`, 'interval'],
    [`tag=1&${RANGE}&tz=Mars/Olympus`, 'tz'],
    [`tag=1&from=2023-02-30&to=2023-03-01`, 'from'],
    [`tag=1&from=2023-03-02&to=2023-03-01`, 'to'],
    [`tag=1&from=1970-01-01&to=9998-12-31&interval=minute`, 'interval'],
    [`tag=1&${RANGE}&format=csv`, 'format'],
  ])('refuses ?%s', async (query, path) => {
    const response = await team.get(`${PATH}?${query}`)
    const problem = (await response.json()) as ProblemBody
    expect([response.status, problem.code]).toEqual([400, 'invalid_parameter'])
    expect(problem.errors.map((error) => error.path)).toEqual([path])
  })
})
