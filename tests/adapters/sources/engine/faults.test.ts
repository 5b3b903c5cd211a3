import type { ServerResponse } from 'node:http'
import { inspect } from 'node:util'
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import type { SourceFailure } from '../../../../src/domain/errors.ts'
import { awakeMs } from '../../../support/stalls.ts'
import { sendJson } from '../../../support/upstream.ts'
import { DEADLINE_MS, failureOf, started } from './start.ts'

type Fault = (response: ServerResponse, url: string) => void
const send =
  (body: string | Uint8Array, headers: Record<string, string> = {}) =>
  (response: ServerResponse) => {
    response.writeHead(200, { 'content-type': 'application/json', ...headers })
    response.end(body)
  }
const status =
  (code: number, headers: Record<string, string> = {}) =>
  (response: ServerResponse) =>
    sendJson(response, { error: 'x' }, { status: code, headers })

/** Bytes without end, as fast as they are taken. */
const endless: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const chunk = ' '.repeat(65_536)
  const more = () => {
    while (!response.destroyed && response.write(chunk)) {
      // until the buffer is full
    }
  }
  response.on('drain', more)
  more()
}

/** One byte now and then: no single wait is long, only the whole. */
const drip: Fault = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' })
  const timer = setInterval(() => response.write(' '), 20)
  response.on('close', () => clearInterval(timer))
}

/** 200 MB of spaces in 20 gzip members. */
const bomb = Buffer.concat(Array.from({ length: 20 }, () => gzipSync(Buffer.alloc(10_000_000, 32))))

/** Fault, what it is called, how often the server is asked. */
const FAULTS: readonly [string, Fault, SourceFailure, number][] = [
  ['500', status(500), 'http_error', 2],
  ['503', status(503), 'http_error', 2],
  ['503 with Retry-After', status(503, { 'retry-after': '9' }), 'http_error', 1],
  ['404', status(404), 'http_error', 1],
  ['401', status(401), 'unauthorized', 1],
  ['403', status(403), 'unauthorized', 1],
  ['429', status(429), 'rate_limited', 1],
  ['429 with retry-after: 0', status(429, { 'retry-after': '0' }), 'rate_limited', 1],
  ['silence', () => {}, 'timeout', 1],
  ['a head and then silence', (response) => void response.writeHead(200).write('{'), 'timeout', 1],
  ['a byte at a time', drip, 'timeout', 1],
  ['a page of HTML', send('<html>maintenance</html>', { 'content-type': 'text/html' }), 'not_json', 1],
  ['a page of HTML called JSON', send('<html>maintenance</html>'), 'not_json', 1],
  ['half a JSON text', send('{"pairs":[{"a'), 'not_json', 1],
  ['an empty body', send(''), 'not_json', 1],
  ['no content', (response) => void response.writeHead(204).end(), 'not_json', 1],
  ['a body shorter than announced', cutShort, 'network', 2],
  ['half a gzip stream', send(gzipSync('{"a":1}').subarray(0, 15), { 'content-encoding': 'gzip' }), 'not_json', 1],
  ['plain text called gzip', send('{"a":1}', { 'content-encoding': 'gzip' }), 'not_json', 1],
  ['an encoding nobody asked for', send('{}', { 'content-encoding': 'compress' }), 'not_json', 1],
  ['an encoding named like a method', send('{}', { 'content-encoding': 'toString' }), 'not_json', 1],
  ['a gzip bomb', send(bomb, { 'content-encoding': 'gzip' }), 'too_large', 1],
  ['a body without end', endless, 'too_large', 1],
  ['a redirect to cloud metadata', status(302, { location: 'http://169.254.169.254/latest/' }), 'redirect', 1],
  ['a redirect loop', (response, url) => status(301, { location: url })(response), 'redirect', 1],
  ['a reset', (response) => void response.socket?.destroy(), 'network', 2],
]

function cutShort(response: ServerResponse): void {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '100' })
  response.write('{"pairs":', () => response.socket?.destroy())
}

describe('the engine', () => {
  it.each(FAULTS)(
    'answered with %s fails as it should and asks no more than it may',
    async (_name, fault, reason, asked) => {
      const terms = reason === 'timeout' ? { timeoutMs: DEADLINE_MS } : {}
      const { get, upstream } = await started((request, response) => fault(response, request.url ?? ''), terms)
      const begunMs = awakeMs()
      expect((await failureOf(get())).reason).toBe(reason)
      expect(awakeMs() - begunMs).toBeLessThan(DEADLINE_MS + 600)
      expect(upstream.paths).toHaveLength(asked)
    },
  )

  it('keeps to its deadline over both tries together', async () => {
    const answerLate = (response: ServerResponse) => void setTimeout(() => status(500)(response), 100)
    const { get } = await started((_request, response) => answerLate(response), { timeoutMs: DEADLINE_MS })
    const begunMs = awakeMs()
    // With a deadline of its own the second try would have ended in its 500.
    expect((await failureOf(get())).reason).toBe('timeout')
    expect(awakeMs() - begunMs).toBeLessThan(DEADLINE_MS + 600)
  })

  it('unpacks no more of a bomb than it keeps: 200 MB cost less than 40', async () => {
    const { get } = await started((_request, response) => send(bomb, { 'content-encoding': 'gzip' })(response))
    const beforeKb = process.resourceUsage().maxRSS
    for (let i = 0; i < 5; i++) await failureOf(get())
    expect(process.resourceUsage().maxRSS - beforeKb).toBeLessThan(40_000)
  })

  it('tries once more after a 5xx or a reset, and is content when that works', async () => {
    let asked = 0
    const { get } = await started((_request, response) => {
      asked += 1
      if (asked === 1) response.socket?.destroy()
      else sendJson(response, { asked })
    })
    expect((await get()).body).toEqual({ asked: 2 })
  })

  it('ends with its caller', async () => {
    const { get } = await started(() => {})
    const caller = new AbortController()
    const call = failureOf(get('/x', caller.signal))
    caller.abort()
    expect((await call).reason).toBe('timeout')
    expect((await failureOf(get('/x', caller.signal))).reason).toBe('timeout')
  })

  it('writes no key into an error, whatever failed', async () => {
    const key = 'a-very-secret-key'
    for (const fault of [status(500), status(401), status(429), send('<'), () => {}, cutShort]) {
      const terms = { headers: { 'x-api-key': key }, timeoutMs: DEADLINE_MS }
      const { get } = await started((_request, response) => fault(response), terms)
      expect(inspect(await failureOf(get('/x?query=q')), { depth: 20, showHidden: true })).not.toContain(key)
    }
  })
})

describe('a good answer', () => {
  it.each([
    ['plain', (text: string) => Buffer.from(text), {}],
    ['gzip', gzipSync, { 'content-encoding': 'gzip' }],
    ['deflate', deflateSync, { 'content-encoding': 'deflate' }],
    ['brotli', brotliCompressSync, { 'content-encoding': 'br' }],
    ['a byte order mark', (text: string) => Buffer.from(`\ufeff${text}`), {}],
  ] as const)('is read in %s', async (_name, pack, headers) => {
    const { get } = await started((_request, response) => send(pack('{"price":"1.5"}'), headers)(response))
    expect(await get()).toMatchObject({ body: { price: '1.5' }, status: 200 })
  })

  it.each([
    ['null', null],
    ['[]', []],
    ['7', 7],
    ['{"a":1,"a":2}', { a: 2 }],
    ['{"huge":1e400}', { huge: Number.POSITIVE_INFINITY }],
  ])('may be any JSON value: %s', async (text, value) => {
    const { get } = await started((_request, response) => send(text)(response))
    expect((await get()).body).toEqual(value)
  })

  it('with a __proto__ key changes nothing outside itself', async () => {
    const { get } = await started((_request, response) => send('{"__proto__":{"polluted":true}}')(response))
    await get()
    expect('polluted' in {}).toBe(false)
  })

  it.each([
    ['nested 200,000 deep is refused', '['.repeat(200_000) + ']'.repeat(200_000)],
    ['nested 65 deep is refused', '['.repeat(65) + ']'.repeat(65)],
  ])('%s before it costs memory', async (_name, deep) => {
    const { get } = await started((_request, response) => send(deep)(response))
    expect(await failureOf(get())).toMatchObject({ reason: 'bad_body' })
  })

  it.each([
    ['nested 64 deep', '['.repeat(64) + ']'.repeat(64)],
    ['with brackets in its texts', JSON.stringify({ a: `${'['.repeat(100)}\\"${'{'.repeat(100)}` })],
    ['with many rows side by side', JSON.stringify(Array.from({ length: 100 }, () => ({ a: [{}] })))],
  ])('%s is read', async (_name, text) => {
    const { get } = await started((_request, response) => send(text)(response))
    expect((await get()).body).toEqual(JSON.parse(text))
  })

  it('is as old as the cache that held it says', async () => {
    const { get } = await started((_request, response) => send('{}', { age: '25' })(response))
    const beforeMs = Date.now()
    const { observedAtMs } = await get()
    expect(observedAtMs).toBeGreaterThanOrEqual(beforeMs - 25_000)
    expect(observedAtMs).toBeLessThanOrEqual(Date.now() - 25_000)
  })

  it.each(['-5', 'soon', ''])('is as old as its arrival when the age is %j', async (age) => {
    const { get } = await started((_request, response) => send('{}', { age })(response))
    const beforeMs = Date.now()
    expect((await get()).observedAtMs).toBeGreaterThanOrEqual(beforeMs)
  })

  it('leaves its connection open for the next calls', async () => {
    const { get, upstream } = await started((_request, response) => sendJson(response, {}))
    for (let i = 0; i < 10; i++) await get()
    // The second call may begin before the first one's connection is free again.
    expect(upstream.connections()).toBeLessThanOrEqual(2)
  })
})
