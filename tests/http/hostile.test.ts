import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { testHttp } from '../support/http.ts'

const { get, app } = testHttp()

const NASTY = [
  '__proto__',
  'constructor',
  'toString',
  '%00',
  '%ff',
  '%E0%A4%A',
  '%',
  '..',
  '%2e%2e',
  '%2f',
  ';',
  '\\',
  '#',
  '%0d%0aset-cookie:x',
  '{{7*7}}',
  "' or 1=1--",
  '<script>',
  '１０',
  '1e400',
  'NaN',
  '-0',
  '9007199254740993',
  'é',
  '\u202e',
  '🚀',
]
const KEYS = [
  'q',
  'network',
  'sort',
  'order',
  'window',
  'limit',
  'cursor',
  'min_liquidity_usd',
  'max_age_seconds',
  'include',
]
const word = fc.oneof(
  fc.constantFrom(...NASTY),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.constantFrom('SOL', 'solana', '24h', '1'),
)
const known = fc.constantFrom(
  '/api/tokens',
  '/v1/tokens',
  '/v1/tokens/lookup',
  '/livez',
  '/readyz',
  '/docs',
  '/openapi.json',
  '/assets/scalar.js',
)
const path = fc.oneof(
  known,
  fc.tuple(word, word).map(([network, address]) => `/v1/tokens/${network}/${address}`),
  fc.tuple(known, word).map(([start, end]) => `${start}/${end}/explain`),
  fc.array(word, { maxLength: 4 }).map((parts) => `/${parts.join('/')}`),
)
const query = fc
  .array(fc.tuple(fc.oneof(fc.constantFrom(...KEYS), word), word), { maxLength: 4 })
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
const method = fc.oneof(
  { weight: 6, arbitrary: fc.constant('GET') },
  fc.constantFrom('HEAD', 'POST', 'PUT', 'DELETE', 'PATCH', 'OPTIONS', 'PURGE'),
)
const body = fc.oneof(
  fc.json(),
  fc.string({ unit: 'binary' }),
  fc.array(fc.string(), { maxLength: 120 }).map((ids) => JSON.stringify({ ids })),
  fc.constantFrom('[', '{"ids":', '{"__proto__":1}', '['.repeat(9000)),
)
const printable = fc.string({
  unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
  maxLength: 60,
})
const headers = fc.record(
  {
    'accept-encoding': printable,
    'if-none-match': printable,
    origin: printable,
    'x-request-id': printable,
    'content-type': fc.constantFrom('application/json', 'text/plain', 'x'),
  },
  { requiredKeys: [] },
)

/** Statuses that the document gives to any operation, and those of paths and methods that are not in it. */
async function documented(): Promise<ReadonlySet<number>> {
  const { paths } = (await (await get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, { responses: object }>>
  }
  const statuses = Object.values(paths).flatMap((methods) =>
    Object.values(methods).flatMap(({ responses }) => Object.keys(responses).map(Number)),
  )
  return new Set([...statuses, 204, 404, 405])
}

test('a thousand hostile requests get documented answers: never a 5xx, every refusal a problem', async () => {
  const statuses = await documented()
  const request = fc.record({ path, query, method, body, headers })
  const seen = new Map<number, number>()
  await fc.assert(
    fc.asyncProperty(request, async (asked) => {
      const init: RequestInit = { method: asked.method, headers: asked.headers }
      if (!['GET', 'HEAD'].includes(asked.method)) init.body = asked.body
      const response = await get(`${asked.path}?${asked.query}`, init)
      const text = await response.text()
      seen.set(response.status, (seen.get(response.status) ?? 0) + 1)
      expect(response.status).toBeLessThan(500)
      expect(statuses).toContain(response.status)
      if (response.status < 400 || asked.method === 'HEAD') return
      expect(response.headers.get('content-type')).toBe('application/problem+json')
      ProblemSchema.strict().parse(JSON.parse(text))
      expect(text).not.toMatch(/node_modules|\.ts:|\bat [A-Z]/)
    }),
    { numRuns: 1000 },
  )
  // The requests are varied enough to mean something.
  expect([...seen.keys()]).toEqual(expect.arrayContaining([200, 400, 404, 405]))
  expect(app.routes.length).toBeGreaterThan(0)
})
