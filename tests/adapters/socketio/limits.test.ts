import { connect, createServer } from 'node:net'
import { describe, expect, test } from 'vitest'
import WebSocket from 'ws'
import { forwardedTo } from '../../../src/app/runtime/behind-proxies.ts'
import { settle } from '../../support/fake-clock.ts'
import { EVERY_MS, LIST, lists, next, type Started, startSocketio, TRANSPORTS } from './start.ts'

const HANDSHAKE = '/socket.io/?EIO=4&transport=polling'
const SOCKET = '/socket.io/?EIO=4&transport=websocket'

/** A connection over WebSocket that speaks the protocol by hand, after its join was answered. */
async function joined(server: Started): Promise<WebSocket> {
  const socket = new WebSocket(`ws://127.0.0.1:${server.port}${SOCKET}`)
  socket.once('message', () => socket.send('40'))
  await new Promise<void>((resolve) => {
    socket.on('message', (data) => String(data).startsWith('40') && resolve())
  })
  return socket
}

const closed = (socket: WebSocket) => new Promise((resolve) => socket.once('close', resolve))

/** Sends bytes over one connection, and gives what came back once the other end closes. */
function exchange(port: number, bytes: string | Uint8Array): Promise<string> {
  return new Promise((resolve) => {
    let text = ''
    const socket = connect(port, '127.0.0.1', () => socket.write(bytes))
    socket.on('data', (chunk) => {
      text += chunk
    })
    socket.on('error', () => {})
    socket.on('close', () => resolve(text))
  })
}

/** The server does for a new client what it is for. */
async function expectAlive(server: Started) {
  const client = server.client({ transports: ['websocket'] })
  expect(await next(client, 'price-update')).toEqual(LIST)
  client.disconnect()
}

describe('a page', () => {
  const allowed = 'https://board.example'
  const from = (origin: string) => ({ extraHeaders: { origin } })

  test.each(TRANSPORTS)('of an allowed origin gets the list over %s', async (transport) => {
    await using server = await startSocketio({ allowedOrigins: [allowed] })
    const client = server.client({ transports: [transport], ...from(allowed) })
    expect(await next(client, 'price-update')).toEqual(LIST)
  })

  test.each(TRANSPORTS)('of another origin is refused over %s', async (transport) => {
    await using server = await startSocketio({ allowedOrigins: [allowed] })
    for (const origin of ['https://evil.example', 'null', `${allowed}.evil.example`, 'http://']) {
      expect(await next(server.client({ transports: [transport], ...from(origin) }), 'connect_error')).toBeInstanceOf(
        Error,
      )
    }
  })

  test.each(TRANSPORTS)('of the host that is asked gets the list over %s', async (transport) => {
    await using server = await startSocketio()
    const client = server.client({ transports: [transport], ...from(server.url) })
    expect(await next(client, 'price-update')).toEqual(LIST)
  })

  test('may read polled answers when its origin is allowed, and only then', async () => {
    await using server = await startSocketio({ allowedOrigins: [allowed] })
    const allowOrigin = async (origin: string) => {
      const response = await fetch(server.url + HANDSHAKE, { headers: { origin } })
      return [response.status, response.headers.get('access-control-allow-origin')]
    }
    expect(await allowOrigin(allowed)).toEqual([200, allowed])
    expect(await allowOrigin('https://evil.example')).toEqual([403, null])
  })
})

describe('the number of clients', () => {
  test.each(TRANSPORTS)('of one address is limited over %s, and a place is free again when one leaves', async (t) => {
    await using server = await startSocketio({ limits: { clientsPerAddressMax: 2 } })
    const [first] = await Promise.all(
      [1, 2].map(async () => {
        const client = server.client({ transports: [t] })
        await next(client, 'price-update')
        return client
      }),
    )
    expect(await next(server.client({ transports: [t] }), 'connect_error')).toBeInstanceOf(Error)
    first?.disconnect()
    let client = server.client({ transports: [t] })
    // The server hears of the leaving a moment later than the client.
    while (!(await Promise.race([next(client, 'price-update'), next(client, 'connect_error').then(() => false)]))) {
      client = server.client({ transports: [t] })
    }
  })

  test('is limited by the address that a proxy has seen, where its word is believed', async () => {
    const forwarded = (headers: readonly string[]) => forwardedTo(headers, 1)
    await using server = await startSocketio({ limits: { clientsPerAddressMax: 1 }, forwarded })
    const shake = async (list: string) =>
      (await fetch(server.url + HANDSHAKE, { headers: { 'x-forwarded-for': list } })).status
    expect(await shake('192.0.2.1')).toBe(200)
    expect(await shake('192.0.2.2, 192.0.2.1')).toBe(403)
    expect(await shake('192.0.2.2')).toBe(200)
    expect(await shake('nonsense')).toBe(200)
    expect(await shake('more nonsense')).toBe(403)
  })

  test('is limited in all', async () => {
    await using server = await startSocketio({ limits: { clientsMax: 1 } })
    await next(server.client({ transports: ['websocket'] }), 'price-update')
    expect(await next(server.client({ transports: ['polling'] }), 'connect_error')).toBeInstanceOf(Error)
  })

  test('holds for a burst of handshakes in one packet', async () => {
    await using server = await startSocketio({ limits: { clientsPerAddressMax: 5 } })
    const request = `GET ${HANDSHAKE} HTTP/1.1\r\nhost: x\r\n`
    const last = `${request}connection: close\r\n\r\n`
    const text = await exchange(server.port, `${request}\r\n`.repeat(40) + last)
    expect(text.match(/"sid"/g)).toHaveLength(5)
    expect(text.match(/ 403 /g)).toHaveLength(36)
  })

  test('does not count handshakes that failed', async () => {
    await using server = await startSocketio({ limits: { clientsPerAddressMax: 1 } })
    const upgrade = 'host: x\r\nconnection: upgrade\r\nupgrade: websocket\r\n'
    for (let i = 0; i < 3; i += 1) {
      expect(await exchange(server.port, `GET ${SOCKET} HTTP/1.1\r\n${upgrade}\r\n`)).toContain(' 400 ')
      const old = HANDSHAKE.replace('EIO=4', 'EIO=3')
      expect((await fetch(server.url + old)).status).toBe(400)
    }
    await expectAlive(server)
  })
})

describe('a client', () => {
  test('may send events, which nobody reads', async () => {
    await using server = await startSocketio()
    const client = server.client({ transports: ['websocket'] })
    await next(client, 'price-update')
    client.emit('subscribe', { q: 'SOL' })
    client.emit('price-update', ['mine'])
    client.volatile.emit('binary', new Uint8Array([1, 2]))
    const update = next(client, 'price-update')
    await server.clock.advance(EVERY_MS)
    expect(await update).toEqual(LIST)
  })

  test('that floods is cut, and the others are not', async () => {
    await using server = await startSocketio({ limits: { packetsPerSecondMax: 20 } })
    const other = server.client({ transports: ['websocket'] })
    await next(other, 'price-update')
    const client = server.client({ transports: ['websocket'] })
    await next(client, 'price-update')
    const cut = next(client, 'disconnect')
    for (let i = 0; i < 1000; i += 1) client.emit('x', i)
    expect(await cut).toMatch(/transport (close|error)/)
    const update = next(other, 'price-update')
    await server.clock.advance(EVERY_MS)
    await update
  })

  test('that sends more than 4 KB is cut over WebSocket and answered 413 over polling', async () => {
    await using server = await startSocketio()
    const socket = await joined(server)
    const over = closed(socket)
    socket.send(`42["x","${'x'.repeat(4096)}"]`)
    expect(await over).toBe(1009)
    const handshake = await (await fetch(server.url + HANDSHAKE)).text()
    const { sid } = JSON.parse(handshake.slice(1)) as { sid: string }
    const post = { method: 'POST', body: 'x'.repeat(5000) }
    expect((await fetch(`${server.url}${HANDSHAKE}&sid=${sid}`, post)).status).toBe(413)
  })

  test('that leaves cannot join again on the same connection for one more list', async () => {
    await using server = await startSocketio()
    const socket = await joined(server)
    const over = closed(socket)
    socket.send('41')
    await over
  })

  test('finds no other namespace', async () => {
    await using server = await startSocketio()
    const client = server.client()
    const admin = client.io.socket('/admin')
    admin.connect()
    expect(await next(admin, 'connect_error')).toMatchObject({ message: 'Invalid namespace' })
    admin.disconnect()
  })

  test.each([
    '4',
    '42',
    '42[',
    '42[]',
    '42["connect"]',
    '42{"a":1}',
    '42["__proto__"]',
    '40{"__proto__":1}',
    '40/x,{',
    '43',
    '431["no such ack"]',
    '451-["x",{"_placeholder":true,"num":9}]',
    '45999999999-["x"]',
    '49',
    '9',
    'x',
    '',
    '5',
    '3probe',
    '2probe',
    '1',
    '\u0000',
    'b!!!',
    '0{}',
  ])('that sends %j harms nobody but itself', async (packet) => {
    await using server = await startSocketio()
    const socket = await joined(server)
    const probe = new WebSocket(`ws://127.0.0.1:${server.port}${SOCKET}`)
    await new Promise((resolve) => probe.once('message', resolve))
    for (const each of [socket, probe]) {
      each.send(packet)
      each.send(Buffer.from(packet))
      each.ping()
    }
    await settle()
    await expectAlive(server)
    for (const each of [socket, probe]) each.terminate()
  })
})

describe('the port', () => {
  const upgrade = (protocol: string, path = SOCKET) =>
    `GET ${path} HTTP/1.1\r\nhost: x\r\nconnection: upgrade\r\nupgrade: ${protocol}\r\nsec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n`
  const end = 'connection: close\r\n\r\n'

  test.each([
    ['what is not HTTP', '\u0016\u0003\u0001 garbage\r\n\r\n', /^HTTP\/1.1 400 /],
    ['no such path', `GET / HTTP/1.1\r\nhost: x\r\n${end}`, /^HTTP\/1.1 404 /],
    ['an odd target', `GET // HTTP/1.1\r\nhost: x\r\n${end}`, /^HTTP\/1.1 404 /],
    ['a target that is no URL', `GET /socket.io/%zz//:0?%E0 HTTP/1.1\r\nhost: x\r\n${end}`, /^HTTP\/1.1 400 /],
    ['an unknown session', `GET ${HANDSHAKE}&sid=__proto__ HTTP/1.1\r\nhost: x\r\n${end}`, /^HTTP\/1.1 400 /],
    [
      'a transport called __proto__',
      `GET /socket.io/?EIO=4&transport=__proto__ HTTP/1.1\r\nhost: x\r\n${end}`,
      / 400 /,
    ],
    ['a handshake by POST', `POST ${HANDSHAKE} HTTP/1.1\r\nhost: x\r\ncontent-length: 0\r\n${end}`, / 400 /],
    ['an upgrade to another session', upgrade('websocket', `${SOCKET}&sid=none`), / 400 /],
    ['headers without end', `GET / HTTP/1.1\r\nx: ${'x'.repeat(9000)}\r\n\r\n`, /^HTTP\/1.1 431 /],
  ])('answers %s and goes on', async (_, bytes, answer) => {
    await using server = await startSocketio({ limits: { idleMs: 300 } })
    expect(await exchange(server.port, bytes)).toMatch(answer)
    await expectAlive(server)
  })

  test('survives upgrades that are reset at any point', async () => {
    await using server = await startSocketio()
    const heads = [
      upgrade('websocket'),
      upgrade('h2c'),
      upgrade('websocket', '/elsewhere'),
      upgrade('websocket', HANDSHAKE),
    ]
    for (const bytes of heads) {
      for (const part of [
        bytes,
        bytes.slice(0, 60),
        `${bytes}\u0081\u0001`,
        `${bytes}PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n`,
      ]) {
        await new Promise<void>((resolve) => {
          const socket = connect(server.port, '127.0.0.1', () => socket.write(part, () => socket.resetAndDestroy()))
          socket.on('error', () => {})
          socket.on('close', () => resolve())
        })
      }
    }
    await settle()
    await expectAlive(server)
  })

  test('that is taken is told to the caller as the listen error', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    await expect(startSocketio({ port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
    taken.close()
  })
})

describe('the end of the server', () => {
  test.each(TRANSPORTS)('lets a stock client over %s connect again by itself', async (transport) => {
    const server = await startSocketio()
    const client = server.client({ transports: [transport] })
    await next(client, 'price-update')
    const left = next(client, 'disconnect')
    const closing = server.close()
    // What the client is told by "io server disconnect" is to stay away.
    expect(await left).toMatch(/^transport (close|error)$/)
    await Promise.all([closing, server.close()])
    await expect(fetch(server.url)).rejects.toThrow()
  })

  test('cuts a client that does not close', async () => {
    await using server = await startSocketio({ limits: { closeWithinMs: 50 } })
    const socket = await joined(server)
    socket.pause()
    await server.close()
    socket.terminate()
  })

  test('sends nothing afterwards', async () => {
    const server = await startSocketio()
    const client = server.client({ transports: ['websocket'] })
    await next(client, 'price-update')
    const got = lists(client)
    await server.close()
    await server.clock.advance(3 * EVERY_MS)
    expect(got).toEqual([])
  })
})
