import { describe, expect, test } from 'vitest'
import {
  IssuedKeySchema,
  KeysSchema,
  MeSchema,
  TeamSchema,
  TeamsSchema,
  TicketSchema,
} from '../../../src/adapters/http/schemas/access.ts'
import { asOperator, withKey } from '../../support/access.ts'
import { posted } from '../../support/http.ts'
import { guardedHttp } from './support.ts'

function operator() {
  const http = guardedHttp()
  const ask = async (path: string, init: RequestInit = {}) => http.get(`/v1/admin/${path}`, asOperator(init))
  return { ...http, ask }
}

describe('what the operator does', () => {
  test('answers as the document says', async () => {
    const { ask, get } = operator()
    TeamSchema.strict().parse(await (await ask('teams', posted({ name: 'Night market' }))).json())
    TeamsSchema.strict().parse(await (await ask('teams')).json())
    const wish = { name: 'till', scopes: ['read'], expires_at: '2027-01-01' }
    const issued = await ask('teams/Night%20market/keys', posted(wish))
    const key = IssuedKeySchema.strict().parse(await issued.json())
    expect(key).toMatchObject({ team_id: '1', name: 'till', scopes: ['read'], expires_at: '2027-01-01T00:00:00.000Z' })
    const listed = await (await ask('teams/1/keys')).json()
    const { key: secret, ...shown } = key
    expect(KeysSchema.strict().parse(listed)).toEqual({ data: [shown] })
    expect(JSON.stringify(listed)).not.toContain(secret)
    MeSchema.strict().parse(await (await get('/v1/me', withKey({ secret }))).json())
    const ticket = await get('/v1/stream/tickets', withKey({ secret }, { method: 'POST' }))
    TicketSchema.strict().parse(await ticket.json())
  })

  test('is not read when it has another type: a body half read would cost the next request on the connection', async () => {
    const { ask, fetch } = operator()
    await ask('teams', posted({ name: 'Night market' }))
    const request = new Request('http://here/v1/admin/teams/1/keys', asOperator(posted('x', 'text/plain')))
    let touched = 0
    Object.defineProperty(request, 'body', { get: () => touched++ })
    expect((await fetch(request)).status).toBe(415)
    expect(touched).toBe(0)
  })

  test('replaces a key, with some grace for the old one', async () => {
    const { ask, get, clock } = operator()
    await ask('teams', posted({ name: 'Night market' }))
    const issue = async (path: string, body?: object) => {
      const response = await ask(path, body === undefined ? { method: 'POST' } : posted(body))
      return IssuedKeySchema.parse(await response.json())
    }
    const statusOf = async ({ key }: { key: string }) => (await get('/v1/me', withKey({ secret: key }))).status
    const first = await issue('teams/1/keys')
    const second = await issue(`keys/${first.id}/rotate`, { grace_seconds: 10 })
    await clock.advance(9999)
    expect([await statusOf(first), await statusOf(second)]).toEqual([200, 200])
    await clock.advance(1)
    expect([await statusOf(first), await statusOf(second)]).toEqual([401, 200])
    const third = await issue(`keys/${second.id}/rotate`)
    await clock.advance(3_599_999)
    expect(await statusOf(second)).toBe(200)
    await clock.advance(1)
    expect([await statusOf(second), await statusOf(third)]).toEqual([401, 200])
    const fourth = await issue(`keys/${third.id}/rotate`, { grace_seconds: 0 })
    expect([await statusOf(third), await statusOf(fourth)]).toEqual([401, 200])
  })

  test.each([
    ['teams', { name: 'x', id: 7 }],
    ['teams', {}],
    ['teams', { name: '' }],
    ['teams', { name: ' x' }],
    ['teams', { name: 'a\u0000' }],
    ['teams', { name: 5 }],
    ['teams', []],
    ['teams/1/keys', { scopes: [] }],
    ['teams/1/keys', { scopes: ['write'] }],
    ['teams/1/keys', { scopes: ['read', 'read'] }],
    ['teams/1/keys', { expires_at: 'tomorrow' }],
    ['teams/1/keys', { expires_at: '2020-01-01' }],
    ['teams/1/keys', { expires_at: 5 }],
    ['teams/1/keys', { key: 'mine' }],
    ['keys/key_x/rotate', { grace_seconds: -1 }],
    ['keys/key_x/rotate', { grace_seconds: 1.5 }],
    ['keys/key_x/rotate', { grace_seconds: 1e9 }],
    ['keys/key_x/rotate', { grace: 1 }],
  ])('%s with %j is refused, with what is wrong', async (path, body) => {
    const { ask } = operator()
    await ask('teams', posted({ name: 'Night market' }))
    const response = await ask(path, posted(body))
    expect(response.status).toBe(400)
    expect(await response.json()).toMatchObject({ code: 'invalid_body', errors: [{ in: 'body' }] })
  })

  test.each([
    ['teams', posted({ name: 'NIGHT market' }), 409, 'team_taken'],
    ['teams/2/keys', { method: 'POST' }, 404, 'team_not_found'],
    ['teams/2/keys', {}, 404, 'team_not_found'],
    ['keys/key_x', { method: 'DELETE' }, 404, 'key_not_found'],
    ['keys/key_x/rotate', { method: 'POST' }, 404, 'key_not_found'],
    ['teams', posted('name=x', 'application/x-www-form-urlencoded'), 415, 'unsupported_media_type'],
    ['teams/1/keys', posted('{}', 'text/plain'), 415, 'unsupported_media_type'],
    ['teams/1/keys', posted(`{"name":"${'x'.repeat(17_000)}"}`), 413, 'payload_too_large'],
    ['teams?limit=1', {}, 400, 'invalid_parameter'],
  ])('%s with %j answers %d %s', async (path, init, status, code) => {
    const { ask } = operator()
    await ask('teams', posted({ name: 'Night market' }))
    const response = await ask(path, init)
    expect(response.status).toBe(status)
    expect(await response.json()).toMatchObject({ code })
  })

  test('is refused while the store is away, and trying again is asked for', async () => {
    const { ask, access } = operator()
    access.store.fail('away')
    const response = await ask('teams')
    expect([response.status, response.headers.get('retry-after')]).toEqual([503, '5'])
    expect(await response.json()).toMatchObject({ code: 'access_unavailable' })
  })
})

test('a key learns nothing of other teams of itself', async () => {
  const { get, access } = guardedHttp()
  const [mine, other] = [await access.key('Night market'), await access.key('Canary')]
  const text = await (await get('/v1/me', withKey(mine))).text()
  for (const canary of ['Canary', other.key.id, other.key.ending]) expect(text).not.toContain(canary)
})

test('a compatibility route says what is wrong with a key as its clients expect', async () => {
  const { get } = guardedHttp()
  const response = await get('/v1/api/tap/analytics', posted({}))
  expect(response.status).toBe(401)
  const problem = (await response.json()) as { error: string; detail: string }
  expect(problem.error).toBe(problem.detail)
})
