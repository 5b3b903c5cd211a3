import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../../src/domain/errors.ts'
import type { Caller } from '../../../src/ports/caller.ts'
import { rows } from '../../support/fake-service.ts'
import { streamReader } from '../../support/stream-reader.ts'
import { ALL, changed, streamed, type TestStreams, testStreams } from './support.ts'

const [, FIRST] = rows(5)
const priced = (priceUsd: number) => [changed(FIRST, { priceUsd })]
const PATH = '/v1/stream/tokens'

interface ServerEvent {
  readonly event?: string
  readonly id?: string
  readonly data: string
}

/** What an EventSource makes of the bytes. */
function eventsIn(text: string): ServerEvent[] {
  return text
    .split('\n\n')
    .map((block) => Object.fromEntries(block.split('\n').map((line) => line.split(/: (.*)/s, 2))))
    .filter((fields) => 'data' in fields) as unknown as ServerEvent[]
}

async function open(http: TestStreams, path = PATH, headers: Record<string, string> = {}) {
  const response = await http.get(path, { headers })
  expect(response.status).toBe(200)
  const body = response.body?.getReader()
  if (body === undefined) throw new Error('no body')
  const next = async () => Buffer.from((await body.read()).value ?? []).toString()
  expect(await next()).toMatch(/^retry: \d+\n\n$/)
  return { response, next, events: async () => eventsIn(await next()), body }
}

describe('server-sent events', () => {
  test('begin with subscribed and a snapshot; only the snapshot is a position', async () => {
    const http = testStreams()
    const { response, events } = await open(http, `${PATH}?limit=2&sort=volume`)
    expect(response.headers.get('content-type')).toBe('text/event-stream')
    expect(response.headers.get('cache-control')).toBe('no-store')
    expect(response.headers.get('x-served-at')).toMatch(/^2026/)
    const [subscribed, snapshot] = await events()
    expect([subscribed?.event, subscribed?.id, snapshot?.event, snapshot?.id]).toEqual([
      'subscribed',
      undefined,
      'snapshot',
      '7-1',
    ])
    const reader = streamReader()
    for (const { data } of [subscribed, snapshot].filter((event) => event !== undefined)) reader.read(data)
    expect(reader.lists.get('tokens')?.rows).toEqual(streamed(http.feed.shown(ALL, 2)))
  })

  test('carry the position of every delta and heartbeat, and none on events', async () => {
    const http = testStreams()
    const { events } = await open(http)
    await events()
    http.feed.tick([changed(FIRST, { changePct: { '5m': 9, '1h': 1, '6h': 1, '24h': 1, '7d': null } })])
    expect((await events()).map(({ event, id }) => [event, id])).toEqual([
      ['delta', '7-2'],
      ['event', undefined],
    ])
    http.feed.tick()
    await http.clock.advance(15_000)
    expect((await events()).map(({ event, id }) => [event, id])).toEqual([['heartbeat', '7-3']])
  })

  test('go on from Last-Event-ID', async () => {
    const http = testStreams()
    http.feed.tick(priced(9))
    const { events } = await open(http, PATH, { 'last-event-id': '7-1' })
    const [subscribed, delta] = await events()
    expect([subscribed?.id, delta?.id]).toEqual(['7-1', '7-2'])
    expect(JSON.parse(subscribed?.data ?? '')).toMatchObject({ recovered: true, seq: 1 })
    expect(JSON.parse(delta?.data ?? '')).toMatchObject({ from: 1, seq: 2, upsert: [{ price_usd: 9 }] })
  })

  test.each(['8-1', 'nonsense', '7-', '-1', '7-99999999999999999999', '7--1'])(
    'begin anew from Last-Event-ID %s, and say so',
    async (id) => {
      const { events } = await open(testStreams(), PATH, { 'last-event-id': id })
      const [subscribed] = await events()
      expect(JSON.parse(subscribed?.data ?? '')).toMatchObject({ recovered: false })
    },
  )

  test('wait for a position ahead of us', async () => {
    const http = testStreams()
    const { events } = await open(http, PATH, { 'last-event-id': '7-2' })
    const waiting = events()
    http.feed.tick(priced(2))
    expect((await waiting).map(({ event, id }) => [event, id])).toEqual([['subscribed', '7-2']])
  })

  test('that nobody reads are conflated, then cut, and never more than the cap is kept', async () => {
    const http = testStreams({ initial: rows(500) })
    const { next, body } = await open(http, `${PATH}?limit=500`)
    // A snapshot of 500 rows is larger than the cap; it is not read.
    for (let i = 0; i < 100; i++) http.feed.tick(priced(i))
    const held = http.feed.held.views
    const [snapshot] = [await next()]
    http.feed.tick(priced(1000))
    const [delta] = eventsIn(await next())
    expect(snapshot.length).toBeGreaterThan(256 * 1024)
    expect(JSON.parse(delta?.data ?? '')).toMatchObject({ from: 1, seq: 102, conflated: 100 })
    expect(held).toBe(1)
    await body.cancel()
    expect(http.feed.held.views).toBe(0)
  })

  test('whose reader stays behind end with a word about it', async () => {
    const http = testStreams({ initial: rows(500) })
    const { next } = await open(http, `${PATH}?limit=500`)
    http.feed.tick(priced(1))
    await http.clock.advance(7000)
    expect(http.feed.held.views).toBe(0)
    await next()
    expect(await next()).toMatch(/^: 4408 /)
    expect(await next()).toBe('')
  })

  test('whose reader does not read that word either are cut three seconds later', async () => {
    const http = testStreams({ initial: rows(500) })
    let cuts = 0
    const cut = () => {
      cuts += 1
      return true
    }
    const caller: Caller = { address: '192.0.2.1', holdOpen() {}, cut, wantsSocket: false, upgrade() {} }
    const response = await http.fetch(new Request(`http://here${PATH}?limit=500`), caller)
    http.feed.tick(priced(1))
    await http.clock.advance(6000)
    expect(http.feed.held.views).toBe(0)
    await http.clock.advance(1900)
    expect(cuts).toBe(0)
    await http.clock.advance(1100)
    expect(cuts).toBe(1)
    await response.body?.cancel()
  })

  test('end when the service ends', async () => {
    const http = testStreams()
    const { events, next } = await open(http)
    await events()
    http.drain()
    expect(await next()).toMatch(/^: 1012 /)
    expect(await next()).toBe('')
  })

  test.each([
    ['?limit=0', 400, 'invalid_parameter'],
    ['?limit=1001', 400, 'invalid_parameter'],
    ['?cursor=7-1-30-x', 400, 'invalid_cursor'],
    ['?bogus=1', 400, 'invalid_parameter'],
    ['?q=a&q=b', 400, 'invalid_parameter'],
  ])('are refused with a problem for %s', async (query, status, code) => {
    const response = await testStreams().get(PATH + query)
    expect(response.status).toBe(status)
    expect(response.headers.get('content-type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ code })
  })

  test.each([
    [new ServiceError('too_many_views', 'Enough.'), 503, 'too_many_views'],
    [new ServiceError('no_data', 'Not yet.'), 503, 'no_data'],
    [new Error('secret') as ServiceError, 500, 'internal'],
  ])('are refused with a problem before they begin: %s', async (error, status, code) => {
    const http = testStreams({ limits: { connectionsMax: 1 } })
    http.feed.fail(error)
    const response = await http.get(PATH)
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code])
    http.feed.fail(null)
    await open(http)
  })

  test('are not opened by HEAD', async () => {
    const http = testStreams()
    const response = await http.get(PATH, { method: 'HEAD' })
    expect([response.status, response.body, http.feed.held.views]).toEqual([200, null, 0])
  })
})

describe('pages', () => {
  const foreign = { origin: 'https://evil.example' }

  test('of a foreign origin open no stream of any kind', async () => {
    const http = testStreams()
    const { response, isOpen } = await http.handshake({ headers: foreign })
    expect([response.status, isOpen]).toEqual([403, false])
    expect(await response.json()).toMatchObject({ code: 'origin_not_allowed' })
    expect((await http.get(PATH, { headers: foreign })).status).toBe(403)
    expect((await http.handshake({ headers: { origin: 'null' } })).response.status).toBe(403)
    expect((await http.handshake({ headers: { origin: 'here' } })).response.status).toBe(403)
  })

  test('of our own origin and of allowed ones do, and programs without one', async () => {
    const http = testStreams({ allowedOrigins: ['https://friend.example'] })
    for (const headers of [{ origin: 'http://here' }, { origin: 'https://friend.example' }, {}]) {
      expect((await http.handshake({ headers })).isOpen).toBe(true)
    }
    expect((await http.handshake({ headers: foreign })).isOpen).toBe(false)
  })

  test('of any origin do when all are allowed', async () => {
    expect((await testStreams({ allowedOrigins: ['*'] }).handshake({ headers: foreign })).isOpen).toBe(true)
  })
})
