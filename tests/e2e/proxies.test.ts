import { get } from 'node:http'
import { expect, onTestFinished, test } from 'vitest'
import { skipUnless } from '../support/require-all.ts'
import { findRuntime, startCommand } from '../support/runtimes.ts'
import { QUICK, simulated, startService, untilReady, upstreams } from '../support/service.ts'

for (const name of ['node', 'deno', 'bun'] as const) {
  const binary = name === 'node' ? process.execPath : findRuntime(name)
  const why = `${name} was not found: set ${name.toUpperCase()}_BIN`
  skipUnless(binary !== null, why)(`the service on ${name}`, () => {
    test('limits clients by the address that its proxy has seen', async () => {
      await using simulator = await simulated({ tokens: 20 })
      const env = { ...upstreams(simulator.urls), ...QUICK, PROXY_HOPS: '1', STREAMS_PER_ADDRESS: '1' }
      const command = name === 'node' ? undefined : startCommand(name, binary ?? name)
      await using service = await startService(env, command)
      await untilReady(service.url)
      expect(await opened(service.url, '192.0.2.1')).toBe(200)
      expect(await opened(service.url, '192.0.2.1')).toBe(429)
      expect(await opened(service.url, '192.0.2.2, 192.0.2.1')).toBe(429)
      expect(await opened(service.url, '192.0.2.2', '192.0.2.1')).toBe(429)
      expect(await opened(service.url, '192.0.2.2')).toBe(200)
      expect(await opened(service.url, 'nonsense')).toBe(200)
      expect(await opened(service.url)).toBe(429)
    })
  })
}

/** Opens a stream that stays open until the test ends. @param lists a header each @returns its status */
function opened(url: string, ...lists: string[]): Promise<number | undefined> {
  return new Promise((resolve, reject) => {
    const headers = { 'x-forwarded-for': lists }
    const request = get(`${url}/v1/stream/tokens`, lists.length === 0 ? {} : { headers }, ({ statusCode }) => {
      resolve(statusCode)
    })
    request.on('error', reject)
    onTestFinished(() => void request.destroy())
  })
}
