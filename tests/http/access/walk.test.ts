import { describe, expect, test } from 'vitest'
import { secretOf } from '../../../src/domain/access/secret.ts'
import { asOperator, withKey } from '../../support/access.ts'
import { guardedHttp, type Operation, operationsOf } from './support.ts'

const UNKNOWN = secretOf('key', new Uint8Array(32).fill(9))
/** Keys that are none. Some cannot even be sent as a header, and are left out by whoever sends them. */
const WRONG = [
  'x',
  'null',
  'undefined',
  'true',
  '0',
  '-1',
  'ttap_live_',
  'ttap_test_0000',
  `ttap_live_${'0'.repeat(49)}`,
  `ttap_live_${'z'.repeat(49)}`,
  UNKNOWN,
  UNKNOWN.toUpperCase(),
  UNKNOWN.toLowerCase(),
  UNKNOWN.slice(0, -1),
  UNKNOWN.slice(1),
  `${UNKNOWN}0`,
  `${UNKNOWN}=`,
  `"${UNKNOWN}"`,
  `'${UNKNOWN}'`,
  encodeURIComponent(`${UNKNOWN}\n`),
  `Bearer${UNKNOWN}`,
  `Basic ${btoa(`${UNKNOWN}:`)}`,
  btoa(UNKNOWN),
  "' or 1=1 --",
  '$(id)',
  '../../etc/passwd',
  '{"$ne":null}',
  '*',
  '%',
  'a'.repeat(4000),
  'ü',
  secretOf('ticket', new Uint8Array(32).fill(9)),
]

/** The walk is one. */
const NO_FLOODS = { refusalsPerMinute: 1_000_000 }

const document = guardedHttp().document()
const operations = operationsOf(document)
const kindOf = ({ security }: Operation): 'open' | 'reads' | 'admin' | 'key' => {
  if (security.length === 0) return 'open'
  if (security.some((one) => Object.keys(one).length === 0)) return 'reads'
  return security.some((one) => 'admin' in one) ? 'admin' : 'key'
}
const of = (...kinds: string[]) => operations.filter((operation) => kinds.includes(kindOf(operation)))
/** What is left of a refusal when what is different each time is taken away. */
async function told(response: Response) {
  const { request_id: _, ...problem } = (await response.json()) as { request_id: string }
  const headers = [...response.headers].filter(([name]) => name !== 'x-request-id')
  return { status: response.status, headers, problem }
}

describe('the document', () => {
  test('says of every operation who may use it, in words that mean something', () => {
    expect(operations.length).toBeGreaterThan(35)
    for (const kind of ['open', 'reads', 'admin', 'key']) expect(of(kind).length).toBeGreaterThan(2)
    const schemes = Object.keys(document.components?.securitySchemes ?? {})
    for (const { security } of operations) {
      for (const one of security) for (const scheme of Object.keys(one)) expect(schemes).toContain(scheme)
    }
  })

  test('leaves open what probes and people without a key need', () => {
    const open = of('open').map(({ path }) => path)
    for (const path of ['/livez', '/readyz', '/docs', '/openapi.json', '/asyncapi.json']) expect(open).toContain(path)
    expect(open.filter((path) => path.startsWith('/v1'))).toEqual([])
  })
})

describe.each([true, false])('with PUBLIC_READS=%s', (publicReads) => {
  const closed = publicReads ? of('key', 'admin') : of('key', 'admin', 'reads')

  test('every operation that needs a key asks for one', async () => {
    const { get } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    for (const { name, method, path } of closed) {
      const response = await get(path, { method })
      expect([name, response.status]).toEqual([name, 401])
      expect(response.headers.get('www-authenticate')).toBe('Bearer')
      expect(await response.json()).toMatchObject({ code: 'key_required' })
    }
  })

  test('refuses every wrong key, revoked and expired ones included, in the same words', async () => {
    const { get, access, clock } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    const revoked = await access.key('Night market')
    await access.service.revokeKey(revoked.key.id)
    const expired = await access.key('Night market', ['read'], clock.nowMs() + 1)
    await clock.advance(1)
    const wrong = [...WRONG, revoked.secret, expired.secret]
    for (const { name, method, path } of closed) {
      if (name.includes('/admin/')) continue
      const first = await told(await get(path, withKey({ secret: 'x' }, { method })))
      expect([name, first.status]).toEqual([name, 401])
      expect(first.problem).toMatchObject({ code: 'key_invalid' })
      for (const secret of wrong) {
        expect(await told(await get(path, withKey({ secret }, { method })))).toEqual(first)
        const headers = { authorization: `Bearer ${secret}` }
        expect(await told(await get(path, { method, headers }))).toEqual(first)
      }
    }
  })

  test('refuses the operator’s operations to every other token, the keys of teams included', async () => {
    const { get, access } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    const { secret } = await access.key('Night market')
    for (const { name, method, path } of of('admin')) {
      for (const token of [...WRONG, secret]) {
        const response = await get(path, { method, headers: { authorization: `Bearer ${token}` } })
        expect([name, token, response.status]).toEqual([name, token, 401])
      }
      const asKey = await get(path, { method, headers: { 'x-api-key': 'the-token-of-the-operator' } })
      expect([name, asKey.status]).toEqual([name, 401])
    }
  })

  test('refuses a key without the scope that is declared, and no key that has it', async () => {
    const { get, access } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    const keys = {
      read: await access.key('Night market', ['read']),
      'taps:write': await access.key('x', ['taps:write']),
    }
    for (const { name, method, path, security } of closed) {
      const [scope] = security.find((one) => 'apiKey' in one)?.['apiKey'] ?? []
      for (const [own, key] of Object.entries(keys)) {
        const response = await get(path, withKey(key, { method }))
        const isRefused = scope !== undefined && scope !== own
        if (!isRefused) await response.body?.cancel()
        if (name.includes('/admin/')) expect([name, response.status]).toEqual([name, 401])
        else if (isRefused) expect(await response.json()).toMatchObject({ status: 403, code: 'scope_missing' })
        else expect([name, [401, 403].includes(response.status)]).toEqual([name, false])
      }
    }
  })

  test('the operator’s token opens no operation of a team', async () => {
    const { get } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    for (const { name, method, path } of closed.filter((one) => kindOf(one) !== 'admin')) {
      expect([name, (await get(path, asOperator({ method }))).status]).toEqual([name, 401])
    }
  })

  test('nobody has to bring a key for what is open', async () => {
    const { get } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    for (const { name, method, path } of publicReads ? of('open', 'reads') : of('open')) {
      const response = await get(path, { method })
      expect([name, [401, 403].includes(response.status)]).toEqual([name, false])
      await response.body?.cancel()
    }
  })

  test('methods that an operation does not have are refused without it', async () => {
    const { get } = guardedHttp({ publicReads, floodLimits: NO_FLOODS })
    for (const { name, path } of operations) {
      for (const method of ['PUT', 'PATCH', 'DELETE', 'POST', 'GET', 'HEAD'].filter((one) => !has(one, path))) {
        expect([name, method, (await get(path, { method })).status]).toEqual([name, method, 405])
      }
    }
  })
})

function has(method: string, path: string): boolean {
  return operations.some(
    (one) => one.path === path && (one.method === method || (one.method === 'GET' && method === 'HEAD')),
  )
}

test('without a token of the operator there are no operations of the operator', async () => {
  const { access, get: getGuarded } = guardedHttp()
  const { get } = guardedHttp({ access: { ...access.deps, adminToken: null } })
  const nothing = await told(await get('/v1/admin/nothing'))
  for (const { name, method, path } of of('admin')) {
    for (const each of [method, 'OPTIONS', 'HEAD', 'PUT']) {
      const answer = await get(path, asOperator({ method: each }))
      expect([name, each, answer.status]).toEqual([name, each, 404])
      if (each === method) expect(await told(answer)).toEqual(nothing)
    }
  }
  expect((await getGuarded('/v1/admin/teams', asOperator())).status).toBe(200)
})
