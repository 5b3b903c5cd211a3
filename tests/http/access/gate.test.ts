import { describe, expect, test } from 'vitest'
import { asOperator, testAccess, withKey } from '../../support/access.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { posted, testHttp } from '../../support/http.ts'

async function opened(publicReads = true) {
  const clock = fakeClock()
  const access = testAccess(clock, { publicReads })
  const http = testHttp({ access: access.deps }, undefined, clock)
  return { ...http, access, clock, key: await access.key('Night market') }
}

describe('a key', () => {
  test('is taken from either header', async () => {
    const { get, key } = await opened()
    for (const headers of [
      { 'x-api-key': key.secret },
      { authorization: `Bearer ${key.secret}` },
      { authorization: `bearer ${key.secret}` },
    ]) {
      const response = await get('/v1/me', { headers })
      expect(response.status).toBe(200)
      expect(response.headers.get('cache-control')).toBe('no-store')
      expect(await response.json()).toMatchObject({ team: { id: '1', name: 'Night market' }, key: { id: key.key.id } })
    }
  })

  test('may be in both headers, when it is the same', async () => {
    const { get, key } = await opened()
    const both = (bearer: string) => ({ headers: { 'x-api-key': key.secret, authorization: `Bearer ${bearer}` } })
    expect((await get('/v1/me', both(key.secret))).status).toBe(200)
    const other = await get('/v1/me', both('other'))
    expect(other.status).toBe(400)
    expect(await other.json()).toMatchObject({ code: 'malformed_request' })
  })

  test('may come beside an authorization of another scheme, which by itself is no key', async () => {
    const { get, key } = await opened()
    const authorization = 'Basic bWU6bXlzZWxm'
    expect((await get('/v1/me', { headers: { 'x-api-key': key.secret, authorization } })).status).toBe(200)
    expect((await get('/v1/me', { headers: { authorization } })).status).toBe(401)
  })

  test('repeated in a header is malformed', async () => {
    const { get, key } = await opened()
    for (const name of ['x-api-key', 'authorization']) {
      const headers = new Headers()
      for (let i = 0; i < 2; i++) headers.append(name, name === 'x-api-key' ? key.secret : `Bearer ${key.secret}`)
      expect((await get('/v1/me', { headers })).status).toBe(400)
    }
  })

  test('is needed where it is said, and asked for as HTTP asks', async () => {
    const { get } = await opened()
    const response = await get('/v1/me')
    expect(response.status).toBe(401)
    expect(response.headers.get('www-authenticate')).toBe('Bearer')
    expect(await response.json()).toMatchObject({ code: 'key_required' })
  })

  test('is not read from the address', async () => {
    const { get, key } = await opened()
    for (const name of ['key', 'api_key', 'x-api-key', 'access_token', 'ticket']) {
      const response = await get(`/v1/me?${name}=${key.secret}`)
      expect([name, response.status]).toEqual([name, 401])
    }
  })
})

describe('the operator', () => {
  test('creates a team and a key, which works, and revokes it', async () => {
    const { get } = await opened()
    const team = await get('/v1/admin/teams', asOperator(posted({ name: 'Day market' })))
    expect(team.status).toBe(201)
    const { id } = (await team.json()) as { id: string }
    const issued = await get(`/v1/admin/teams/${id}/keys`, asOperator({ method: 'POST' }))
    expect([issued.status, issued.headers.get('cache-control')]).toEqual([201, 'no-store'])
    const body = (await issued.json()) as { id: string; key: string }
    expect((await get('/v1/me', withKey({ secret: body.key }))).status).toBe(200)
    expect((await get(`/v1/admin/keys/${body.id}`, asOperator({ method: 'DELETE' }))).status).toBe(204)
    expect((await get('/v1/me', withKey({ secret: body.key }))).status).toBe(401)
  })
})
