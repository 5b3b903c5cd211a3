import fc from 'fast-check'
import { beforeAll, expect, test } from 'vitest'
import { ProblemSchema } from '../../../src/adapters/http/schemas/problem.ts'
import { type TestTeam, TOKEN, tapHttp } from './support.ts'

const http = tapHttp()
let team: TestTeam

beforeAll(async () => {
  team = await http.team('one')
  await team.addTag('1', { token_id: TOKEN })
})

const NASTY = [
  '',
  '\u0000',
  '\ud800',
  '__proto__',
  'constructor',
  "1'; drop table tap; --",
  '1e400',
  '-1',
  '9223372036854775808',
  '2023-02-30',
  '9999-12-31',
  '1970-01-01',
  '2023-01-01T00:00:00+23:59',
  'Etc/GMT+12',
  'day',
  'minute',
  'https://example.com/',
  TOKEN,
  '<script>',
  '%',
  '\r\nset-cookie: a=b',
]
const text = fc.oneof(fc.constantFrom(...NASTY), fc.string({ unit: 'binary', maxLength: 20 }))
const value: fc.Arbitrary<unknown> = fc.oneof(text, fc.integer(), fc.double(), fc.boolean(), fc.constant(null))
const some = (arbitrary: fc.Arbitrary<unknown>) => fc.option(arbitrary, { nil: undefined })

const QUERY_NAMES = ['from', 'to', 'interval', 'tz', 'tag', 'token', 'group_by', 'format', 'lags', 'other']
const query = fc
  .dictionary(fc.constantFrom(...QUERY_NAMES), text, { maxKeys: 6 })
  .map((given) => new URLSearchParams({ from: '2023-01-01', to: '2023-01-02', ...given }))
const path = fc.constantFrom('/v1/taps/analytics', '/v1/attention', '/v1/tags', '/t/1')

const tap = fc.oneof(value, fc.record({ id: some(value), tag: some(value), count: some(value), at: some(value) }))
const bodies = fc.oneof(
  fc.record({ path: fc.constant('/v1/taps'), body: fc.record({ taps: fc.oneof(fc.array(tap), value) }) }),
  fc.record({
    path: fc.constant('/v1/tags'),
    body: fc.record({ uid: some(value), name: some(value), token_id: some(value), target_url: some(value) }),
  }),
  fc.record({
    path: fc.constant('/v1/api/tap/analytics'),
    body: fc.record({ startDate: some(value), endDate: some(value), interval: some(value) }),
  }),
  fc.record({ path: fc.constantFrom('/v1/taps', '/v1/tags', '/v1/api/tap/analytics'), body: fc.jsonValue() }),
)

async function check(response: Response): Promise<void> {
  const body = await response.text()
  expect(response.status).toBeLessThan(500)
  if (response.status >= 400) ProblemSchema.strict().parse(JSON.parse(body))
}

test('whatever is asked, the answer is one of the documented ones', async () => {
  await fc.assert(
    fc.asyncProperty(path, query, async (asked, given) => check(await team.get(`${asked}?${given}`))),
    { numRuns: 300 },
  )
})

test('whatever is sent, the answer is one of the documented ones', async () => {
  await fc.assert(
    fc.asyncProperty(bodies, async ({ path: asked, body }) => {
      const response = await team.send('POST', asked, JSON.stringify(body))
      await check(response)
    }),
    { numRuns: 300 },
  )
})

test('whatever is in a path, it is a tag that is not known', async () => {
  await fc.assert(
    fc.asyncProperty(text, fc.constantFrom('PATCH', 'DELETE', 'GET'), async (uid, method) => {
      fc.pre(uid.isWellFormed() && !['', '.', '..', '1'].includes(uid))
      const target = method === 'GET' ? `/t/${encodeURIComponent(uid)}` : `/v1/tags/${encodeURIComponent(uid)}`
      const response = await team.send(method, target, method === 'PATCH' ? {} : undefined)
      expect(response.status).toBe(404)
      await check(response)
    }),
  )
})
