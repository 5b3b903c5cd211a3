import { describe, expect, test } from 'vitest'
import { isCompatibilityPath, STATUS } from '../../src/adapters/http/problem.ts'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { TARGET_LENGTH_MAX } from '../../src/adapters/http/target.ts'
import type { ErrorCode } from '../../src/domain/errors.ts'
import { posted, testHttp } from '../support/http.ts'

/** Reads a refusal and holds it against everything that is true of each one. */
async function problemOf(response: Response, path: string) {
  expect(response.headers.get('content-type')).toBe('application/problem+json')
  expect(response.headers.get('x-served-at')).not.toBeNull()
  const problem = ProblemSchema.strict().parse(await response.json())
  expect(problem.status).toBe(response.status)
  expect(problem.status).toBe(STATUS[problem.code])
  expect(problem.request_id).toBe(response.headers.get('x-request-id'))
  expect(problem.error).toBe(isCompatibilityPath(path.split('?')[0] ?? '') ? problem.detail : undefined)
  expect(response.headers.has('retry-after')).toBe(response.status === 503)
  return problem
}

const MINT = 'So11111111111111111111111111111111111111112'
const QUERIES: [query: string, code: ErrorCode, flaw: string | null][] = [
  ['limit=0', 'invalid_parameter', 'limit'],
  ['limit=251', 'invalid_parameter', 'limit'],
  ['limit=1e9', 'invalid_parameter', 'limit'],
  ['limit=1000000000', 'invalid_parameter', 'limit'],
  ['limit=-1', 'invalid_parameter', 'limit'],
  ['limit=1.5', 'invalid_parameter', 'limit'],
  ['limit=0x10', 'invalid_parameter', 'limit'],
  ['limit=%2030', 'invalid_parameter', 'limit'],
  ['limit=', 'invalid_parameter', 'limit'],
  ['limit=abc', 'invalid_parameter', 'limit'],
  ['q=', 'invalid_parameter', 'q'],
  ['q=%20%20', 'invalid_parameter', 'q'],
  ['q=%00%1f', 'invalid_parameter', 'q'],
  ['q=a%0Ab', 'invalid_parameter', 'q'],
  ['q=a%C2%85b', 'invalid_parameter', 'q'],
  [`q=${'a'.repeat(129)}`, 'invalid_parameter', 'q'],
  ['q=a&q=b', 'invalid_parameter', 'q'],
  ['q=a&%71=b', 'invalid_parameter', 'q'],
  ['q=%E0%A4%A', 'invalid_parameter', 'q'],
  ['q=%ff', 'invalid_parameter', 'q'],
  ['%ff=1', 'invalid_parameter', ''],
  ['sort=DROP', 'invalid_parameter', 'sort'],
  ['sort=__proto__', 'invalid_parameter', 'sort'],
  ['order=up', 'invalid_parameter', 'order'],
  ['window=8d', 'invalid_parameter', 'window'],
  ['network=nowhere', 'invalid_parameter', 'network'],
  ['network=constructor', 'invalid_parameter', 'network'],
  ['include=everything', 'invalid_parameter', 'include'],
  ['min_liquidity_usd=-1', 'invalid_parameter', 'min_liquidity_usd'],
  ['min_liquidity_usd=1e400', 'invalid_parameter', 'min_liquidity_usd'],
  ['min_liquidity_usd=', 'invalid_parameter', 'min_liquidity_usd'],
  ['max_age_seconds=0', 'invalid_parameter', 'max_age_seconds'],
  ['max_age_seconds=NaN', 'invalid_parameter', 'max_age_seconds'],
  ['max_age_seconds=-5', 'invalid_parameter', 'max_age_seconds'],
  ['cursor=', 'invalid_cursor', 'cursor'],
  ['cursor=%00', 'invalid_cursor', 'cursor'],
  [`cursor=${'a'.repeat(1025)}`, 'invalid_cursor', 'cursor'],
  ['cursor=AAAA', 'invalid_cursor', null],
  ['cursor=0-5', 'cursor_expired', null],
]

describe.each(['/v1/tokens', '/api/tokens'])('%s refuses', (path) => {
  test.each(QUERIES)('?%s', async (query, code, flaw) => {
    const response = await testHttp().get(`${path}?${query}`)
    const problem = await problemOf(response, path)
    expect(problem.code).toBe(code)
    expect(problem.errors.map((error) => error.path)).toEqual(flaw === null ? [] : [flaw])
  })
})

test.each(['/api/tokens?utm=1&utm=2', '/livez?x=1&x=1', '/v1/tokens/lookup?a&%61'])(
  'a repeated key is refused everywhere, known or not: %s',
  async (path) => {
    const problem = await problemOf(await testHttp().get(path), path)
    expect(problem.errors[0]?.message).toBe('May be given once only.')
  },
)

describe('/v1 refuses unknown keys, and names each one', () => {
  test.each(['/v1/tokens', `/v1/tokens/solana/${MINT}`, `/v1/tokens/solana/${MINT}/explain`])('%s', async (path) => {
    const problem = await problemOf(await testHttp().get(`${path}?bogus=1&__proto__=2&constructor=3`), path)
    expect(problem.code).toBe('invalid_parameter')
    expect(problem.errors.map((error) => error.path).sort()).toEqual(['__proto__', 'bogus', 'constructor'])
  })
})

test.each(['/v1/tokens?=x', '/v1/tokens?limit=1&=', '/v1/tokens/lookup?=', `/v1/tokens/solana/${MINT}?=1`])(
  'and one without a name: %s',
  async (path) => {
    const init = path.startsWith('/v1/tokens/lookup') ? posted({ ids: [] }) : {}
    const problem = await problemOf(await testHttp().get(path, init), path)
    expect(problem).toMatchObject({ code: 'invalid_parameter', errors: [{ path: '', message: 'Has no name.' }] })
  },
)

test.each(['/v1/tokens?', '/v1/tokens?&', '/v1/tokens?limit=1&', '/api/tokens?=x', '/livez?=x'])(
  'but not what says nothing, or what the compatibility routes ignore: %s',
  async (path) => {
    expect((await testHttp().get(path)).status).toBe(200)
  },
)

describe('paths', () => {
  const PATHS: [path: string, code: ErrorCode][] = [
    ['/nope', 'not_found'],
    ['/v1/tokens/', 'not_found'],
    ['/V1/tokens', 'not_found'],
    ['//v1/tokens', 'not_found'],
    ['/api/tokens/../../etc/passwd', 'not_found'],
    ['/assets/..%2f..%2fpackage.json', 'not_found'],
    ['/assets/scalar.js', 'not_found'],
    ['/v1/tokens/%E0%A4%A', 'malformed_request'],
    ['/v1/tokens/nowhere/abc', 'unknown_network'],
    ['/v1/tokens/__proto__/abc', 'unknown_network'],
    ['/v1/tokens/solana/__proto__', 'invalid_parameter'],
    ['/v1/tokens/solana/%00', 'invalid_parameter'],
    [`/v1/tokens/solana/${'Z'.repeat(3000)}`, 'invalid_parameter'],
    [`/v1/tokens/ethereum/0x${'g'.repeat(40)}`, 'invalid_parameter'],
    [`/v1/tokens/solana/${'Z'.repeat(TARGET_LENGTH_MAX)}`, 'uri_too_long'],
    [`/api/tokens?q=${'a'.repeat(10_000)}`, 'uri_too_long'],
    [`/v1/tokens/solana/${'9'.repeat(40)}`, 'token_not_found'],
    [`/v1/tokens/solana/${'9'.repeat(40)}/explain`, 'token_not_found'],
  ]
  test.each(PATHS)('%.60s is %s', async (path, code) => {
    expect((await problemOf(await testHttp().get(path), path)).code).toBe(code)
  })
})

describe('methods', () => {
  test.each(['DELETE', 'PUT', 'PATCH', 'POST', 'PROPFIND', 'QUERY'])(
    '%s is refused with what is allowed',
    async (method) => {
      const response = await testHttp().get('/api/tokens', { method })
      expect((await problemOf(response, '/api/tokens')).code).toBe('method_not_allowed')
      expect(response.headers.get('allow')).toBe('GET, HEAD, OPTIONS')
    },
  )

  test('GET is refused where only POST is known', async () => {
    const response = await testHttp().get('/v1/tokens/lookup')
    expect(response.status).toBe(405)
    expect(response.headers.get('allow')).toBe('POST, OPTIONS')
  })

  test('any method on an unknown path is 404', async () => {
    expect((await testHttp().get('/nope', { method: 'DELETE' })).status).toBe(404)
  })
})

describe('bodies of POST /v1/tokens/lookup', () => {
  const BODIES: [name: string, body: string, code: ErrorCode][] = [
    ['half an object', '{', 'invalid_body'],
    ['nothing', '', 'invalid_body'],
    ['null', 'null', 'invalid_body'],
    ['a list', '[]', 'invalid_body'],
    ['a text', '"ids"', 'invalid_body'],
    ['no ids', '{}', 'invalid_body'],
    ['a number of ids', '{"ids":1}', 'invalid_body'],
    ['ids that are numbers', '{"ids":[1]}', 'invalid_body'],
    ['ids that are null', '{"ids":[null]}', 'invalid_body'],
    ['an unknown key', '{"ids":[],"x":1}', 'invalid_body'],
    ['a repeated key', '{"ids":[],"ids":["solana:x"]}', 'invalid_body'],
    ['a key repeated by escapes', '{"ids":[],"i\\u0064s":["solana:x"]}', 'invalid_body'],
    ['__proto__', '{"__proto__":{"x":1},"ids":[]}', 'invalid_body'],
    ['__proto__ by escapes', '{"\\u005f_proto__":{"x":1},"ids":[]}', 'invalid_body'],
    ['a number that overflows', '{"ids":[1e400]}', 'invalid_body'],
    ['33 levels', `{"ids":${'['.repeat(32)}${']'.repeat(32)}}`, 'invalid_body'],
    ['8,000 levels', `${'['.repeat(8000)}${']'.repeat(8000)}`, 'invalid_body'],
    ['101 ids', JSON.stringify({ ids: Array(101).fill('solana:x') }), 'invalid_body'],
    ['an id of 321 characters', JSON.stringify({ ids: ['x'.repeat(321)] }), 'invalid_body'],
    ['20,000 levels', '['.repeat(20_000), 'payload_too_large'],
    ['100 kB', JSON.stringify({ ids: ['x'.repeat(100_000)] }), 'payload_too_large'],
  ]
  test.each(BODIES)('%s', async (_name, body, code) => {
    const path = '/v1/tokens/lookup'
    expect((await problemOf(await testHttp().get(path, posted(body)), path)).code).toBe(code)
  })

  test('names the flaw', async () => {
    const response = await testHttp().get('/v1/tokens/lookup', posted({ ids: ['solana:x', 7] }))
    expect((await problemOf(response, '/')).errors).toEqual([{ in: 'body', path: 'ids.1', message: 'A text.' }])
  })

  test('braces inside texts are no levels, and equal keys of different objects are no repetition', async () => {
    const body = JSON.stringify({ ids: ['{"ids":["[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["]}', '":\\"'] })
    expect((await testHttp().get('/v1/tokens/lookup', posted(body))).status).toBe(200)
  })

  test.each(['text/plain', 'application/x-www-form-urlencoded', 'application/jsonp', '', 'application/json; a=b; c'])(
    'of type %j are 415, or read as JSON',
    async (type) => {
      const { status } = await testHttp().get('/v1/tokens/lookup', posted('{"ids":[]}', type))
      expect(status).toBe(415)
    },
  )

  test('in another character set or compressed are refused', async () => {
    const { get } = testHttp()
    const latin = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: new Uint8Array([0x22, 0xff, 0x22]),
    }
    expect((await problemOf(await get('/v1/tokens/lookup', latin), '/')).code).toBe('invalid_body')
    const packed = posted('{"ids":[]}')
    packed.headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' }
    expect((await get('/v1/tokens/lookup', packed)).status).toBe(415)
  })

  test('are not read past the limit, though they have no declared length', async () => {
    let sent = 0
    const endless = new ReadableStream({
      pull(controller) {
        sent += 1000
        controller.enqueue(new Uint8Array(1000).fill(0x20))
      },
    })
    const init = {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: endless,
      duplex: 'half' as const,
    }
    expect((await testHttp().get('/v1/tokens/lookup', init)).status).toBe(413)
    expect(sent).toBeLessThan(20_000)
  })
})
