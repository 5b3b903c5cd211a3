import { describe, expect, test } from 'vitest'
import { rows } from '../../support/fake-service.ts'
import { changed, expectEqual, subscribe, testStreams } from './support.ts'

const [SOL, FIRST] = rows(5)
const priced = (priceUsd: number) => [changed(FIRST, { priceUsd })]

describe('a new board', () => {
  test('goes to 500 connections, then lets everything else run, then to the next', async () => {
    const http = testStreams()
    const clients = await Promise.all(Array.from({ length: 1200 }, () => http.connect()))
    for (const client of clients) client.say(subscribe({ limit: 2 }))
    http.feed.tick([changed(SOL, { volumeUsd: { '5m': 0, '1h': 0, '6h': 0, '24h': 1e9, '7d': null } })])
    const served = () => clients.filter(({ writes }) => writes.length === 2).length
    expect(served()).toBe(500)
    // The next board comes while the first is being told.
    http.feed.tick([changed(SOL, { volumeUsd: { '5m': 0, '1h': 0, '6h': 0, '24h': 2e9, '7d': null } })])
    await http.clock.advance(0)
    for (const client of clients) expectEqual(http, client, undefined, 2)
    const told = clients.map(({ reader }) => reader.frames.slice(2).map((frame) => ('from' in frame ? frame.from : 0)))
    expect(told.filter(([from]) => from !== 1)).toEqual([])
    expect(told.filter((froms) => froms.length === 1)).toHaveLength(700)
  })

  test('goes to no more at once when the pulse of the second comes while most still wait', async () => {
    const http = testStreams()
    // Alarms of one moment run in the order in which they were set: the board, the pulse of the hub, the count.
    http.clock.after(1000, () => http.feed.tick(priced(77)))
    const clients = await Promise.all(Array.from({ length: 1200 }, () => http.connect()))
    let served = 0
    http.clock.after(1000, () => {
      served = clients.filter(({ writes }) => writes.length === 2).length
    })
    for (const client of clients) client.say(subscribe())
    await http.clock.advance(1000)
    expect(served).toBe(500)
    for (const client of clients) expectEqual(http, client)
  })

  test('is written once for all who read the same list from the same position', async () => {
    const http = testStreams()
    const clients = await Promise.all(Array.from({ length: 50 }, () => http.connect()))
    for (const client of clients) client.say(subscribe())
    http.feed.tick(priced(3))
    const [begun, moved] = [0, 1].map((place) => new Set(clients.map(({ writes }) => writes[place]?.framed)))
    expect([begun?.size, moved?.size]).toEqual([1, 1])
  })

  test('is written once for a list whatever its id and position are to each reader', async () => {
    const http = testStreams()
    const [one, other, late] = await Promise.all([http.connect(), http.connect(), http.connect()])
    one.say(subscribe())
    other.say({ ...subscribe(), id: 'b' })
    http.feed.tick()
    late.say({ ...subscribe(), id: 'late' })
    const written: string[] = []
    const { stringify } = JSON
    JSON.stringify = ((value: { upsert?: unknown }, ...rest: []) => {
      const text = stringify(value, ...rest)
      if (typeof value === 'object' && value !== null && 'upsert' in value) written.push(text)
      return text
    }) as typeof JSON.stringify
    try {
      http.feed.tick(priced(3))
    } finally {
      JSON.stringify = stringify
    }
    expect(written).toHaveLength(1)
    expect([one, other, late].map(({ reader }) => reader.frames.at(-1))).toMatchObject([
      { id: 'a', from: 1, seq: 3 },
      { id: 'b', from: 1, seq: 3 },
      { id: 'late', from: 2, seq: 3 },
    ])
  })

  test('has a chart for the reader who asked for one, and none for the next one', async () => {
    const http = testStreams()
    const [plain, spark, again] = await Promise.all([http.connect(), http.connect(), http.connect()])
    plain.say(subscribe())
    spark.say(subscribe({ include: 'spark' }))
    again.say(subscribe())
    http.feed.tick(rows(6).slice(5))
    const whole = [plain, spark, again].map(({ reader }) => {
      const frame = reader.frames.at(-1)
      return frame?.type === 'delta' ? frame.upsert.map((row) => 'spark' in row) : frame
    })
    expect(whole).toEqual([[false], [true], [false]])
  })

  test('goes to a connection in one write, however many lists it has', async () => {
    const http = testStreams()
    const client = await http.connect()
    for (const id of ['a', 'b', 'c']) client.say({ ...subscribe(), id })
    http.feed.tick(priced(3))
    expect(client.writes.map(({ texts }) => texts.length)).toEqual([2, 2, 2, 3])
  })

  test('reaches the others when one connection fails', async () => {
    const http = testStreams()
    const [bad, good] = await Promise.all([http.connect(), http.connect()])
    bad.say(subscribe())
    good.say(subscribe())
    bad.reader.lists.clear()
    http.feed.tick(priced(3))
    expect(bad.closed?.code).toBe(1012)
    expectEqual(http, good)
    expect(http.log.lines.map(({ message }) => message)).toContain('a stream failed')
  })
})

describe('a frame of any length', () => {
  test.each([0, 5, 125, 126, 127, 65_535, 65_536])('of %i bytes is one whole frame of the protocol', async (length) => {
    const { frameOf, tailOf } = await import('../../../src/adapters/http/stream/frames.ts')
    const tail = 'é'.repeat(Math.floor(length / 4))
    const head = 'x'.repeat(length - Buffer.byteLength(tail))
    const { framed } = frameOf({ name: 'x', eventId: null }, head, tailOf(tail))
    const bytes = Buffer.from(framed)
    const short = bytes.readUInt8(1)
    const [at, told] =
      short < 126 ? [2, short] : short === 126 ? [4, bytes.readUInt16BE(2)] : [10, Number(bytes.readBigUInt64BE(2))]
    expect([bytes[0], told, bytes.length - at]).toEqual([0x81, length, length])
    expect(bytes.subarray(at).toString()).toBe(head + tail)
  })
})
