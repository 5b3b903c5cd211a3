import { createServer } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { atBest } from '../support/at-best.ts'
import { startProgram } from '../support/process.ts'
import { eventually, getJson, QUICK, startService, untilReady, upstreams } from '../support/service.ts'

const NOWHERE = {
  DEXSCREENER_URL: 'http://127.0.0.1:9',
  JUPITER_URL: 'http://127.0.0.1:9',
  GECKOTERMINAL_URL: 'http://127.0.0.1:9',
}
const MAIN = [process.execPath, 'src/app/main.ts']

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ tokens: 40, limits: 'off' })
})
afterAll(() => simulator.close())

describe('a process', () => {
  test('whose port is taken says so in one line and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    await using program = startProgram(MAIN, { ...NOWHERE, PORT: String(port), LOG_LEVEL: 'error' })
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot listen on 127.0.0.1:${port}: another program listens there. Set PORT to a free one.\n`,
    )
    taken.close()
  })

  test('with bad settings names every one of them, shows no secret, and ends with 78', async () => {
    const env = { PORT: 'x', CACHE_TTL_SECONDS: '-1', REDIS_URL: 'http://:s3cret@h', ADMIN_TOKEN: 's3cret' }
    await using program = startProgram(MAIN, env)
    expect(await program.ended).toBe(78)
    for (const name of Object.keys(env)) expect(program.output()).toContain(`${name}: must be`)
    expect(program.output()).not.toContain('s3cret')
  })

  test('answers within three seconds with every source and Redis down, and says why it is not ready', async () => {
    const start = () => startService({ ...NOWHERE, REDIS_URL: 'redis://127.0.0.1:9' })
    const answeredMs = await atBest(3000, async () => {
      const startedMs = performance.now()
      await using service = await start()
      expect((await fetch(`${service.url}/livez`)).status).toBe(200)
      return performance.now() - startedMs
    })
    expect(answeredMs).toBeLessThan(3000)
    await using service = await start()
    const ready = await eventually(
      () => getJson(`${service.url}/readyz`),
      ({ body }) => JSON.stringify(body).includes('network'),
    )
    expect(ready.status).toBe(503)
    const tokens = await getJson(`${service.url}/api/tokens`)
    expect(tokens.status).toBe(503)
    expect(tokens.headers.get('content-type')).toContain('application/problem+json')
    expect(tokens.body).toMatchObject({ code: 'no_data', error: expect.any(String) })
  })

  test('finishes every accepted request when it is told to end, and ends with 0', async () => {
    await using service = await startService({ ...upstreams(simulator.urls), ...QUICK })
    await untilReady(service.url)
    simulator.fault({ source: 'all', mode: 'slow', ms: 300 })
    // Cold queries wait for the slow sources, so these are under way when the signal comes.
    const queries = ['moon', 'dog', 'cat', 'frog']
    const answers = queries.map((q) => fetch(`${service.url}/v1/tokens?q=${q}`))
    // Accepted is what a source was already asked for; a connection that comes later may be refused.
    await eventually(
      async () => Object.keys(simulator.hits().paths),
      (paths) => queries.every((q) => paths.some((path) => path.endsWith(`q=${q}`))),
    )
    service.signal('SIGTERM')
    expect((await Promise.all(answers)).map((answer) => answer.status)).toEqual([200, 200, 200, 200])
    expect(await service.ended).toBe(0)
    simulator.fault({ source: 'all', mode: 'ok' })
  })

  test('killed at any point of its start leaves nothing that hinders the next start', async () => {
    for (const delayMs of [0, 50, 150, 300, 600]) {
      await using doomed = startProgram(MAIN, { ...upstreams(simulator.urls), PORT: '0' })
      await new Promise((resolve) => setTimeout(resolve, delayMs))
      doomed.signal('SIGKILL')
      await doomed.ended
    }
    await using service = await startService(upstreams(simulator.urls))
    await untilReady(service.url)
  })
})
