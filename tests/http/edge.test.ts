import { describe, expect, test } from 'vitest'
import { STATUS } from '../../src/adapters/http/problem.ts'
import { ERROR_CODES, ServiceError } from '../../src/domain/errors.ts'
import { testHttp } from '../support/http.ts'

const PATHS = [
  '/v1/tokens',
  '/api/tokens',
  '/livez',
  '/readyz',
  '/docs',
  '/openapi.json',
  '/',
  '/nope',
  '/v1/tokens?limit=x',
]

describe('every answer', () => {
  test.each(PATHS)('of %s is stamped and guarded', async (path) => {
    const { get } = testHttp()
    const [first, second] = [await get(path, { headers: { 'x-request-id': 'mine' } }), await get(path)]
    expect(first.headers.get('x-served-at')).toBe('2026-11-20T12:00:00.000Z')
    expect(first.headers.get('x-request-id')).toMatch(/^[0-9a-f]{12}-[0-9a-z]+$/)
    expect(first.headers.get('x-request-id')).not.toBe(second.headers.get('x-request-id'))
    expect(first.headers.get('x-content-type-options')).toBe('nosniff')
    expect(first.headers.get('content-security-policy')).toContain("default-src 'none'")
  })

  test('says when it was sent, also when its body was prepared earlier', async () => {
    const { get, clock } = testHttp()
    await get('/v1/tokens')
    await clock.advance(1234)
    expect((await get('/v1/tokens')).headers.get('x-served-at')).toBe('2026-11-20T12:00:01.234Z')
  })

  test('closes its connection while the service is draining', async () => {
    let draining = false
    const { get } = testHttp({ draining: () => draining })
    expect((await get('/v1/tokens')).headers.get('connection')).toBeNull()
    draining = true
    for (const path of ['/v1/tokens', '/livez', '/nope'])
      expect((await get(path)).headers.get('connection')).toBe('close')
    const ready = await get('/readyz')
    expect(ready.status).toBe(503)
    expect(await ready.json()).toMatchObject({ code: 'shutting_down' })
  })
})

describe('pages of other origins', () => {
  const origin = 'https://board.example'
  const from = (name: string, init: RequestInit = {}) => ({ ...init, headers: { ...init.headers, origin: name } })

  test('may read answers when their origin is allowed', async () => {
    const { get } = testHttp({ allowedOrigins: [origin] })
    for (const path of ['/v1/tokens', '/v1/tokens', '/nope', '/livez']) {
      const response = await get(path, from(origin))
      expect(response.headers.get('access-control-allow-origin')).toBe(origin)
      expect(response.headers.get('vary')).toContain('origin')
      expect(response.headers.get('access-control-allow-credentials')).toBeNull()
      expect(response.headers.get('access-control-expose-headers')).toContain('x-served-at')
    }
  })

  test('may not when it is not, and the answers still differ by origin for caches', async () => {
    const { get } = testHttp({ allowedOrigins: [origin] })
    for (const path of ['/v1/tokens', '/v1/tokens', '/nope']) {
      const response = await get(path, from('https://evil.example'))
      expect(response.headers.get('access-control-allow-origin')).toBeNull()
      expect(response.headers.get('vary')).toContain('origin')
    }
  })

  test('a star lets every page read', async () => {
    const response = await testHttp({ allowedOrigins: ['*'] }).get('/v1/tokens', from('https://any.example'))
    expect(response.headers.get('access-control-allow-origin')).toBe('*')
    expect(response.headers.get('vary')).toBe('accept-encoding')
  })

  test('ask first with OPTIONS', async () => {
    const { get } = testHttp({ allowedOrigins: [origin] })
    const asked = { method: 'OPTIONS', headers: { 'access-control-request-method': 'POST' } }
    const yes = await get('/v1/tokens/lookup', from(origin, asked))
    expect(yes.status).toBe(204)
    expect(yes.headers.get('access-control-allow-methods')).toBe('POST')
    expect(yes.headers.get('access-control-allow-headers')).toContain('content-type')
    const no = await get('/v1/tokens/lookup', from('https://evil.example', asked))
    expect(no.headers.get('access-control-allow-methods')).toBeNull()
    expect((await get('/nope', from(origin, asked))).status).toBe(404)
  })
})

describe('failures', () => {
  test.each(ERROR_CODES)('%s has its status, and 429 and 503 say when to come back', async (code) => {
    const { get, service } = testHttp()
    service.fail(new ServiceError(code, 'A sentence.'))
    const response = await get('/api/tokens')
    expect(response.status).toBe(STATUS[code])
    expect(response.headers.get('retry-after')).toBe([429, 503].includes(STATUS[code]) ? '5' : null)
  })

  test('of other kinds become a fixed text with the id that finds them in the log', async () => {
    const { get, service, log } = testHttp()
    service.fail(new TypeError('password=hunter2 at /srv/app'))
    const response = await get('/api/tokens')
    const text = await response.text()
    expect(response.status).toBe(500)
    expect(text).not.toContain('hunter2')
    const problem = JSON.parse(text) as { request_id: string; code: string; error: string; detail: string }
    expect(problem).toMatchObject({ code: 'internal', error: problem.detail })
    const line = log.lines.find((l) => l.level === 'error')
    expect(line?.fields).toMatchObject({
      request_id: problem.request_id,
      path: '/api/tokens',
      kind: 'TypeError: password=hunter2 at /srv/app',
    })
  })

  test('of one kind are logged once in ten seconds, with their number', async () => {
    const { get, service, log, clock } = testHttp()
    service.fail(new TypeError('broken'))
    for (let i = 0; i < 20; i++) await get('/api/tokens')
    await clock.advance(10_000)
    await get('/api/tokens')
    const errors = log.lines.filter((line) => line.level === 'error')
    expect(errors.map((line) => line.fields['same_since_last_line'])).toEqual([0, 19])
  })
})

describe('the access log', () => {
  const linesOf = (log: ReturnType<typeof testHttp>['log']) =>
    log.lines.filter((line) => line.message === 'requests').map((line) => line.fields['lines'] as string[])

  test('gets one line per request, in bundles, without queries or probes', async () => {
    const { get, log, clock } = testHttp()
    const prepared = await get('/v1/tokens?q=secret')
    await get('/v1/tokens?q=secret')
    await get('/nope')
    await get('/livez')
    expect(linesOf(log)).toEqual([])
    await clock.advance(1000)
    const [lines = []] = linesOf(log)
    expect(lines).toHaveLength(3)
    expect(lines[0]).toBe(`GET /v1/tokens 200 ${prepared.headers.get('x-request-id')}`)
    expect(lines[2]).toMatch(/^GET \/nope 404 /)
    expect(JSON.stringify(log.lines)).not.toContain('secret')
  })

  test('does not wait once a bundle is full, and hands over the rest at the end', async () => {
    const { get, log, flush } = testHttp()
    for (let i = 0; i < 530; i++) await get('/v1/tokens')
    expect(linesOf(log).map((lines) => lines.length)).toEqual([500])
    flush()
    flush()
    expect(linesOf(log).map((lines) => lines.length)).toEqual([500, 30])
  })
})
