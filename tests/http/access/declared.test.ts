import { createRoute, OpenAPIHono } from '@hono/zod-openapi'
import { describe, expect, test } from 'vitest'
import {
  ADMIN,
  accessOf,
  OPEN,
  READS,
  STREAM_READS,
  withKey,
  withKeyOrTicket,
} from '../../../src/adapters/http/access/declared.ts'
import { operations } from '../../../src/adapters/http/access/operations.ts'
import type { EdgeEnv } from '../../../src/adapters/http/exchange.ts'
import { guardedHttp, operationsOf } from './support.ts'

describe('what an operation declares', () => {
  const key = { kind: 'key', scope: 'read', isShared: false, takesTicket: false }

  test('is one of a few things', () => {
    expect(accessOf(OPEN)).toEqual({ kind: 'open' })
    expect(accessOf(ADMIN)).toEqual({ kind: 'admin' })
    expect(accessOf(READS)).toEqual({ ...key, isShared: true })
    expect(accessOf(STREAM_READS)).toEqual({ ...key, isShared: true, takesTicket: true })
    expect(accessOf(withKey('read'))).toEqual(key)
    expect(accessOf(withKey(null))).toEqual({ ...key, scope: null })
    expect(accessOf(withKeyOrTicket('read'))).toEqual({ ...key, takesTicket: true })
  })

  test('opens it to nobody when it is nothing, or cannot be understood', () => {
    for (const security of [
      undefined,
      [{}],
      [{ ticket: [] }],
      [{ apiKey: ['write'] }],
      [{ apiKey: ['read', 'taps:write'] }],
      [{ apiKey: ['read'] }, { cookie: [] }],
      [{ admin: [] }, { apiKey: ['read'] }],
      [{}, { admin: [] }],
    ]) {
      expect(accessOf(security)).toBeNull()
    }
  })
})

describe('a route that declares nothing', () => {
  const planted = (security?: Record<string, string[]>[]) => {
    const route = createRoute({
      method: 'get',
      path: '/planted/{id}',
      ...(security !== undefined && { security }),
      responses: { 200: { description: 'A secret.' } },
    })
    return new OpenAPIHono<EdgeEnv>().openapi(route, (c) => c.text('secret') as never)
  }
  const ask = (app: OpenAPIHono<EdgeEnv>, path: string) =>
    operations(app, true).access(new Request(`http://here${path}`))

  test('is not there', () => {
    expect(ask(planted([]), '/planted/1')).toEqual({ kind: 'open' })
    expect(ask(planted(), '/planted/1')).toBeNull()
    expect(operations(planted(), true).methods(new Request('http://here/planted/1'))).toEqual([])
  })

  test('nor is one that the document does not know', () => {
    const app = planted([])
    app.get('/other', (c) => c.text('secret'))
    expect(ask(app, '/other')).toBeNull()
  })

  test('nor is one that shares its path with a handler that it does not know, before or after it', () => {
    const before = new OpenAPIHono<EdgeEnv>()
    before.get('/planted/*', (c) => c.text('secret'))
    before.route('/', planted([]))
    const after = planted([])
    after.get('/planted/*', (c) => c.text('secret'))
    for (const app of [before, after]) expect(ask(app, '/planted/1')).toBeNull()
  })

  test('answers nothing, in the whole service', async () => {
    const { app, fetch } = guardedHttp()
    app.get('/planted', (c) => c.text('secret'))
    for (const method of ['GET', 'HEAD', 'OPTIONS', 'POST']) {
      const response = await fetch(new Request('http://here/planted', { method }))
      expect([method, response.status]).toEqual([method, 404])
      expect(await response.text()).not.toContain('secret')
    }
  })
})

test('every route of the app is an operation of the document that says who may use it', async () => {
  const { app, document } = guardedHttp()
  const routes = new Set(app.routes.map(({ method, path }) => `${method} ${path.replace(/:([a-z]+)/g, '{$1}')}`))
  expect([...routes].sort()).toEqual(
    operationsOf(document())
      .map(({ name }) => name)
      .sort(),
  )
})

test('an address that is written in another way is the same operation', async () => {
  const { get } = guardedHttp()
  for (const path of ['/v1/%6de', '/v1/%61dmin/teams', '/%76%31/me']) {
    expect([path, (await get(path)).status]).toEqual([path, 401])
  }
  for (const path of ['/v1//me', '/v1/me/', '//v1/me', '/V1/me', '/v1%2fme', '/v1/me%00', '/v1/me;x']) {
    expect([path, (await get(path)).status]).toEqual([path, 404])
  }
})
