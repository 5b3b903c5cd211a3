import { describe, expect, test } from 'vitest'
import { subscribe, type TestSocket } from './support.ts'
import { follow, keyed, MINUTE_MS, NOON_MS, row, TAGS_A, TAGS_B, tapStreams } from './taps-support.ts'

const [TAG = ''] = TAGS_A
const [FOREIGN = ''] = TAGS_B
const lastOf = ({ reader }: TestSocket) => reader.frames.at(-1)
const countsOf = ({ reader }: TestSocket) => Object.fromEntries(reader.taps.get('t')?.counts ?? [])

describe('keys and tickets', () => {
  test('a bad one is refused before the connection is a WebSocket', async () => {
    const http = await tapStreams()
    const used = await http.ticket(http.a)
    expect(await http.handshake({ query: `?ticket=${used}` })).toMatchObject({ isOpen: true })
    const late = await http.ticket(http.a)
    await http.clock.advance(30_000)
    const bad = [
      { query: `?ticket=${used}` },
      { query: `?ticket=${late}` },
      { query: '?ticket=' },
      { query: `?ticket=${http.a.secret}` },
      { headers: { 'x-api-key': 'nobody' } },
      { headers: { authorization: 'Bearer nobody' } },
    ]
    for (const from of bad) {
      const { response, isOpen } = await http.handshake(from)
      expect([response.status, isOpen, (await response.json()) as object]).toMatchObject([
        401,
        false,
        { code: 'key_invalid' },
      ])
    }
    expect((await http.handshake({ query: '?tikcet=1' })).response.status).toBe(400)
  })

  test('a ticket opens one stream, of its own team', async () => {
    const http = await tapStreams()
    await http.tap(FOREIGN)
    const socket = await http.connect({ query: `?ticket=${await http.ticket(http.b)}` })
    socket.say(follow())
    await http.clock.advance(0)
    expect(countsOf(socket)).toEqual({ [row(NOON_MS, FOREIGN)]: 1 })
  })

  test('a key that is revoked closes its streams with 4401, and no others', async () => {
    const http = await tapStreams()
    const other = await http.access.key('A')
    const mine = [
      await http.connect({ headers: keyed(http.a) }),
      await http.connect({ query: `?ticket=${await http.ticket(http.a)}` }),
    ]
    const spared = await http.connect({ headers: keyed(other) })
    for (const socket of [...mine, spared]) socket.say(follow())
    mine[0]?.say(subscribe())
    await http.clock.advance(0)
    await http.access.service.revokeKey(http.a.key.id)
    await http.clock.advance(2000)
    for (const socket of mine) {
      expect(lastOf(socket)).toMatchObject({ type: 'error', code: 'key_invalid' })
      expect(socket.closed?.code).toBe(4401)
    }
    await http.tap(TAG)
    await http.clock.advance(1000)
    expect([spared.closed, countsOf(spared)]).toEqual([
      null,
      { [row(http.clock.nowMs() - (http.clock.nowMs() % MINUTE_MS), TAG)]: 1 },
    ])
  })

  test('nobody asks for a key whose streams have all gone', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    await http.clock.advance(20_000)
    expect(http.access.asked['version'] ?? 0).toBeGreaterThan(15)
    socket.cut()
    await http.clock.advance(60_000)
    const after = http.access.asked['version']
    await http.clock.advance(60_000)
    expect(http.access.asked['version']).toBe(after)
  })

  test('at most so many connections for a key, from whatever address', async () => {
    const http = await tapStreams({ limits: { connectionsPerKeyMax: 2 } })
    const headers = keyed(http.a)
    const first = await http.connect({ headers, address: '192.0.2.1' })
    await http.connect({ headers, address: '192.0.2.2' })
    const third = await http.connect({ headers, address: '192.0.2.3' })
    expect([third.closed?.code, first.closed]).toEqual([4429, null])
    const events = await http.get('/v1/stream/taps', { headers })
    expect([events.status, await events.json()]).toMatchObject([429, { code: 'too_many_connections' }])
    expect((await http.connect({ headers: keyed(http.b) })).closed).toBeNull()
    first.cut()
    expect((await http.connect({ headers })).closed).toBeNull()
  })

  test('no ticket and no key is in any log', async () => {
    const http = await tapStreams()
    const ticket = await http.ticket(http.a)
    await http.connect({ query: `?ticket=${ticket}` })
    await http.handshake({ query: `?ticket=${ticket}` })
    await http.get(`/v1/stream/taps?ticket=${ticket}&interval=week`)
    http.flush()
    const text = JSON.stringify(http.log.lines)
    expect(text).toContain('/v1/stream')
    expect([text.includes(ticket), text.includes(http.a.secret)]).toEqual([false, false])
  })
})
