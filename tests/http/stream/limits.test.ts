import { describe, expect, test } from 'vitest'
import { STREAM_LIMITS } from '../../../src/adapters/http/stream/limits.ts'
import { rows } from '../../support/fake-service.ts'
import { changed, expectEqual, subscribe, testStreams } from './support.ts'

const [, FIRST] = rows(5)
const priced = (priceUsd: number) => [changed(FIRST, { priceUsd })]

describe('what is wrong with a message is told', () => {
  const good = subscribe()
  test.each([
    ['no JSON', 'nope', 'invalid_message'],
    ['nothing', '', 'invalid_message'],
    ['an array', '[]', 'invalid_message'],
    ['null', 'null', 'invalid_message'],
    ['a text', '"subscribe"', 'invalid_message'],
    ['a deep nest', '['.repeat(2000), 'invalid_message'],
    ['no op', { id: 'a' }, 'unknown_op'],
    ['an unknown op', { op: 'destroy', id: 'a' }, 'unknown_op'],
    ['an op of the prototype', { op: 'constructor' }, 'unknown_op'],
    ['__proto__ as the op', '{"op":"__proto__"}', 'unknown_op'],
    ['an unknown channel', { ...good, channel: 'secrets' }, 'unknown_channel'],
    ['no channel', { op: 'subscribe', id: 'a' }, 'unknown_channel'],
    ['no id', { ...good, id: undefined }, 'invalid_message'],
    ['an id that is no text', { ...good, id: 7 }, 'invalid_message'],
    ['an empty id', { ...good, id: '' }, 'invalid_message'],
    ['an id of 65 characters', { ...good, id: 'x'.repeat(65) }, 'invalid_message'],
    ['an unknown key', { ...good, extra: 1 }, 'invalid_message'],
    ['params that are none', { ...good, params: 'limit=3' }, 'invalid_parameter'],
    ['an unknown parameter', subscribe({ colour: 'red' }), 'invalid_parameter'],
    ['a cursor', subscribe({ cursor: '7-1-30-x' }), 'invalid_parameter'],
    ['a limit of 0', subscribe({ limit: 0 }), 'invalid_parameter'],
    ['a limit of 1001', subscribe({ limit: 1001 }), 'invalid_parameter'],
    ['a limit of 1.5', subscribe({ limit: 1.5 }), 'invalid_parameter'],
    ['a limit as text', subscribe({ limit: '3' }), 'invalid_parameter'],
    [
      'a number that is none',
      '{"op":"subscribe","id":"a","channel":"tokens","params":{"limit":1e400}}',
      'invalid_parameter',
    ],
    ['an unknown sort', subscribe({ sort: 'luck' }), 'invalid_parameter'],
    ['an unknown network', subscribe({ network: 'mars' }), 'invalid_parameter'],
    ['a negative liquidity', subscribe({ min_liquidity_usd: -1 }), 'invalid_parameter'],
    ['an empty q', subscribe({ q: ' ' }), 'invalid_parameter'],
    ['a control character in q', subscribe({ q: 'a\u0000b' }), 'invalid_parameter'],
    ['an unknown list', { op: 'unsubscribe', id: 'nobody' }, 'unknown_subscription'],
    ['a ping with more', { op: 'ping', id: 'x' }, 'invalid_message'],
  ])('%s', async (_name, message, code) => {
    const client = await testStreams().connect()
    client.say(message)
    expect(client.reader.frames).toMatchObject([{ type: 'error', code }])
    client.say({ op: 'ping' })
    expect(client.reader.frames.at(-1)).toMatchObject({ type: 'pong' })
    expect(client.closed).toBeNull()
  })

  test('with the name of each part and the id of the list, and nothing else of what was sent', async () => {
    const client = await testStreams().connect()
    client.say(subscribe({ limit: 0, colour: 'SECRET' }))
    const [error] = client.reader.frames
    expect(error).toMatchObject({ id: 'a', errors: [{ path: 'params.limit' }, { path: 'params.colour' }] })
    expect(JSON.stringify(error)).not.toContain('SECRET')
  })
})

describe('a client is cut off', () => {
  test('at more than 20 messages within a second', async () => {
    const http = testStreams()
    const client = await http.connect()
    for (let i = 0; i < 20; i++) client.say({ op: 'ping' })
    await http.clock.advance(999)
    expect(client.closed).toBeNull()
    client.say({ op: 'ping' })
    expect(client.closed?.code).toBe(1008)
    client.say({ op: 'ping' })
    expect(client.reader.frames).toHaveLength(20)
  })

  test('never at 20 a second', async () => {
    const http = testStreams()
    const client = await http.connect()
    for (let second = 0; second < 3; second++) {
      for (let i = 0; i < 20; i++) client.say({ op: 'ping' })
      await http.clock.advance(1000)
    }
    expect(client.closed).toBeNull()
  })

  test('at a flood of pings of the protocol too', async () => {
    const client = await testStreams().connect()
    for (let i = 0; i < 21; i++) client.events.pinged()
    expect(client.closed?.code).toBe(1008)
  })

  test('at a message of more than 4 kB, counted in bytes', async () => {
    const client = await testStreams().connect()
    client.say(JSON.stringify({ op: 'é'.repeat(2000) }))
    expect(client.closed).toBeNull()
    client.say(JSON.stringify({ op: 'é'.repeat(2048) }))
    expect(client.closed?.code).toBe(1009)
  })

  test('at a message that is not text', async () => {
    const client = await testStreams().connect()
    client.events.binary()
    expect(client.closed?.code).toBe(1003)
  })

  test('after a minute without a list, and gets one more minute from the last', async () => {
    const http = testStreams()
    const client = await http.connect()
    const alive = async (seconds: number) => {
      for (let i = 0; i < seconds; i++) {
        client.events.ponged()
        await http.clock.advance(1000)
      }
    }
    await alive(59)
    client.say(subscribe())
    await alive(120)
    client.say({ op: 'unsubscribe', id: 'a' })
    await alive(59)
    expect(client.closed).toBeNull()
    await alive(1)
    expect(client.closed?.code).toBe(1008)
  })
})

describe('a client may have', () => {
  test('20 lists on a connection, of which it may change any', async () => {
    const http = testStreams()
    const client = await http.connect()
    for (let i = 0; i < 20; i++) {
      client.say({ ...subscribe({ limit: i + 1 }), id: `${i}` })
      await http.clock.advance(100)
    }
    client.say({ ...subscribe(), id: 'one more' })
    expect(client.reader.frames.at(-1)).toMatchObject({ type: 'error', id: 'one more', code: 'too_many_subscriptions' })
    await http.clock.advance(100)
    client.say({ ...subscribe({ limit: 50 }), id: '7' })
    expect(client.reader.frames.at(-1)).toMatchObject({ type: 'snapshot', id: '7' })
    expect(http.feed.held.views).toBe(20)
  })

  test('20 connections from an address, and another when one has gone', async () => {
    const http = testStreams({ limits: { connectionsPerAddressMax: STREAM_LIMITS.connectionsPerAddressMax } })
    const all = await Promise.all(Array.from({ length: 20 }, () => http.connect()))
    const one = await http.connect()
    expect(one.closed?.code).toBe(4429)
    expect((await http.connect({ address: '192.0.2.2' })).closed).toBeNull()
    one.cut()
    all[3]?.cut()
    expect((await http.connect()).closed).toBeNull()
    expect((await http.connect()).closed?.code).toBe(4429)
  })

  test('no connection beyond what the process takes', async () => {
    const http = testStreams({ limits: { connectionsMax: 2 } })
    await http.connect()
    await http.connect()
    expect((await http.connect()).closed?.code).toBe(4429)
    const response = await http.get('/v1/stream/tokens')
    expect([response.status, response.headers.get('retry-after')]).toEqual([429, '5'])
  })
})

describe('a slow reader', () => {
  test('costs nothing while it is behind, then gets one delta that says how much it missed', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = STREAM_LIMITS.bufferedBytesMax + 1
    for (let i = 1; i <= 50; i++) http.feed.tick(priced(i))
    expect(client.writes).toHaveLength(1)
    client.buffered = STREAM_LIMITS.bufferedBytesMax
    http.feed.tick(priced(51))
    expect(client.reader.frames.slice(2)).toMatchObject([{ type: 'delta', from: 1, seq: 52, conflated: 50 }])
    expectEqual(http, client)
  })

  test('gets nothing when everything is as it was, and goes on from where it stands', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    http.feed.tick(priced(9))
    http.feed.tick(priced(0.25))
    client.buffered = 0
    http.feed.tick()
    expect(client.reader.frames).toHaveLength(2)
    http.feed.tick(priced(7))
    expect(client.reader.frames.at(-1)).toMatchObject({ type: 'delta', from: 1, seq: 5 })
    expectEqual(http, client)
  })

  test('is told nothing of boards on which its list did not change', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    for (let i = 0; i < 10; i++) http.feed.tick()
    client.buffered = 0
    http.feed.tick(priced(51))
    expect(client.reader.frames.at(-1)).not.toHaveProperty('conflated')
  })

  test('gets what it missed within a second of catching up, whether or not anything else changes', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    http.feed.tick(priced(2))
    await http.clock.advance(2000)
    client.buffered = 0
    await http.clock.advance(1000)
    expectEqual(http, client)
    expect(client.closed).toBeNull()
  })

  test('is cut after five seconds, and can resume', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    http.feed.tick(priced(2))
    await http.clock.advance(4900)
    expect(client.closed).toBeNull()
    await http.clock.advance(1100)
    expect(client.closed?.code).toBe(4408)
    const fields = { code: 4408, behindMs: 5000, address: '192.0.2.1' }
    expect(http.log.lines).toContainEqual({ level: 'debug', message: 'a stream was ended', fields })
    expect(http.feed.held.views).toBe(0)
    const again = await http.connect()
    again.reader.lists.set('a', client.reader.lists.get('a') ?? { epoch: '', seq: 0, rows: [] })
    again.say(subscribe({}, { since: client.reader.since('a') }))
    expect(again.reader.frames).toMatchObject([{ recovered: true }, { type: 'delta', from: 1, seq: 2 }])
  })

  test('that does not take its leave either is waited for no longer than three seconds', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    http.feed.tick(priced(2))
    await http.clock.advance(5000)
    expect(client.closed?.code).toBe(4408)
    await http.clock.advance(2900)
    expect(client.terminated).toBe(false)
    await http.clock.advance(100)
    expect(client.terminated).toBe(true)
  })

  test('is the only one that is hurried', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.events.binary()
    expect(client.closed?.code).toBe(1003)
    await http.clock.advance(3000)
    expect(client.terminated).toBe(false)
  })

  test('that also asks for more gets it when it has caught up', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.buffered = 1e9
    client.say(subscribe())
    expect(client.reader.frames).toEqual([])
    client.buffered = 0
    await http.clock.advance(1000)
    expectEqual(http, client)
  })
})
