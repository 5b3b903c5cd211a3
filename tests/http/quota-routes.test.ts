import { expect, test } from 'vitest'
import { ServiceError } from '../../src/domain/errors.ts'
import { memoryTapStore } from '../support/memory-tap-store.ts'
import { tapHttp } from './taps/support.ts'

const QUERY = '/v1/taps/analytics?from=2026-11-01&to=2026-11-02&interval=day'
const RATE = ['ratelimit-policy', 'ratelimit', 'retry-after'] as const
const told = ({ headers }: Response) => RATE.map((name) => headers.get(name))
const leftOf = (response: Response) => Number(/r=(\d+)/.exec(response.headers.get('ratelimit') ?? '')?.[1])

test('what is wrong with a request never counts, 200 and 304 do', async () => {
  const http = tapHttp({ limit: 10 })
  const team = await http.team('Night market')
  const writer = await http.team('Writers', ['taps:write'])
  const first = await team.get(QUERY)
  expect([first.status, leftOf(first)]).toEqual([200, 9])
  const wrong = [
    await http.get(QUERY),
    await http.get(QUERY, { headers: { 'x-api-key': 'nonsense' } }),
    await writer.get(QUERY),
    await team.get(`${QUERY}&tag=nobodys`),
    await team.get('/v1/taps/analytics?from=never'),
    await team.send('POST', '/v1/api/tap/analytics', { startDate: '2026-11-01' }),
    await team.get('/v1/me'),
  ]
  expect(wrong.map(({ status }) => status)).toEqual([401, 401, 403, 404, 400, 400, 200])
  expect(leftOf(await team.get(QUERY))).toBe(8)
  const etag = first.headers.get('etag') ?? ''
  const known = await team.get(QUERY, { headers: { 'if-none-match': etag } })
  expect([known.status, leftOf(known)]).toEqual([304, 7])
})

test.each([
  '/v1/taps/analytics?from=2026-11-01&to=2026-11-02&tag=77',
  '/v1/taps/analytics?from=2026-11-01&to=2026-11-02&tz=Nowhere/Land',
  '/v1/attention?from=2026-11-01&to=2026-11-02&tag=77',
  '/v1/attention?from=2026-11-01&to=2026-11-02&token=solana:So11111111111111111111111111111111111111112&tz=Nowhere/Land',
])('while %s is found to be wrong, it takes the place of no other query', async (path) => {
  const store = memoryTapStore()
  const found = Promise.withResolvers<null>()
  const http = tapHttp({ limit: 1, store: { ...store, tag: () => found.promise, boundaries: () => found.promise } })
  const team = await http.team('Night market')
  const wrong = team.get(path)
  expect((await team.get(QUERY)).status).toBe(200)
  found.resolve(null)
  expect([404, 400]).toContain((await wrong).status)
})

test('a query that fails on our side is given back', async () => {
  const away = () => Promise.reject(new ServiceError('taps_unavailable', 'Not now.'))
  const { taps } = tapHttp()
  const http = tapHttp({ limit: 2, deps: { taps: { ...taps.service, analytics: away } } })
  const team = await http.team('Night market')
  for (let n = 0; n < 5; n++) expect((await team.get(QUERY)).status).toBe(503)
  expect(await team.json('/v1/me')).toMatchObject({ quota: { left: 2 } })
})

test('the refusal of one too many says when there is one more, on the compatibility route too', async () => {
  const http = tapHttp({ limit: 1 })
  const team = await http.team('Night market')
  expect((await team.get(QUERY)).status).toBe(200)
  await http.wall.advance(1_500)
  const refused = await team.get(QUERY)
  expect(refused.status).toBe(429)
  expect(told(refused)).toEqual(['"hour";q=1;w=3600', '"hour";r=0;t=3599', '3599'])
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded' })
  const old = { startDate: '2026-11-01', endDate: '2026-11-02', interval: 'day' }
  const refusedToo = await team.send('POST', '/v1/api/tap/analytics', old)
  expect(told(refusedToo)).toEqual(told(refused))
  expect(await refusedToo.json()).toMatchObject({ error: expect.any(String) })
})
