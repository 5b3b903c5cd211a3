import { describe, expect, test } from 'vitest'
import { subscribe, type TestSocket } from './support.ts'
import { follow, keyed, MINUTE_MS, NOON_MS, TAGS_A, TAGS_B, tapStreams } from './taps-support.ts'

const [TAG = '', OTHER = ''] = TAGS_A
const [FOREIGN = ''] = TAGS_B
const typesOf = ({ reader }: TestSocket) => reader.frames.map(({ type }) => type)
const lastOf = ({ reader }: TestSocket) => reader.frames.at(-1)

describe('taps over a WebSocket', () => {
  test('begin with a snapshot, and each tap is told in its minute', async () => {
    const http = await tapStreams()
    await http.tap(TAG, { count: 3 })
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow({ interval: 'minute' }))
    await http.clock.advance(0)
    expect(socket.reader.frames).toEqual([
      { type: 'subscribed', id: 't', epoch: 'e1', seq: 1, recovered: false },
      {
        type: 'snapshot',
        id: 't',
        epoch: 'e1',
        seq: 1,
        as_of: '2026-11-20T12:00:00.000Z',
        interval: 'minute',
        window_start: '2026-11-20T11:01:00.000Z',
        data: [{ bucket: '2026-11-20T12:00:00.000Z', tag: TAG, count: 3 }],
      },
    ])
    await http.tap(TAG)
    await http.tap(OTHER, { atMs: NOON_MS - 500 * MINUTE_MS })
    await http.clock.advance(1000)
    expect(lastOf(socket)).toEqual({
      type: 'delta',
      id: 't',
      from: 1,
      seq: 2,
      window_start: '2026-11-20T11:01:00.000Z',
      upsert: [
        { bucket: '2026-11-20T03:40:00.000Z', tag: OTHER, count: 1 },
        { bucket: '2026-11-20T12:00:00.000Z', tag: TAG, count: 4 },
      ],
      remove: [],
    })
  })

  test('of one tag tell that tag alone; others move the position with the heartbeat', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow({ tag: TAG }))
    await http.clock.advance(0)
    await http.tap(OTHER)
    await http.clock.advance(1000)
    expect(typesOf(socket)).toEqual(['subscribed', 'snapshot'])
    await http.clock.advance(15_000)
    expect(lastOf(socket)).toEqual({
      type: 'heartbeat',
      id: 't',
      seq: 2,
      at: '2026-11-20T12:00:15.000Z',
      as_of: '2026-11-20T12:00:14.500Z',
    })
    await http.tap(TAG)
    await http.clock.advance(1000)
    expect(lastOf(socket)).toMatchObject({ type: 'delta', from: 2, seq: 3 })
  })

  test('stand beside lists of tokens, each with its own positions and heartbeats', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(subscribe())
    socket.say(follow())
    await http.clock.advance(0)
    http.feed.tick()
    await http.tap(TAG)
    await http.clock.advance(15_000)
    const beats = socket.reader.frames.filter(({ type }) => type === 'heartbeat')
    expect(beats.map((beat) => 'id' in beat)).toEqual([false, true])
    expect([socket.reader.since('a'), socket.reader.since('t')]).toEqual([
      { epoch: '7', seq: 2 },
      { epoch: 'e1', seq: 2 },
    ])
    socket.say({ op: 'unsubscribe', id: 't' })
    expect(lastOf(socket)).toEqual({ type: 'unsubscribed', id: 't' })
    await http.tap(TAG)
    await http.clock.advance(20_000)
    expect(socket.reader.frames.slice(-1).map((beat) => [beat.type, 'id' in beat])).toEqual([['heartbeat', false]])
  })

  test('a subscription under an id in use replaces that list, whatever it was of', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(subscribe({}, { id: 't' }))
    socket.say(follow())
    await http.clock.advance(0)
    socket.say(follow({ interval: 'hour' }))
    socket.say(follow({ interval: 'day' }))
    await http.clock.advance(0)
    http.feed.tick()
    const frames = socket.reader.frames.filter(({ type }) => type === 'snapshot')
    expect(frames.map((frame) => ('interval' in frame ? frame.interval : 'tokens'))).toEqual([
      'tokens',
      'minute',
      'day',
    ])
    socket.say(subscribe({}, { id: 't' }))
    expect(http.feed.held.views).toBe(1)
    await http.tap(TAG)
    await http.clock.advance(1000)
    expect(lastOf(socket)).toMatchObject({ type: 'snapshot', sol_usd: expect.anything() })
  })

  test('resume without a gap, and from nowhere else', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow())
    await http.clock.advance(0)
    const since = socket.reader.since('t')
    socket.cut()
    await http.tap(TAG)
    await http.clock.advance(30_000)
    const { reader } = socket
    const again = await http.connect({ headers: keyed(http.a), reader })
    again.say(follow({}, { since }))
    await http.clock.advance(0)
    expect(reader.frames.slice(-2)).toMatchObject([
      { type: 'subscribed', epoch: 'e1', seq: 1, recovered: true },
      { type: 'delta', from: 1, seq: 2, upsert: [{ tag: TAG, count: 1 }] },
    ])
    for (const bad of [{ epoch: 'e0', seq: 1 }, { epoch: 'e1', seq: 99 }, { epoch: '7', seq: 1 }, 'nonsense']) {
      again.say(follow({}, { since: bad }))
      await http.clock.advance(0)
      expect(reader.frames.slice(-2)).toMatchObject([{ recovered: false }, { type: 'snapshot', seq: 2 }])
    }
    // The same words from another team lead nowhere.
    const foreign = await http.connect({ headers: keyed(http.b) })
    foreign.say(follow({}, { since }))
    await http.clock.advance(0)
    expect(foreign.reader.frames).toMatchObject([{ epoch: 'e2', recovered: false }, { data: [] }])
  })

  test('a slow reader gets what it missed as one delta, and one that stays behind is cut', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow())
    await http.clock.advance(0)
    socket.buffered = 1_000_000
    for (let i = 0; i < 3; i++) {
      await http.tap(TAG)
      await http.clock.advance(1000)
    }
    expect(typesOf(socket)).toEqual(['subscribed', 'snapshot'])
    socket.buffered = 0
    await http.clock.advance(1000)
    expect(lastOf(socket)).toMatchObject({ type: 'delta', from: 1, seq: 4, upsert: [{ count: 3 }] })
    socket.buffered = 1_000_000
    await http.tap(TAG)
    await http.clock.advance(8000)
    expect(socket.closed?.code).toBe(4408)
  })

  test('after an outage of the store everything is told anew', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow())
    await http.clock.advance(0)
    http.tapStore.fail('away')
    await http.clock.advance(30_000)
    expect(lastOf(socket)).toMatchObject({
      type: 'heartbeat',
      at: '2026-11-20T12:00:30.000Z',
      as_of: '2026-11-20T12:00:00.000Z',
    })
    const { length } = socket.reader.frames
    http.tapStore.fail(null)
    await http.tap(TAG)
    await http.clock.advance(1000)
    expect(socket.reader.frames.slice(length)).toMatchObject([
      { type: 'subscribed', epoch: 'e2', seq: 1, recovered: false },
      { type: 'snapshot', epoch: 'e2', data: [{ tag: TAG, count: 1 }] },
    ])
  })

  test('readers of the same get the same bytes, written once', async () => {
    const http = await tapStreams()
    const sockets = await Promise.all(Array.from({ length: 5 }, () => http.connect({ headers: keyed(http.a) })))
    for (const socket of sockets) socket.say(follow())
    await http.clock.advance(0)
    await http.tap(TAG)
    await http.clock.advance(1000)
    expect(new Set(sockets.map(({ writes }) => writes.at(-1))).size).toBe(1)
  })
})

test('nobody asks for the taps of a team whose readers have all gone', async () => {
  const http = await tapStreams()
  const socket = await http.connect({ headers: keyed(http.a) })
  socket.say(follow())
  await http.clock.advance(10_000)
  expect(http.asked()).toBeGreaterThan(15)
  socket.cut()
  await http.clock.advance(61_000)
  const asked = http.asked()
  await http.clock.advance(60_000)
  expect(http.asked()).toBe(asked)
})

describe('what cannot be followed', () => {
  test('without a key is told so, and the connection goes on', async () => {
    const http = await tapStreams()
    const socket = await http.connect()
    socket.say(follow())
    await http.clock.advance(0)
    expect(socket.reader.frames).toMatchObject([{ type: 'error', id: 't', code: 'key_required' }])
    socket.say(subscribe())
    expect([socket.closed, socket.reader.lists.size]).toEqual([null, 1])
  })

  test.each([
    [{ tag: FOREIGN }, 'tag_not_found'],
    [{ tag: '99' }, 'tag_not_found'],
    [{ interval: 'week' }, 'invalid_parameter'],
    [{ q: 'SOL' }, 'invalid_parameter'],
  ])('%j is refused with %s', async (params, code) => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow(params))
    await http.clock.advance(0)
    expect(socket.reader.frames).toMatchObject([{ type: 'error', id: 't', code }])
  })

  test('while the store is away is told so, and may be asked for again', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    http.tapStore.fail('secret reason')
    socket.say(follow())
    await http.clock.advance(0)
    expect(socket.reader.frames).toMatchObject([{ type: 'error', id: 't', code: 'taps_unavailable' }])
    expect(JSON.stringify(socket.reader.frames)).not.toContain('secret')
    http.tapStore.fail(null)
    socket.say(follow())
    await http.clock.advance(0)
    expect(typesOf(socket)).toEqual(['error', 'subscribed', 'snapshot'])
  })

  test('a list that is not wanted any more when it could begin never begins', async () => {
    const http = await tapStreams()
    const socket = await http.connect({ headers: keyed(http.a) })
    socket.say(follow())
    socket.say({ op: 'unsubscribe', id: 't' })
    const gone = await http.connect({ headers: keyed(http.a) })
    gone.say(follow())
    gone.cut()
    await http.clock.advance(1000)
    expect([typesOf(socket), typesOf(gone)]).toEqual([['unsubscribed'], []])
  })

  test('more lists than a connection may have, those that are being opened included', async () => {
    const http = await tapStreams({ limits: { subscriptionsMax: 2 } })
    const socket = await http.connect({ headers: keyed(http.a) })
    for (const id of ['1', '2', '3']) socket.say(follow({}, { id }))
    await http.clock.advance(0)
    const errors = socket.reader.frames.filter(({ type }) => type === 'error')
    expect(errors).toMatchObject([{ id: '3', code: 'too_many_subscriptions' }])
  })
})
