import { describe, expect, test } from 'vitest'
import { ServiceError } from '../../../src/domain/errors.ts'
import { rows } from '../../support/fake-service.ts'
import { ALL, changed, expectEqual, streamed, subscribe, testStreams } from './support.ts'

const BOARD = rows(5)
const [SOL, FIRST, SECOND] = BOARD

describe('a subscription', () => {
  test('begins with subscribed and a snapshot of the same position', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ limit: 2 }))
    expect(client.reader.frames).toMatchObject([
      { type: 'subscribed', id: 'a', epoch: '7', seq: 1, recovered: false },
      {
        type: 'snapshot',
        id: 'a',
        epoch: '7',
        seq: 1,
        sol_usd: 125.5,
        sources: [{ name: 'dexscreener' }, { ok: false }],
      },
    ])
    expectEqual(http, client, undefined, 2)
    expect(client.reader.lists.get('a')?.rows).toHaveLength(2)
  })

  test('gets its answer in one write', async () => {
    const client = await testStreams().connect()
    client.say(subscribe())
    expect(client.writes.map(({ texts }) => texts.length)).toEqual([2])
  })

  test('rows have every key, none of them in SOL; unknown is null', async () => {
    const http = testStreams({ initial: [changed(FIRST, { priceUsd: null, dex: null, createdAtMs: null })] })
    const client = await http.connect()
    client.say(subscribe())
    const [row] = client.reader.lists.get('a')?.rows ?? []
    expect(row).toEqual(streamed(http.feed.shown(ALL, 1))[0])
    expect(Object.keys(row ?? {}).filter((key) => key.includes('sol'))).toEqual([])
    expect(row).toMatchObject({ price_usd: null, dex: null, created_at: null })
  })

  test('gets the changed keys of a changed row, nested objects whole, and nothing when nothing is shown to change', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    const changePct = { '5m': 0.2, '1h': -2.5, '6h': 3, '24h': 12.25, '7d': null }
    http.feed.tick([changed(FIRST, { priceUsd: 0.3, changePct, createdAtMs: 0 })])
    http.feed.tick([changed(FIRST, { priceUsd: 0.3, changePct, createdAtMs: 0, labels: { text: 'x', quotes: [] } })])
    const created_at = '1970-01-01T00:00:00.000Z'
    expect(client.reader.frames.slice(2)).toEqual([
      {
        type: 'delta',
        id: 'a',
        from: 1,
        seq: 2,
        sol_usd: 125.5,
        upsert: [{ id: FIRST?.id, price_usd: 0.3, change_pct: changePct, created_at }],
        remove: [],
      },
    ])
    expectEqual(http, client)
  })

  test('gets whole rows that enter, ids that leave and the order when it does not follow', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ limit: 3 }))
    http.feed.tick([changed(SOL, { volumeUsd: { '5m': 10, '1h': 200, '6h': 900, '24h': 9999, '7d': null } })])
    const delta = client.reader.frames.at(-1)
    expect(delta).toMatchObject({
      type: 'delta',
      remove: [expect.any(String)],
      order: [SOL?.id, expect.any(String), expect.any(String)],
    })
    const [entered] = streamed([http.feed.shown(ALL, 1)[0] ?? changed(SOL, {})])
    expect(delta).toMatchObject({ upsert: [entered] })
    expectEqual(http, client, undefined, 3)
  })

  test('with spark carries it in whole rows', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ include: 'spark', limit: 1, sort: 'age' }))
    expect(client.reader.lists.get('a')?.rows[0]).toHaveProperty('spark', null)
    http.feed.tick([changed(FIRST, { createdAtMs: 0 })])
    expect(client.reader.frames.at(-1)).toMatchObject({ upsert: [{ id: FIRST?.id, spark: null }] })
  })

  test('is replaced by another under its id, and both views are let go of in the end', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ limit: 1 }))
    client.say(subscribe({ limit: 2 }))
    expect(http.feed.held.views).toBe(1)
    expectEqual(http, client, undefined, 2)
    client.cut()
    expect(http.feed.held.views).toBe(0)
  })

  test('ends when asked to', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.say({ op: 'unsubscribe', id: 'a' })
    http.feed.tick([changed(FIRST, { priceUsd: 1 })])
    expect(client.reader.frames.at(-1)).toEqual({ type: 'unsubscribed', id: 'a' })
    expect(http.feed.held.views).toBe(0)
  })

  test('that cannot be had is a typed error, and leaves the one of its id as it was', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ limit: 1 }))
    http.feed.fail(new ServiceError('too_many_views', 'Enough.'))
    client.say(subscribe({ limit: 2 }))
    expect(client.reader.frames.at(-1)).toEqual({ type: 'error', id: 'a', code: 'too_many_views', detail: 'Enough.' })
    http.feed.tick([changed(SOL, { priceUsd: 1 })])
    expectEqual(http, client, undefined, 1)
  })

  test('before there is any board is a typed error', async () => {
    const client = await testStreams({ initial: null }).connect()
    client.say(subscribe())
    expect(client.reader.frames).toMatchObject([{ type: 'error', id: 'a', code: 'no_data' }])
  })

  test('whose fault is ours says so, without its words', async () => {
    const http = testStreams()
    const client = await http.connect()
    http.feed.fail(new Error('secret') as ServiceError)
    client.say(subscribe())
    expect(client.reader.frames).toEqual([
      { type: 'error', id: 'a', code: 'internal', detail: 'Something went wrong on our side.' },
    ])
    expect(http.log.lines.map(({ level }) => level)).toContain('error')
  })
})

describe('resuming', () => {
  const later = [changed(FIRST, { priceUsd: 1 }), changed(SECOND, { priceUsd: 2 })]

  test('goes on from any position of the epoch, with what happened since', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    const seen = streamed(http.feed.shown(ALL, 30))
    http.feed.tick(later)
    const again = await http.connect()
    again.reader.lists.set('a', { epoch: '7', seq: 1, rows: seen })
    again.say(subscribe({}, { since: { epoch: '7', seq: 1 } }))
    expect(again.reader.frames).toMatchObject([
      { type: 'subscribed', seq: 1, recovered: true },
      { type: 'delta', from: 1, seq: 2, upsert: [{ price_usd: 2 }, { price_usd: 1 }] },
    ])
    expect(again.reader.lists.get('a')).toEqual(client.reader.lists.get('a'))
  })

  test('from the head needs nothing more', async () => {
    const client = await testStreams().connect()
    client.reader.lists.set('a', { epoch: '7', seq: 1, rows: [] })
    client.say(subscribe({}, { since: { epoch: '7', seq: 1 } }))
    expect(client.reader.frames).toEqual([{ type: 'subscribed', id: 'a', epoch: '7', seq: 1, recovered: true }])
  })

  test.each([
    ['another epoch', { epoch: '6', seq: 1 }],
    ['no position at all', 'nonsense'],
    ['a seq that is none', { epoch: '7', seq: -1 }],
    ['half a position', { epoch: '7' }],
    ['null', null],
  ])('from %s begins anew, and says so', async (_name, since) => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({}, { since }))
    expect(client.reader.frames).toMatchObject([{ type: 'subscribed', recovered: false, seq: 1 }, { type: 'snapshot' }])
  })

  test('from a position that is no longer kept begins anew', async () => {
    const http = testStreams()
    for (let seq = 2; seq < 80; seq++) http.feed.tick([changed(FIRST, { priceUsd: seq })])
    const client = await http.connect()
    client.say(subscribe({}, { since: { epoch: '7', seq: 3 } }))
    expect(client.reader.frames).toMatchObject([
      { recovered: false, seq: 79 },
      { type: 'snapshot', seq: 79 },
    ])
  })

  test('from a position ahead of us waits for it', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.reader.lists.set('a', { epoch: '7', seq: 3, rows: streamed(BOARD) })
    client.say(subscribe({}, { since: { epoch: '7', seq: 3 } }))
    http.feed.tick()
    expect(client.reader.frames).toEqual([])
    http.feed.tick()
    expect(client.reader.frames).toMatchObject([{ type: 'subscribed', seq: 3, recovered: true }])
    await http.clock.advance(3000)
    expect(client.reader.frames.filter(({ type }) => type === 'snapshot')).toEqual([])
  })

  test('from a position ahead of us waits for two seconds and no longer', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({}, { since: { epoch: '7', seq: 900 } }))
    await http.clock.advance(1999)
    expect(client.reader.frames).toEqual([])
    await http.clock.advance(1)
    expect(client.reader.frames).toMatchObject([
      { recovered: false, seq: 1 },
      { type: 'snapshot', seq: 1 },
    ])
  })

  test('over a change of epoch begins anew in-band, on every list', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe({ limit: 1 }))
    client.say({ ...subscribe({ limit: 2 }), id: 'b' })
    http.feed.begin('8', rows(3), 40)
    expect(client.reader.frames.slice(4)).toMatchObject([
      { type: 'subscribed', id: 'a', epoch: '8', seq: 40, recovered: false },
      { type: 'snapshot', id: 'a', epoch: '8', seq: 40 },
      { type: 'subscribed', id: 'b', epoch: '8', seq: 40, recovered: false },
      { type: 'snapshot', id: 'b', epoch: '8', seq: 40 },
    ])
  })
})

describe('events', () => {
  const spiked = changed(FIRST, { changePct: { '5m': 8, '1h': 1, '6h': 1, '24h': 1, '7d': null } })

  test('come after the delta of their board, to lists that hold the row', async () => {
    const http = testStreams()
    const holds = await http.connect()
    const holdsNot = await http.connect()
    holds.say(subscribe())
    holdsNot.say(subscribe({ limit: 1, sort: 'market_cap', q: 'SOL/none' }))
    http.feed.tick([spiked])
    expect(holds.reader.frames.slice(2)).toMatchObject([
      { type: 'delta', seq: 2 },
      { type: 'event', id: 'a', kind: 'price_change', seq: 2, token: FIRST?.id, change_pct: 8, price_usd: 0.25 },
    ])
    expect(holdsNot.reader.frames.filter(({ type }) => type === 'event')).toEqual([])
    http.feed.tick([changed(spiked, { priceUsd: 9 })])
    expect(holds.reader.frames.filter(({ type }) => type === 'event')).toHaveLength(1)
  })

  test('are told once to a reader that was behind for a moment', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    client.buffered = 1e9
    http.feed.tick([spiked])
    http.feed.tick([changed(SECOND, { priceUsd: 3 })])
    client.buffered = 0
    http.feed.tick([changed(SECOND, { priceUsd: 4 })])
    http.feed.tick([changed(SECOND, { priceUsd: 5 })])
    expect(client.reader.frames.filter(({ type }) => type === 'event')).toHaveLength(1)
  })

  test('of one board are not told again with those of the next, nor after a change of epoch', async () => {
    const http = testStreams()
    const client = await http.connect()
    client.say(subscribe())
    const { changePct } = spiked
    http.feed.tick([spiked])
    http.feed.tick([changed(SECOND, { changePct })])
    http.feed.begin('8', rows(5))
    http.feed.tick([changed(SECOND, { priceUsd: 3 })])
    const told = client.reader.frames.filter((frame) => frame.type === 'event')
    expect(told.map(({ seq, token }) => [seq, token])).toEqual([
      [2, FIRST?.id],
      [3, SECOND?.id],
    ])
  })
})
