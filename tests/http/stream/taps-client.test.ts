import { describe, expect, test } from 'vitest'
import { openStream, type StreamSocket, type TapChange } from '../../../clients/stream.ts'
import type { StreamSocket as ServerSocket, SocketEvents } from '../../../src/ports/caller.ts'
import { NOON_MS, TAGS_A, tapStreams } from './taps-support.ts'

const [TAG = '', OTHER = ''] = TAGS_A
const NOON = '2026-11-20T12:00:00.000Z'

type Http = Awaited<ReturnType<typeof tapStreams>>

/** The client's way to a service in this process. */
function network(http: Http) {
  let socket: StreamSocket | null = null
  let events: SocketEvents | null = null
  const urls: string[] = []
  const open = (mine: StreamSocket, to: (socket: ServerSocket) => SocketEvents) => {
    const isMine = () => mine === socket
    events = to({
      send({ texts }) {
        for (const data of texts) if (isMine()) mine.onmessage?.({ data })
      },
      bufferedBytes: () => 0,
      ping: null,
      close: (code, reason) => isMine() && mine.onclose?.({ code, reason }),
      terminate: () => isMine() && mine.onclose?.({ code: 1006, reason: '' }),
    })
    mine.onopen?.()
  }
  const knock = async (mine: StreamSocket, url: string) => {
    let accepted: Parameters<typeof open>[1] | null = null
    await http.fetch(new Request(url.replace(/^ws/, 'http')), {
      address: '192.0.2.1',
      holdOpen() {},
      cut: () => false,
      wantsSocket: true,
      upgrade: (to) => {
        accepted = to
      },
    })
    if (mine !== socket) return
    if (accepted === null) mine.onclose?.({ code: 1006, reason: 'refused' })
    else open(mine, accepted)
  }
  return {
    urls,
    connect(url: string): StreamSocket {
      urls.push(url)
      const mine: StreamSocket = {
        onopen: null,
        onmessage: null,
        onclose: null,
        onerror: null,
        send: (text) => events?.text(text),
        close() {
          if (mine === socket) events?.closed()
        },
      }
      socket = mine
      void knock(mine, url)
      return mine
    },
    /** The connection is lost, and both ends learn it. */
    cut() {
      const lost = socket
      events?.closed()
      socket = null
      lost?.onclose?.({ code: 1006, reason: '' })
    },
  }
}

async function started() {
  const http = await tapStreams()
  const way = network(http)
  const changes: TapChange[] = []
  const stream = openStream({
    url: async () => `ws://here/v1/stream?ticket=${await http.ticket(http.a)}`,
    connect: way.connect,
    clock: http.clock,
    random: () => 0.5,
  })
  const taps = stream.taps({ interval: 'minute' }, (change) => changes.push(change))
  await http.clock.advance(10)
  const counts = () => [...(taps.state()?.counts ?? [])].map(([bucket, tags]) => [bucket, Object.fromEntries(tags)])
  return { http, way, stream, taps, changes, counts, kinds: () => changes.map(({ kind }) => kind) }
}

describe('the client of streams', () => {
  test('follows taps beside tokens, over one connection', async () => {
    const { http, stream, taps, counts, kinds, way } = await started()
    const tokens = stream.tokens({ limit: 2 })
    await http.tap(TAG, { count: 2 })
    await http.tap(OTHER, { atMs: NOON_MS - 60_000 })
    await http.clock.advance(1000)
    expect(counts()).toEqual([
      ['2026-11-20T11:59:00.000Z', { [OTHER]: 1 }],
      [NOON, { [TAG]: 2 }],
    ])
    expect(kinds()).toEqual(['snapshot', 'delta'])
    http.feed.tick()
    await http.clock.advance(60 * 60_000)
    expect([counts(), taps.state()?.windowStart]).toEqual([[], '2026-11-20T12:01:00.000Z'])
    expect([tokens.state()?.seq, tokens.counts().gaps, taps.counts().gaps, way.urls.length]).toEqual([2, 0, 0, 1])
  })

  test('moves with the heartbeats of a list, and takes none of them for one of the board', async () => {
    const { http, stream } = await started()
    const one = stream.taps({ tag: TAG })
    await http.clock.advance(100)
    await http.tap(OTHER)
    await http.clock.advance(16_000)
    expect([one.state()?.seq, one.state()?.counts.size]).toEqual([2, 0])
    expect(stream.state()).toMatchObject({ asOfMs: null, sources: null, clockOffsetMs: 0 })
  })

  test('comes back with a new ticket and goes on where it was', async () => {
    const { http, way, taps, kinds, counts } = await started()
    way.cut()
    await http.tap(TAG)
    await http.clock.advance(2000)
    expect(new Set(way.urls).size).toBe(2)
    expect(kinds()).toEqual(['snapshot', 'resumed', 'delta'])
    expect([counts(), taps.counts()]).toMatchObject([[[NOON, { [TAG]: 1 }]], { resumed: 1, gaps: 0, fresh: 0 }])
  })

  test('says that it has missed something when the service cannot tell', async () => {
    const { http, changes, taps } = await started()
    http.tapStore.fail('away')
    await http.clock.advance(5000)
    http.tapStore.fail(null)
    await http.clock.advance(1000)
    expect(changes.at(-1)).toMatchObject({ kind: 'snapshot', gap: {} })
    expect(taps.counts().fresh).toBe(1)
  })

  test('stops when its key has ended', async () => {
    const { http, stream } = await started()
    await http.access.service.revokeKey(http.a.key.id)
    await http.clock.advance(2000)
    expect(stream.state()).toMatchObject({ connection: 'stopped', closing: { code: 4401 } })
  })

  test('asks again after a refusal that passes, and not after one that does not', async () => {
    const { http, stream } = await started()
    const heard: string[] = []
    const note = (change: TapChange) => heard.push(change.kind === 'refused' ? change.code : change.kind)
    http.tapStore.fail('away')
    stream.taps({ tag: TAG }, note)
    await http.clock.advance(100)
    http.tapStore.fail(null)
    await http.clock.advance(3000)
    expect(heard).toEqual(['taps_unavailable', 'snapshot'])
    stream.taps({ tag: '99' }, note)
    await http.clock.advance(30_000)
    expect(heard.slice(2)).toEqual(['tag_not_found'])
  })
})
