import { describe, expect, test } from 'vitest'
import { rows } from '../../support/fake-service.ts'
import { changed, expectEqual, subscribe, testStreams } from './support.ts'

const [, FIRST] = rows(5)
const HOUR = 3600

/** A client that answers every ping, over so many seconds. */
async function live(
  http: ReturnType<typeof testStreams>,
  client: Awaited<ReturnType<typeof http.connect>>,
  seconds: number,
) {
  for (let i = 0; i < seconds; i++) {
    client.events.ponged()
    await http.clock.advance(1000)
  }
}

describe('heartbeats', () => {
  test('come every 15 seconds, say how old the board is and which sources answer, and move every position', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    for (let i = 0; i < 6; i++) http.feed.tick()
    await live(http, client, 31)
    const beats = client.reader.frames.filter(({ type }) => type === 'heartbeat')
    expect(beats).toHaveLength(2)
    expect(beats[0]).toMatchObject({
      seq: 7,
      as_of: '2026-11-20T12:00:07.000Z',
      sources: [{ ok: true }, { ok: false, reason: 'timeout' }],
    })
    http.feed.tick([changed(FIRST, { priceUsd: 5 })])
    expect(client.reader.frames.at(-1)).toMatchObject({ type: 'delta', from: 7, seq: 8 })
    expectEqual(http, client)
  })

  test('never overtake what a reader that is behind has still to get', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    await live(http, client, 12)
    client.buffered = 1e9
    http.feed.tick([changed(FIRST, { priceUsd: 5 })])
    await live(http, client, 4)
    expect(client.reader.frames).toHaveLength(2)
    client.buffered = 0
    await live(http, client, 1)
    expect(client.reader.frames.slice(2)).toMatchObject([
      { type: 'delta', from: 1, seq: 2 },
      { type: 'heartbeat', seq: 2 },
    ])
  })

  test('never move a list whose position is still waited for', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say({ ...subscribe(), id: 'b' })
    await live(http, client, 14)
    client.say(subscribe({}, { since: { epoch: '7', seq: 9 } }))
    await live(http, client, 1)
    expect(client.reader.frames.filter(({ type }) => type === 'heartbeat')).toEqual([])
    await live(http, client, 2)
    expect(client.reader.frames.slice(-3)).toMatchObject([
      { recovered: false },
      { type: 'snapshot' },
      { type: 'heartbeat' },
    ])
  })

  test('of thousands are one frame', async () => {
    const http = testStreams()
    const clients = await Promise.all([http.connect(), http.connect(), http.connect()])
    await http.clock.advance(15_000)
    const frames = clients.map(({ writes }) => writes[0])
    expect(frames[0]?.texts[0]).toContain('heartbeat')
    expect(new Set(frames).size).toBe(1)
  })
})

describe('a connection', () => {
  test('is pinged every 25 seconds and lives as long as it answers', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    await live(http, client, 101)
    expect([client.pings, client.terminated]).toEqual([4, false])
  })

  test('is cut when a ping is not answered within 10 seconds', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    await http.clock.advance(34_000)
    expect(client.terminated).toBe(false)
    await http.clock.advance(1000)
    expect(client.terminated).toBe(true)
    expect(http.feed.held.views).toBe(0)
  })

  test('ends of old age within a day, not all in one moment', async () => {
    const ages = await Promise.all(
      [0, 0.9999].map(async (random) => {
        const http = testStreams({ random: () => random, limits: { ageMs: 10 * HOUR * 1000, pingMs: 1e12 } })
        const client = await http.connect()
        client.say(subscribe())
        for (let minutes = 0; ; minutes++) {
          if (client.closed !== null) return [client.closed.code, Math.round(minutes / 60)]
          await http.clock.advance(60_000)
        }
      }),
    )
    expect(ages).toEqual([
      [1001, 10],
      [1001, 9],
    ])
  }, 60_000)

  test('that is gone leaves nothing that runs', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.cut()
    await http.clock.advance(2000)
    client.events.closed()
    expect(client.closed).toBeNull()
  })
})

describe('ending the service', () => {
  test('tells every client to connect again, and takes no new ones', async () => {
    let draining = false
    const http = testStreams({ draining: () => draining })
    const client = await http.connect()
    client.say(subscribe())
    draining = true
    http.drain()
    expect(client.closed).toMatchObject({ code: 1012 })
    expect(http.feed.held).toEqual({ views: 0, listeners: 0 })
    const { response, isOpen } = await http.handshake()
    expect([response.status, isOpen]).toEqual([503, false])
    expect((await http.get('/v1/stream/tokens')).status).toBe(503)
  })
})
