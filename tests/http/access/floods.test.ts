import { randomBytes } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { FLOOD_LIMITS, floods } from '../../../src/adapters/http/access/floods.ts'
import { secretOf } from '../../../src/domain/access/secret.ts'
import { patiently } from '../../support/patience.ts'
import { tapHttp } from '../taps/support.ts'
import { callerAt, guardedHttp } from './support.ts'

const randomKey = () => secretOf('key', randomBytes(32))

function asking(http: ReturnType<typeof guardedHttp>) {
  return async (address: string, secret: string) => {
    const request = new Request('http://here/v1/me', { headers: { 'x-api-key': secret } })
    return http.fetch(request, callerAt(address))
  }
}

describe('a stranger who guesses keys', () => {
  test('costs the store twenty questions a minute, and is told how long to wait', async () => {
    const http = guardedHttp()
    const ask = asking(http)
    const statuses = new Map<number, number>()
    for (let i = 0; i < 10_000; i++) {
      const response = await ask('10.0.0.1', randomKey())
      statuses.set(response.status, (statuses.get(response.status) ?? 0) + 1)
      if (response.status === 429) {
        expect(Number(response.headers.get('retry-after'))).toBeGreaterThan(0)
        expect(Number(response.headers.get('retry-after'))).toBeLessThanOrEqual(60)
      }
    }
    expect(statuses).toEqual(
      new Map([
        [401, 20],
        [429, 9980],
      ]),
    )
    expect(Object.values(http.access.asked).reduce((sum, count) => sum + count, 0)).toBeLessThan(100)
  })

  test('keeps nobody else out, and not even others at the same address whose key was good lately', async () => {
    const http = guardedHttp()
    const ask = asking(http)
    const known = await http.access.key('Night market')
    const elsewhere = await http.access.key('Day market')
    expect((await ask('10.0.0.1', known.secret)).status).toBe(200)
    for (let i = 0; i < 30; i++) await ask('10.0.0.1', randomKey())
    expect((await ask('10.0.0.1', randomKey())).status).toBe(429)
    expect((await ask('10.0.0.1', known.secret)).status).toBe(200)
    expect((await ask('10.0.0.2', elsewhere.secret)).status).toBe(200)
    // When what is remembered of it is too old, it is looked up all the same.
    await http.clock.advance(31_000)
    expect((await ask('10.0.0.1', known.secret)).status).toBe(200)
    await http.access.service.revokeKey(known.key.id)
    expect((await ask('10.0.0.1', known.secret)).status).toBe(401)
    await http.clock.advance(31_000)
    expect((await ask('10.0.0.1', known.secret)).status).toBe(429)
  })

  test('spends nothing with keys that are somebody’s, or that nobody could check', async () => {
    const http = guardedHttp()
    const ask = asking(http)
    for (let i = 0; i < 30; i++) {
      const { secret } = await http.access.key('Night market')
      expect((await ask('10.0.0.1', secret)).status).toBe(200)
    }
    http.access.store.fail('away')
    for (let i = 0; i < 30; i++) expect((await ask('10.0.0.1', randomKey())).status).toBe(503)
  })

  test('asks at once and gets no further', async () => {
    const http = guardedHttp()
    const ask = asking(http)
    const answers = await Promise.all(Array.from({ length: 200 }, () => ask('10.0.0.1', randomKey())))
    expect(answers.filter(({ status }) => status === 401)).toHaveLength(20)
    expect(http.access.asked['holder']).toBe(20)
  })

  test('is told to slow down when too many keys were refused, whatever they were', async () => {
    const http = guardedHttp({ floodLimits: { refusalsPerMinute: 5 } })
    const ask = asking(http)
    const statuses = []
    for (let i = 0; i < 7; i++) statuses.push((await ask('10.0.0.1', 'nonsense')).status)
    expect(statuses).toEqual([401, 401, 401, 401, 401, 429, 429])
    const { secret } = await http.access.key('Night market')
    expect((await ask('10.0.0.1', secret)).status).toBe(200)
    expect((await ask('10.0.0.2', 'nonsense')).status).toBe(401)
  })
})

test('a stranger who guesses tickets costs the store no more, and keeps no key out', async () => {
  const http = guardedHttp()
  const { secret } = await http.access.key('Night market')
  const statuses: number[] = []
  for (let i = 0; i < 200; i++) {
    const ticket = secretOf('ticket', randomBytes(32))
    const request = new Request(`http://here/v1/stream/taps?ticket=${ticket}`)
    statuses.push((await http.fetch(request, callerAt('10.0.0.1'))).status)
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(20)
  expect(statuses.filter((status) => status === 429)).toHaveLength(180)
  expect(http.access.asked['takeTicket']).toBe(20)
  expect((await asking(http)('10.0.0.1', secret)).status).toBe(200)
})

test('a flood from one address is refused even with a good key', async () => {
  const http = guardedHttp({ floodLimits: { keyedPer10Seconds: 3 } })
  const ask = asking(http)
  const { secret } = await http.access.key('Night market')
  const statuses = []
  for (let i = 0; i < 5; i++) statuses.push((await ask('10.0.0.1', secret)).status)
  expect(statuses).toEqual([200, 200, 200, 429, 429])
  expect((await ask('10.0.0.2', secret)).status).toBe(200)
})

describe('many good keys that come at once', () => {
  const limits = { ...FLOOD_LIMITS, unknownKeysPerMinute: 2, unknownTicketsPerMinute: 2 }
  const names = Array.from({ length: 30 }, (_, i) => `key ${i}`)

  test('are all let in, and so is one that comes later', async () => {
    const { lookUp, redeem } = floods(limits)
    const burst = names.map((name) => lookUp('10.0.0.1', name, async () => name))
    expect(await Promise.all(burst)).toEqual(names)
    expect(await lookUp('10.0.0.1', 'later', async () => 'later')).toBe('later')
    expect(await Promise.all(names.map((name) => redeem('10.0.0.1', async () => name)))).toEqual(names)
  })

  test('make no room for guesses among them', async () => {
    const { lookUp } = floods(limits)
    let asked = 0
    const nobody = async () => {
      asked += 1
      return null
    }
    const guessed = await Promise.allSettled(names.map((name) => lookUp('10.0.0.1', name, nobody)))
    expect(asked).toBe(2)
    expect(guessed.filter(({ status }) => status === 'rejected')).toHaveLength(28)
  })

  test('all hear at once that nobody can be asked', async () => {
    const { lookUp } = floods(limits)
    let asked = 0
    const away = () => {
      asked += 1
      return Promise.reject(new Error('away'))
    }
    const refused = await Promise.allSettled(names.map((name) => lookUp('10.0.0.1', name, away)))
    expect(refused.every((one) => one.status === 'rejected' && String(one.reason) === 'Error: away')).toBe(true)
    expect(asked).toBe(2)
    expect(await lookUp('10.0.0.1', 'later', async () => 'later')).toBe('later')
  })
})

test('a key gets so many tickets and no more', async () => {
  const http = guardedHttp({ floodLimits: { ticketsPerMinute: 2 } })
  const [one, other] = [await http.access.key('Night market'), await http.access.key('Night market')]
  const ask = async ({ secret }: typeof one) =>
    (await http.get('/v1/stream/tickets', { method: 'POST', headers: { 'x-api-key': secret } })).status
  expect([await ask(one), await ask(one), await ask(one), await ask(other)]).toEqual([200, 200, 429, 200])
})

describe('visits of tags', () => {
  const uid = '7'
  const visits = async () => {
    const http = tapHttp()
    const team = await http.team('Night market')
    await team.addTag(uid)
    const visit = (address: string, method = 'GET') =>
      http.fetch(new Request(`http://here/t/${uid}`, { method }), callerAt(address))
    return { team, visit }
  }

  test('from one address are too many after six hundred a minute, and those are not counted', async () => {
    const { team, visit } = await visits()
    const answers = await Promise.all(Array.from({ length: 650 }, () => visit('10.0.0.1')))
    expect(answers.filter(({ status }) => status === 302)).toHaveLength(600)
    const refused = answers.filter(({ status }) => status === 429)
    expect(refused).toHaveLength(50)
    for (const answer of refused) {
      expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0)
      expect(Number(answer.headers.get('retry-after'))).toBeLessThanOrEqual(60)
      expect(answer.headers.get('location')).toBeNull()
      expect(await answer.json()).toMatchObject({ code: 'too_many_requests' })
    }
    const counted = '/v1/taps/analytics?from=2026-11-20&to=2026-11-20'
    await patiently(async () => expect(await team.json(counted)).toMatchObject({ total: 600 }))
  })

  test('that only look where they lead count against it too, and other addresses are not kept out', async () => {
    const { visit } = await visits()
    for (let i = 0; i < 600; i++) await visit('10.0.0.1', 'HEAD')
    expect((await visit('10.0.0.1')).status).toBe(429)
    expect((await visit('10.0.0.2')).status).toBe(302)
  })
})

describe('an address', () => {
  const limits = {
    ...FLOOD_LIMITS,
    keyedPer10Seconds: 1,
  }
  const isOne = async (first: string | null, second: string | null) => {
    const flood = floods(limits)
    await flood.keyed(first)
    return flood.keyed(second).then(
      () => false,
      () => true,
    )
  }

  test('of IPv6 is its network of 64 bits, however it is written', async () => {
    expect(await isOne('2001:db8::1', '2001:db8::2')).toBe(true)
    expect(await isOne('2001:db8:0:0:5::2', '2001:db8::1')).toBe(true)
    expect(await isOne('2001:db8:0:1::1', '2001:db8::1')).toBe(false)
    expect(await isOne('::ffff:10.0.0.1', '::ffff:10.0.0.2')).toBe(false)
    expect(await isOne('10.0.0.1', '10.0.0.2')).toBe(false)
    expect(await isOne(null, null)).toBe(true)
  })
})
