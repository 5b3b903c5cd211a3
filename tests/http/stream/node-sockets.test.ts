import { randomBytes } from 'node:crypto'
import { connect, createServer, type Socket } from 'node:net'
import { afterEach, describe, expect, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { httpApp } from '../../../src/adapters/http/app.ts'
import { NODE_LIMITS, serve } from '../../../src/app/runtime/node.ts'
import type { Server } from '../../../src/app/runtime/runtime.ts'
import { type FakeFeed, fakeFeed } from '../../support/fake-feed.ts'
import { fakeService, rows } from '../../support/fake-service.ts'
import { memoryLog } from '../../support/log.ts'
import { emptyPrices } from '../../support/prices.ts'
import { type StreamReader, streamReader } from '../../support/stream-reader.ts'
import { ALL, changed, streamed, subscribe } from './support.ts'

const [, FIRST] = rows(5)
const priced = (priceUsd: number) => [changed(FIRST, { priceUsd })]

interface Running {
  readonly feed: FakeFeed
  readonly server: Server
  readonly host: string
  drain(): void
}

const running: Running[] = []
afterEach(async () => {
  for (const { drain, server } of running.splice(0)) {
    drain()
    await server.stop()
  }
})

/** The service's own Node server over a feed in memory, with a real clock. */
async function start(initial = rows(5), limits = NODE_LIMITS): Promise<Running> {
  const feed = fakeFeed()
  feed.begin('7', initial)
  const http = httpApp({
    service: fakeService(),
    prices: emptyPrices(),
    feed,
    clock: systemClock(),
    log: memoryLog(),
    allowedOrigins: [],
    version: '0.0.0',
    assets: { exists: async () => false, read: async () => null },
    draining: () => false,
    streamLimits: { connectionsPerAddressMax: 5000, slowMs: 300 },
  })
  const listen = { port: 0, hostname: '127.0.0.1', refuse: http.refuse, stopWithinMs: 1000 }
  const server = await serve(http.fetch, listen, limits)
  const one = { feed, server, host: `127.0.0.1:${server.port}`, drain: http.drain }
  running.push(one)
  return one
}

/** A WebSocket of a browser. */
async function browser(host: string, reader = streamReader()) {
  reader.connect()
  const socket = new WebSocket(`ws://${host}/v1/stream`)
  const heard: (() => void)[] = []
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.onclose = ({ code, reason }) => resolve({ code, reason })
  })
  socket.onmessage = ({ data }) => {
    reader.read(String(data))
    for (const wake of heard.splice(0)) wake()
  }
  await new Promise<void>((resolve, reject) => {
    socket.onopen = () => resolve()
    socket.onerror = () => reject(new Error('no connection'))
  })
  /** Waits until what was read satisfies. */
  const until = async (isEnough: (reader: StreamReader) => boolean) => {
    while (!isEnough(reader)) await new Promise<void>((resolve) => heard.push(resolve))
  }
  return { socket, reader, closed, until, say: (message: object) => socket.send(JSON.stringify(message)) }
}

const KEY = 'dGhlIHNhbXBsZSBub25jZQ=='
const handshake = (more: readonly string[] = []) =>
  `${['GET /v1/stream HTTP/1.1', 'Host: x', 'Connection: Upgrade', 'Upgrade: websocket', 'Sec-WebSocket-Version: 13', `Sec-WebSocket-Key: ${KEY}`, ...more].join('\r\n')}\r\n\r\n`

function raw({ server }: Running): Socket {
  const socket = connect(server.port, '127.0.0.1')
  socket.on('error', () => {})
  return socket
}

/** Sends bytes and reads until the other side closes. */
async function exchange(to: Running, ...parts: readonly (string | Buffer)[]): Promise<Buffer> {
  const socket = raw(to)
  for (const part of parts) socket.write(part)
  const chunks: Buffer[] = []
  for await (const chunk of socket) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks)
}

/** A frame of a client. @param first FIN, reserved bits and opcode */
function frame(first: number, payload: Buffer | string, masked = true): Buffer {
  const bytes = Buffer.from(payload)
  const length =
    bytes.length < 126 ? Buffer.from([bytes.length]) : Buffer.from([126, bytes.length >> 8, bytes.length & 255])
  length[0] = (length[0] ?? 0) | (masked ? 0x80 : 0)
  const mask = masked ? randomBytes(4) : Buffer.alloc(0)
  const body = masked ? bytes.map((byte, i) => byte ^ (mask[i % 4] ?? 0)) : bytes
  return Buffer.concat([Buffer.from([first]), length, mask, body])
}

/** The code of the close frame with which the answer to a handshake ends. */
function closeCode(answer: Buffer): number | null {
  const frames = answer.subarray(answer.indexOf('\r\n\r\n') + 4)
  const at = frames.lastIndexOf(0x88)
  return at === -1 ? null : frames.readUInt16BE(at + 2)
}

describe('a browser', () => {
  test('follows a list, resumes it on another connection, and is told when the service ends', async () => {
    const one = await start()
    const first = await browser(one.host)
    first.say(subscribe({ limit: 5 }))
    await first.until(({ lists }) => lists.has('a'))
    one.feed.tick(priced(2))
    await first.until(({ lists }) => lists.get('a')?.seq === 2)
    first.socket.close()
    await first.closed
    one.feed.tick(priced(3))
    const second = await browser(one.host, first.reader)
    second.say(subscribe({ limit: 5 }, { since: first.reader.since('a') }))
    await second.until(({ lists }) => lists.get('a')?.seq === 3)
    expect(second.reader.lists.get('a')?.rows).toEqual(streamed(one.feed.shown(ALL, 5)))
    expect(second.reader.frames.filter(({ type }) => type === 'snapshot')).toHaveLength(1)
    one.drain()
    expect((await second.closed).code).toBe(1012)
    expect(one.feed.held.views).toBe(0)
  })

  test('gets a snapshot of a thousand rows in one piece', async () => {
    const one = await start(rows(1000))
    const client = await browser(one.host)
    client.say(subscribe({ limit: 1000 }))
    await client.until(({ lists }) => lists.has('a'))
    expect(client.reader.lists.get('a')?.rows).toHaveLength(1000)
  })

  test('is never offered compression', async () => {
    const one = await start()
    const socket = raw(one)
    socket.write(handshake(['Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits']))
    const [head] = (await new Promise<Buffer>((resolve) => socket.once('data', resolve))).toString().split('\r\n\r\n')
    expect(head).toMatch(/^HTTP\/1.1 101 /)
    expect(head?.toLowerCase()).not.toContain('extensions')
    socket.destroy()
  })
})

describe('a refused handshake', () => {
  test.each([
    ['of a foreign page is 403', ['Origin: https://evil.example'], 403, 'origin_not_allowed'],
    ['to a path without a stream is answered as any request', [], 404, 'not_found'],
    ['with an unknown query is 400', [], 400, 'invalid_parameter'],
  ])('%s, with the whole problem', async (_name, headers, status, code) => {
    const path = { 404: '/v1/nothing', 400: '/v1/stream?colour=red' }[status] ?? '/v1/stream'
    const answer = (await exchange(await start(), handshake(headers).replace('/v1/stream', path))).toString()
    expect(answer).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(answer).toContain('application/problem+json')
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ status, code })
  })

  test.each([
    ['a key that is none', (text: string) => text.replace(KEY, 'short')],
    ['no key', (text: string) => text.replace(/Sec-WebSocket-Key.*\r\n/, '')],
    ['an old version', (text: string) => text.replace('Version: 13', 'Version: 7')],
  ])('for %s is a problem and ends the connection', async (_name, broken) => {
    const answer = (await exchange(await start(), broken(handshake()))).toString()
    expect(answer).toMatch(/^HTTP\/1.1 400 /)
    expect(JSON.parse(answer.split('\r\n\r\n')[1] ?? '')).toMatchObject({ code: 'malformed_request' })
  })

  test('asked for by another method is an ordinary answer', async () => {
    const answer = await exchange(
      await start(),
      handshake(['Content-Length: 0'])
        .replace('GET', 'POST')
        .replace('Connection: Upgrade', 'Connection: close, Upgrade'),
    )
    expect(answer.toString()).toMatch(/^HTTP\/1.1 405 /)
  })

  test('to a plain request says what to use', async () => {
    const one = await start()
    const response = await fetch(`http://${one.host}/v1/stream`)
    expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([426, 'upgrade_required'])
  })
})

describe('a hostile client', () => {
  const OVER = 'x'.repeat(5000)
  test.each([
    ['5 kB in one message', 1009, frame(0x81, OVER)],
    ['text that is not UTF-8', 1007, frame(0x81, Buffer.from([0xff, 0xfe]))],
    ['a frame without a mask', 1002, frame(0x81, '{"op":"ping"}', false)],
    ['a reserved bit', 1002, frame(0xc1, '{"op":"ping"}')],
    ['a binary message', 1003, frame(0x82, '{"op":"ping"}')],
    ['1,000 messages at once', 1008, Buffer.concat(Array.from({ length: 1000 }, () => frame(0x81, '{"op":"ping"}')))],
    ['1,000 pings at once', 1008, Buffer.concat(Array.from({ length: 1000 }, () => frame(0x89, '')))],
    ['endless fragments', 1008, Buffer.concat(Array.from({ length: 100 }, () => frame(0x01, '')))],
  ])('that sends %s is closed with %i', async (_name, code, bytes) => {
    const one = await start()
    const socket = raw(one)
    socket.write(handshake())
    const chunks: Buffer[] = []
    socket.on('data', (chunk: Buffer) => {
      if (chunks.push(chunk) === 1) socket.write(bytes)
      if (closeCode(Buffer.concat(chunks)) !== null) socket.end()
    })
    await new Promise((resolve) => socket.once('close', resolve))
    expect([code, 1002]).toContain(closeCode(Buffer.concat(chunks)))
  })

  test('costs nothing with 200 upgrades to h2c, 200 handshakes and 200 streams that are reset', async () => {
    const one = await start()
    const h2c = handshake().replace('Upgrade: websocket', 'Upgrade: h2c')
    const events = 'GET /v1/stream/tokens HTTP/1.1\r\nHost: x\r\n\r\n'
    const after = [h2c, handshake(), handshake().slice(0, 60), events, `${handshake()}x`, '']
    for (let i = 0; i < 200; i++) {
      await Promise.all(
        after.map(async (bytes) => {
          const socket = raw(one)
          await new Promise((resolve) => socket.once('connect', resolve))
          if (bytes !== '') await new Promise((resolve) => socket.write(bytes, resolve))
          socket.resetAndDestroy()
        }),
      )
    }
    const client = await browser(one.host)
    client.say(subscribe())
    await client.until(({ lists }) => lists.has('a'))
    // Resets arrive in their own time.
    while (one.feed.held.views > 1) await new Promise((resolve) => setImmediate(resolve))
    expect((await fetch(`http://${one.host}/livez`)).status).toBe(200)
  })

  test('that asks for h2c gets an ordinary answer, and for half a handshake a timeout', async () => {
    const limits = { headersMs: 100, requestMs: 200, checkEveryMs: 20, idleMs: 10_000 }
    const one = await start(rows(5), limits)
    const h2c = handshake().replace('Upgrade: websocket', 'Upgrade: h2c')
    expect((await exchange(one, h2c.replace('Connection: Upgrade', 'Connection: close, Upgrade'))).toString()).toMatch(
      /^HTTP\/1.1 426 /,
    )
    expect((await exchange(one, handshake().slice(0, 80))).toString()).toMatch(/^HTTP\/1.1 408 /)
  })

  test.each([
    ['WebSocket', handshake() + frame(0x81, JSON.stringify(subscribe({ limit: 1000 }))).toString('latin1')],
    ['server-sent events', 'GET /v1/stream/tokens?limit=1000 HTTP/1.1\r\nHost: x\r\n\r\n'],
  ])('that stops reading its %s is cut, and costs no more than the cap', async (_name, bytes) => {
    const board = rows(1000)
    const one = await start(board)
    const socket = raw(one)
    socket.pause()
    socket.write(bytes, 'latin1')
    while (one.feed.held.views === 0) await new Promise((resolve) => setImmediate(resolve))
    let sent = 0
    for (let i = 1; one.feed.held.views > 0; i++) {
      one.feed.tick(board.map((row) => changed(row, { priceUsd: i })))
      sent += 1
      await new Promise((resolve) => setTimeout(resolve, 5))
    }
    expect(sent).toBeGreaterThan(5)
    const gone = new Promise((resolve) => socket.once('close', resolve))
    socket.destroy()
    await gone
  })
})

describe('server-sent events over Node', () => {
  test('outlive the time after which other idle connections are cut, and are written at once', async () => {
    const one = await start(rows(5), { ...NODE_LIMITS, idleMs: 150 })
    const response = await fetch(`http://${one.host}/v1/stream/tokens`)
    const body = response.body?.getReader()
    let text = ''
    const until = async (needle: string) => {
      while (!text.includes(needle)) text += Buffer.from((await body?.read())?.value ?? []).toString()
    }
    await until('event: snapshot')
    await new Promise((resolve) => setTimeout(resolve, 500))
    one.feed.tick(priced(77))
    await until('id: 7-2')
    one.drain()
    await until(': 1012')
    expect((await body?.read())?.done).toBe(true)
  })

  test('let go of everything when the reader goes', async () => {
    const one = await start()
    const abort = new AbortController()
    const response = await fetch(`http://${one.host}/v1/stream/tokens`, { signal: abort.signal })
    await response.body?.getReader().read()
    expect(one.feed.held.views).toBe(1)
    abort.abort()
    while (one.feed.held.views > 0) await new Promise((resolve) => setImmediate(resolve))
  })
})

describe('a proxy that cuts at random bytes', () => {
  test('never makes a client miss a change', async () => {
    const one = await start()
    let budget = 0
    const proxy = createServer((near) => {
      const far = connect(one.server.port, '127.0.0.1')
      let left = budget
      const cut = () => {
        near.destroy()
        far.destroy()
      }
      for (const side of [near, far]) side.on('error', cut).on('close', cut)
      near.on('data', (chunk) => far.write(chunk))
      far.on('data', (chunk: Buffer) => {
        near.write(chunk.subarray(0, left))
        left -= chunk.length
        if (left <= 0) near.end(cut)
      })
    })
    await new Promise<void>((resolve) => proxy.listen(0, '127.0.0.1', resolve))
    const { port } = proxy.address() as { port: number }
    const truth = new Map<number, unknown>()
    const reader = streamReader()
    for (let round = 0; round < 150; round++) {
      budget = 129 + ((round * 7919) % 9000)
      const client = await browser(`127.0.0.1:${port}`, reader).catch(() => null)
      const ticks = (async () => {
        for (let i = 0; i < 4; i++) {
          one.feed.tick(priced(round * 4 + i + 1))
          truth.set(one.feed.head()?.seq ?? 0, streamed(one.feed.shown(ALL, 30)))
          await new Promise((resolve) => setImmediate(resolve))
        }
      })()
      client?.say(subscribe({}, { since: reader.since('a') }))
      await ticks
      const head = one.feed.head()?.seq
      await Promise.race([client?.until(({ lists }) => lists.get('a')?.seq === head), client?.closed])
      client?.socket.close()
      await client?.closed
      const known = reader.lists.get('a')
      if (known !== undefined && known.seq > 1) expect(known.rows).toEqual(truth.get(known.seq))
    }
    const resumed = reader.frames.filter((frame) => frame.type === 'subscribed' && frame.recovered)
    expect(resumed.length).toBeGreaterThan(50)
    proxy.close()
  })
})
