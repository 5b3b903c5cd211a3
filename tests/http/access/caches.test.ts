import { describe, expect, test } from 'vitest'
import { withKey } from '../../support/access.ts'
import { posted } from '../../support/http.ts'
import { guardedHttp } from './support.ts'

const READS = ['/v1/tokens', '/api/tokens?q=SOL', '/v1/tokens?limit=5&sort=liquidity']

describe('with PUBLIC_READS=false', () => {
  test.each(READS)('%s is prepared once for all keys, and handed to nobody without one', async (path) => {
    const { get, service, access } = guardedHttp({ publicReads: false })
    const [one, other] = [await access.key('Night market'), await access.key('Day market')]
    const first = await get(path, withKey(one))
    expect(first.status).toBe(200)
    const body = await first.text()
    expect(await (await get(path, withKey(other))).text()).toBe(body)
    expect(service.asked.page).toHaveLength(1)
    for (const headers of [{}, { 'x-api-key': 'x' }, { 'if-none-match': first.headers.get('etag') ?? '' }]) {
      const refused = await get(path, { headers })
      expect(refused.status).toBe(401)
      expect(await refused.text()).not.toContain('Wrapped SOL')
    }
  })

  test.each(READS)('no cache that others share may keep %s', async (path) => {
    const { get, access } = guardedHttp({ publicReads: false })
    const key = await access.key('Night market')
    const first = await get(path, withKey(key))
    const again = await get(path, withKey(key, { headers: { 'if-none-match': first.headers.get('etag') ?? '' } }))
    expect([first.status, again.status]).toEqual([200, 304])
    for (const { headers } of [first, again]) {
      expect(headers.get('cache-control')).toMatch(/^(private|no-store)/)
      expect(headers.get('vary')).toMatch(/accept-encoding.*authorization.*x-api-key/)
    }
    const refused = await get(path)
    expect(refused.headers.get('cache-control')).toBe('no-store')
  })

  test('a new board is a new answer', async () => {
    const { get, service, access } = guardedHttp({ publicReads: false })
    const key = await access.key('Night market')
    const seq = async () =>
      ((await (await get('/v1/tokens', withKey(key))).json()) as { snapshot: { seq: number } }).snapshot.seq
    const before = await seq()
    service.tick()
    expect(await seq()).toBe(before + 1)
  })

  test('a key that is revoked gets nothing of what was prepared for it', async () => {
    const { get, access } = guardedHttp({ publicReads: false })
    const key = await access.key('Night market')
    expect((await get('/v1/tokens', withKey(key))).status).toBe(200)
    await access.service.revokeKey(key.key.id)
    expect((await get('/v1/tokens', withKey(key))).status).toBe(401)
  })

  test('probes and documents stay open', async () => {
    const { get } = guardedHttp({ publicReads: false })
    for (const path of ['/livez', '/readyz', '/docs', '/openapi.json', '/asyncapi.json', '/']) {
      expect([path, (await get(path)).status]).toEqual([path, 200])
    }
  })

  test('the document says that a key is needed', async () => {
    const security = async (publicReads: boolean) => {
      const { paths } = (await (await guardedHttp({ publicReads }).get('/openapi.json')).json()) as {
        paths: Record<string, Record<string, { security: unknown }>>
      }
      return paths['/v1/tokens']?.['get']?.security
    }
    expect(await security(true)).toEqual([{}, { apiKey: ['read'] }])
    expect(await security(false)).toEqual([{ apiKey: ['read'] }])
  })
})

describe('with PUBLIC_READS=true', () => {
  test('what is open asks nobody who they are', async () => {
    const { get, access } = guardedHttp()
    for (let i = 0; i < 2; i++) {
      const response = await get('/v1/tokens', { headers: { 'x-api-key': 'nonsense', authorization: 'Bearer other' } })
      expect(response.status).toBe(200)
      expect(response.headers.get('vary')).toBe('accept-encoding')
    }
    expect(access.asked).toEqual({})
  })

  test('what a key opens is kept by no shared cache', async () => {
    const { get, access } = guardedHttp()
    const key = await access.key('Night market')
    for (const [path, init] of [
      ['/v1/me', {}],
      ['/v1/stream/tickets', { method: 'POST' }],
    ] as const) {
      const { headers } = await get(path, withKey(key, init))
      expect(headers.get('cache-control')).toBe('no-store')
      expect(headers.get('vary')).toBe('authorization, x-api-key')
    }
  })
})

describe('pages of other origins', () => {
  const origin = 'https://board.example'

  test('may send a key, by themselves and never by a cookie', async () => {
    const { get } = guardedHttp({ allowedOrigins: [origin] })
    for (const [path, method] of [
      ['/v1/me', 'GET'],
      ['/v1/admin/keys/x', 'DELETE'],
      ['/v1/tags/1', 'PATCH'],
    ] as const) {
      const { status, headers } = await get(path, {
        method: 'OPTIONS',
        headers: { origin, 'access-control-request-method': method, 'access-control-request-headers': 'x-api-key' },
      })
      expect(status).toBe(204)
      expect(headers.get('access-control-allow-methods')).toContain(method)
      for (const name of ['x-api-key', 'authorization', 'idempotency-key', 'content-type']) {
        expect(headers.get('access-control-allow-headers')).toContain(name)
      }
      expect(headers.get('access-control-allow-credentials')).toBeNull()
      expect(headers.get('access-control-allow-origin')).toBe(origin)
    }
  })

  test('that are not allowed are told nothing', async () => {
    const { get } = guardedHttp({ allowedOrigins: [origin] })
    const { headers } = await get('/v1/me', { method: 'OPTIONS', headers: { origin: 'https://evil.example' } })
    expect([...headers.keys()].filter((name) => name.startsWith('access-control'))).toEqual([])
  })
})

test('a refused body is not read: a key comes first', async () => {
  const { get } = guardedHttp()
  const response = await get('/v1/admin/teams', posted('{"name":'))
  expect(response.status).toBe(401)
})
