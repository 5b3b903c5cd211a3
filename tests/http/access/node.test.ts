import { request } from 'node:http'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { pinoLog } from '../../../src/adapters/log/pino.ts'
import { serve } from '../../../src/app/runtime/node.ts'
import type { Server } from '../../../src/app/runtime/runtime.ts'
import type { IssuedKey } from '../../../src/ports/access.ts'
import { guardedHttp } from './support.ts'

const http = guardedHttp()
let server: Server
let key: IssuedKey
beforeAll(async () => {
  key = await http.access.key('Night market')
  server = await serve(http.fetch, { port: 0, hostname: '127.0.0.1', refuse: http.refuse })
})
afterAll(() => server.stop())

/** Headers are sent as they are: fetch would join them. */
function send(path: string, headers: readonly string[]): Promise<number> {
  return new Promise((resolve, reject) => {
    const asked = request({ port: server.port, host: '127.0.0.1', path, headers: ['host', 'here', ...headers] })
    asked.on('response', (response) => {
      response.resume()
      resolve(response.statusCode ?? 0)
    })
    asked.on('upgrade', (response, socket) => {
      socket.destroy()
      resolve(response.statusCode ?? 0)
    })
    asked.on('error', reject)
    asked.end()
  })
}

describe.each(['/v1/me', '/v1/stream'])('over a connection to %s', (path) => {
  const upgrade = [
    'connection',
    'Upgrade',
    'upgrade',
    'websocket',
    'sec-websocket-version',
    '13',
    'sec-websocket-key',
    'dGhlIHNhbXBsZSBub25jZQ==',
  ]
  const rest = path === '/v1/me' ? [] : upgrade
  const accepted = path === '/v1/me' ? 200 : 101

  test('a key is taken from either header, in any case', async () => {
    expect(await send(path, [...rest, 'X-API-Key', key.secret])).toBe(accepted)
    expect(await send(path, [...rest, 'Authorization', `Bearer ${key.secret}`])).toBe(accepted)
    expect(await send(path, [...rest, 'Authorization', `bEARER   ${key.secret}`])).toBe(accepted)
  })

  test('a header that is repeated is malformed, the same value included', async () => {
    for (const other of [key.secret, 'other']) {
      expect(await send(path, [...rest, 'x-api-key', key.secret, 'X-Api-Key', other])).toBe(400)
      const both = ['authorization', `Bearer ${key.secret}`, 'Authorization', `Bearer ${other}`]
      expect(await send(path, [...rest, ...both])).toBe(400)
    }
    expect(await send(path, [...rest, 'x-api-key', `${key.secret}, ${key.secret}`])).toBe(401)
  })

  test('two headers that differ are malformed', async () => {
    expect(await send(path, [...rest, 'x-api-key', key.secret, 'authorization', 'Bearer other'])).toBe(400)
    const same = ['x-api-key', key.secret, 'authorization', `Bearer ${key.secret}`]
    expect(await send(path, [...rest, ...same])).toBe(accepted)
  })

  test('a key that is none is refused', async () => {
    expect(await send(path, [...rest, 'x-api-key', 'nonsense'])).toBe(401)
    expect(await send(path, [...rest, 'authorization', `Basic ${key.secret}`])).toBe(401)
  })
})

test('the log shows no key, wherever it was sent', async () => {
  const lines: string[] = []
  const log = pinoLog({ level: 'debug', destination: { write: (line) => void lines.push(line) } })
  const logged = guardedHttp({ log })
  const { secret } = await logged.access.key('Night market')
  const ask = (path: string, headers: Record<string, string> = {}) => logged.get(path, { headers })
  await ask('/v1/me', { 'x-api-key': secret })
  await ask('/v1/me', { authorization: `Bearer ${secret}` })
  await ask(`/v1/me?key=${secret}`)
  await ask(`/v1/tokens/solana/${secret}`)
  await ask(`/${secret}`)
  await ask('/v1/me', { 'x-request-id': secret, referer: `https://x/${secret}`, 'user-agent': secret })
  logged.service.fail(new Error(`fault about ${secret}`))
  await ask('/v1/tokens?limit=3')
  log.info('fields', {
    secret,
    headers: { authorization: `Bearer ${secret}`, 'x-api-key': secret },
    text: `a ${secret} b`,
  })
  logged.flush()
  const text = lines.join('')
  expect(text).toContain('GET /v1/me 200')
  expect(text).toContain('a request failed')
  expect(text).not.toContain(secret.slice(14, 40))
})
