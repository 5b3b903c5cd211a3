import { connect } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { behindProxies, forwardedTo } from '../../../src/app/runtime/behind-proxies.ts'
import { serve } from '../../../src/app/runtime/node.ts'
import type { Handler } from '../../../src/app/runtime/runtime.ts'
import type { Caller } from '../../../src/ports/caller.ts'
import { callerAt, guardedHttp } from './support.ts'

const PROXY = '10.0.0.1'
const tellAddress: Handler = (_, caller) => new Response(caller?.address ?? 'unknown')

/** The address of a caller whose request came with these headers, as a runtime without Node's messages tells it. */
async function addressOf(hops: number, ...lists: string[]): Promise<string> {
  const headers = new Headers(lists.map((list) => ['x-forwarded-for', list]))
  return (await behindProxies(tellAddress, hops)(new Request('http://here/', { headers }), callerAt(PROXY))).text()
}

describe('the address of a client', () => {
  test.each([
    ['with 0 proxies nothing is believed', 0, ['192.0.2.1'], PROXY],
    ['with 1 it is what the proxy has added', 1, ['192.0.2.1'], '192.0.2.1'],
    ['what stands left of that is not believed', 1, ['6.6.6.6, 7.7.7.7,192.0.2.1'], '192.0.2.1'],
    ['nor what came in a header of its own', 1, ['6.6.6.6', '192.0.2.1'], '192.0.2.1'],
    ['with 2 the nearer one has added the other', 2, ['6.6.6.6, 192.0.2.1, 10.0.0.2'], '192.0.2.1'],
    ['with 2 that say less it is the connection’s', 2, ['192.0.2.1'], PROXY],
    ['without the header it is the connection’s', 1, [], PROXY],
    ['what is no address is not believed', 1, ['192.0.2.1, unknown'], PROXY],
    ['nor an empty text', 1, ['192.0.2.1, '], PROXY],
    ['nor a name', 1, ['__proto__'], PROXY],
    ['IPv6 is an address in either case', 1, ['2001:DB8::1'], '2001:db8::1'],
    ['a port is none of it', 1, ['192.0.2.1:4711'], '192.0.2.1'],
    ['nor with IPv6', 1, ['[2001:db8::1]:4711'], '2001:db8::1'],
    ['and brackets are none either', 1, ['[2001:db8::1]'], '2001:db8::1'],
  ])('%s', async (_, hops, lists, address) => {
    expect(await addressOf(hops, ...lists)).toBe(address)
  })

  test('is what floods and limits go by', async () => {
    const http = guardedHttp({ floodLimits: { refusalsPerMinute: 1 } })
    const fetch = behindProxies(http.fetch as Handler, 1)
    const ask = async (list: string) => {
      const headers = { 'x-api-key': 'nonsense', 'x-forwarded-for': list }
      return (await fetch(new Request('http://here/v1/me', { headers }), callerAt(PROXY))).status
    }
    expect([await ask('192.0.2.1'), await ask('6.6.6.6, 192.0.2.1'), await ask('192.0.2.2')]).toEqual([401, 429, 401])
  })

  test('changes nothing else about a caller', async () => {
    const done: string[] = []
    const opened: unknown[] = []
    const caller: Caller = {
      address: PROXY,
      wantsSocket: true,
      holdOpen: () => done.push('held'),
      cut: () => done.push('cut') > 0,
      upgrade: (open) => opened.push(open),
    }
    const open = () => {
      throw new Error('It is not called here.')
    }
    const use: Handler = (_, seen) => {
      seen?.holdOpen()
      seen?.upgrade(open)
      return new Response(String([seen?.wantsSocket, seen?.cut()]))
    }
    expect(await (await behindProxies(use, 1)(new Request('http://here/'), caller)).text()).toBe('true,true')
    expect(done).toEqual(['held', 'cut'])
    expect(opened).toEqual([open])
    expect(await (await behindProxies(tellAddress, 1)(new Request('http://here/'))).text()).toBe('unknown')
  })
})

describe('on Node', () => {
  /** Sends raw lines as a proxy would. @returns the address that the handler was told */
  const asked = async (...lines: string[]) => {
    const server = await serve(behindProxies(tellAddress, 1), { port: 0, hostname: '127.0.0.1' })
    onTestFinished(server.stop)
    const socket = connect({ port: server.port, host: '127.0.0.1' })
    socket.write(`${['GET / HTTP/1.1', 'Host: x', ...lines].join('\r\n')}\r\n\r\n`)
    let answer = ''
    for await (const chunk of socket) answer += String(chunk)
    return /[\da-f.:]+(?=\s*(?:0\s*)?$)/.exec(answer.split('\r\n\r\n')[1] ?? '')?.[0]
  }
  const many = (count: number) => Array.from({ length: count }, (_, n) => `x-${n}: 1`)
  const end = 'Connection: close'
  const forged = 'X-Forwarded-For: 6.6.6.6'
  const seen = 'x-forwarded-for: 192.0.2.1'

  test('the last header counts, however many there are', async () => {
    expect(await asked(forged, seen, end)).toBe('192.0.2.1')
    expect(await asked(forged, ...many(58), seen, end)).toBe('192.0.2.1')
  })

  test('headers that push the proxy’s own out of sight forge nothing, whether or not they are refused', async () => {
    for (const count of [61, 62, 64, 100]) expect(await asked(forged, end, ...many(count), seen)).not.toBe('6.6.6.6')
    const raw = (count: number) => [
      'X-Forwarded-For',
      '192.0.2.1',
      ...Array.from({ length: count }, () => ['x', '1']).flat(),
    ]
    expect(forwardedTo(raw(63), 1)).toBe('192.0.2.1')
    expect(forwardedTo(raw(64), 1)).toBeNull()
  })

  test('a request for a WebSocket has its address too', async () => {
    const upgrade = ['Upgrade: websocket', 'Connection: Upgrade', 'Sec-WebSocket-Version: 13']
    expect(await asked(forged, seen, ...upgrade, 'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==')).toBe('192.0.2.1')
  })
})
