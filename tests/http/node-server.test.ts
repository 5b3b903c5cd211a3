import { connect, type Socket } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { serve } from '../../src/app/runtime/node.ts'
import type { Handler, Server } from '../../src/app/runtime/runtime.ts'
import { testHttp } from '../support/http.ts'

const http = testHttp()
const handler = http.fetch as Handler
const listen = { port: 0, hostname: '127.0.0.1', refuse: http.refuse }
let server: Server
beforeAll(async () => {
  server = await serve(handler, listen)
})
afterAll(() => server.stop())

/** Node's own client asks for compressed answers unless told otherwise. */
const PLAIN = { headers: { 'accept-encoding': 'identity' } }

const open = (port = server.port): Socket => connect({ port, host: '127.0.0.1' })

/** Sends raw bytes and reads until the other side closes. */
async function exchange(bytes: string, port = server.port): Promise<string> {
  const socket = open(port)
  socket.write(bytes, 'latin1')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

const lines = (...all: string[]) => `${all.join('\r\n')}\r\nConnection: close\r\n\r\n`

const manyHeaders = (count: number) => Array.from({ length: count }, (_, i) => `x-${i}: 1`)

function problemOf(answer: string) {
  const [head = '', body = ''] = answer.split('\r\n\r\n')
  expect(head.toLowerCase()).toContain('content-type: application/problem+json')
  expect(head.toLowerCase()).toContain('x-served-at: ')
  return ProblemSchema.strict().parse(JSON.parse(body))
}

describe('the Node server', () => {
  test('sends prepared answers with their length, and HEAD without a body', async () => {
    const whole = await fetch(`http://127.0.0.1:${server.port}/v1/tokens?limit=3`, PLAIN)
    const text = await whole.text()
    expect(whole.headers.get('content-length')).toBe(String(Buffer.byteLength(text)))
    const head = await exchange(lines('HEAD /v1/tokens?limit=3 HTTP/1.1', 'Host: x'))
    expect(head).toContain(`content-length: ${Buffer.byteLength(text)}`)
    expect(head.endsWith('\r\n\r\n')).toBe(true)
  })

  test('answers 304 without a body', async () => {
    const first = await fetch(`http://127.0.0.1:${server.port}/v1/tokens`, PLAIN)
    await first.text()
    const answer = await exchange(
      lines('GET /v1/tokens HTTP/1.1', 'Host: x', `If-None-Match: ${first.headers.get('etag')}`),
    )
    expect(answer).toMatch(/^HTTP\/1.1 304 /)
    expect(answer.split('\r\n\r\n')[1]).toBe('')
  })

  test('reads a posted body', async () => {
    const init = { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{"ids":["solana:x"]}' }
    const response = await fetch(`http://127.0.0.1:${server.port}/v1/tokens/lookup`, init)
    expect(await response.json()).toMatchObject({ data: [{ reason: 'malformed_id' }] })
  })

  test.each([
    [
      'an absolute target is answered by its path, whatever host it names',
      ['GET http://evil.example/livez HTTP/1.1', 'Host: x'],
      200,
    ],
    ['an empty host is no hindrance', ['GET /livez HTTP/1.1', 'Host:'], 200],
    ['a host that is no host is a bad request', ['GET /livez HTTP/1.1', 'Host: a b'], 400],
    ['60 headers are no hindrance', ['GET /livez HTTP/1.1', 'Host: x', ...manyHeaders(60)], 200],
    ['300 headers are 431', ['GET /livez HTTP/1.1', 'Host: x', ...manyHeaders(300)], 431],
    ['TRACE is refused', ['TRACE /livez HTTP/1.1', 'Host: x'], 405],
    ['a backslash in the path is a bad request', ['GET /livez\\..\\ HTTP/1.1', 'Host: x'], 400],
    ['OPTIONS * is a bad request', ['OPTIONS * HTTP/1.1', 'Host: x'], 400],
    ['no HTTP is a bad request', ['nonsense'], 400],
    [
      'two lengths are a bad request',
      ['POST /v1/tokens/lookup HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'],
      400,
    ],
    ['headers over 8 kB are 431', ['GET /livez HTTP/1.1', 'Host: x', `x: ${'a'.repeat(9000)}`], 431],
    ['a target over 8 kB is 414', [`GET /livez?q=${'a'.repeat(9000)} HTTP/1.1`, 'Host: x'], 414],
    [
      'a declared body over 16 kB is 413, unread',
      ['POST /v1/tokens/lookup HTTP/1.1', 'Host: x', 'Content-Type: application/json', 'Content-Length: 99999'],
      413,
    ],
  ])('%s', async (_name, request, status) => {
    const answer = await exchange(lines(...request))
    expect(answer.split('\r\n')[0]).toContain(` ${status} `)
    if (status >= 400) expect(problemOf(answer).status).toBe(status)
  })

  test.each(['h2c', 'websocket', 'nonsense'])(
    'answers a request to upgrade to %s as if it had not asked',
    async (protocol) => {
      const request = lines('GET /livez HTTP/1.1', 'Host: x', `Upgrade: ${protocol}`, 'HTTP2-Settings: AAAA')
      expect(await exchange(request.replace('Connection: close', 'Connection: Upgrade, close'))).toMatch(
        /^HTTP\/1.1 200 /,
      )
    },
  )

  test('survives connections that are reset at any point', async () => {
    const begun = [
      'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\n\r\n',
      'GET /v1/tokens HTTP/1.1\r\nHo',
      '',
    ]
    for (const bytes of [...begun, ...begun, ...begun]) {
      const socket = open()
      await new Promise((resolve) => socket.once('connect', resolve))
      await new Promise((resolve) => socket.write(bytes, resolve))
      socket.resetAndDestroy()
    }
    expect((await fetch(`http://127.0.0.1:${server.port}/livez`)).status).toBe(200)
  })

  test('cuts a client that does not finish its headers, and one that does not finish its body', async () => {
    const limits = { headersMs: 100, requestMs: 200, checkEveryMs: 20, idleMs: 10_000 }
    const impatient = await serve(handler, listen, limits)
    const post =
      'POST /v1/tokens/lookup HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\nContent-Length: 20\r\n\r\n{'
    for (const half of ['GET /livez HTTP/1.1\r\nHost: x\r\nX-', post]) {
      const answer = await exchange(half, impatient.port)
      expect(problemOf(answer).code).toBe('request_timeout')
    }
    await impatient.stop()
  })

  test('refuses to start on a port that is taken', async () => {
    await expect(serve(handler, { ...listen, port: server.port })).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })
})

describe('stopping', () => {
  /** A server whose answer waits until it is let go. */
  async function waiting(stopWithinMs: number) {
    let letGo = () => {}
    const gate = new Promise<void>((resolve) => {
      letGo = resolve
    })
    let begun = () => {}
    const reached = new Promise<void>((resolve) => {
      begun = resolve
    })
    const slow: Handler = async () => {
      begun()
      await gate
      return new Response('late')
    }
    const { port, stop } = await serve(slow, { port: 0, hostname: '127.0.0.1', stopWithinMs })
    return { url: `http://127.0.0.1:${port}/`, port, stop, letGo, reached }
  }

  /** Connects until nobody listens any more. */
  async function refused(port: number): Promise<void> {
    const outcome = await new Promise<string>((resolve) => {
      const socket = open(port)
      socket.once('connect', () => {
        socket.destroy()
        resolve('connected')
      })
      socket.once('error', (error: NodeJS.ErrnoException) => resolve(error.code ?? 'error'))
    })
    if (outcome !== 'ECONNREFUSED') await refused(port)
  }

  test('lets answers that were begun end, and takes nothing new', async () => {
    const { url, port, stop, letGo, reached } = await waiting(60_000)
    const answer = fetch(url)
    await reached
    const stopped = stop()
    await refused(port)
    letGo()
    expect(await (await answer).text()).toBe('late')
    await stopped
    await stop()
  })

  test('does not wait for ever, nor for connections that are idle', async () => {
    const { url, port, stop, reached } = await waiting(50)
    const idle = open(port)
    const closed = new Promise((resolve) => idle.once('close', resolve))
    await new Promise((resolve) => idle.once('connect', resolve))
    const answer = fetch(url).catch((error: Error) => error)
    await reached
    await stop()
    expect(await answer).toBeInstanceOf(Error)
    idle.resume()
    await closed
  })
})
