import { createServer } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { io } from 'socket.io-client'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { startProgram } from '../support/process.ts'
import { freePort } from '../support/redis-server.ts'
import { skipUnless } from '../support/require-all.ts'
import { findRuntime } from '../support/runtimes.ts'
import {
  eventually,
  getJson,
  QUICK,
  type ServiceProcess,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'

type Row = Readonly<Record<string, unknown>>

const MAIN = [process.execPath, 'src/app/main.ts']

/** What a page of the older API does: connects, and shows each list that comes. */
function page(url: string, transports?: string[]) {
  const shown: (readonly Row[])[] = []
  const socket = io(url, { forceNew: true, reconnectionDelay: 50, ...(transports && { transports }) })
  let onShown = () => {}
  socket.on('price-update', (list: readonly Row[]) => {
    shown.push(list)
    onShown()
  })
  return {
    shown,
    socket,
    async untilShown(count: number): Promise<readonly Row[]> {
      while (shown.length < count) {
        await new Promise<void>((resolve) => {
          onShown = resolve
        })
      }
      return shown.at(-1) ?? []
    },
    [Symbol.dispose]: () => void socket.disconnect(),
  }
}

async function socketioUrl(service: ServiceProcess): Promise<string> {
  return (await service.said(/"socketio":"([^"]+)"/))[1] ?? ''
}

let simulator: Simulator
beforeAll(async () => {
  simulator = await startSimulator({ tokens: 40, limits: 'off' })
})
afterAll(() => simulator.close())

describe('a service with SOCKETIO_PORT', () => {
  test.each([
    ['as it comes', undefined],
    ['over websocket', ['websocket']],
    ['over polling', ['polling']],
  ])('sends price-update to a stock client %s: at once, each round, with the body of REST', async (_, transports) => {
    await using service = await startService({ ...upstreams(simulator.urls), ...QUICK, SOCKETIO_PORT: '0' })
    const url = await socketioUrl(service)
    await untilReady(service.url)
    using client = page(url, transports)
    await client.untilShown(3)
    // Both are of the same board for a part of each second.
    const { list, rest } = await eventually(
      async () => ({ rest: (await getJson(`${service.url}/api/tokens?q=SOL`)).body, list: client.shown.at(-1) }),
      ({ list, rest }) => isDeepStrictEqual(list, rest),
    )
    expect(JSON.stringify(list)).toBe(JSON.stringify(rest))
    expect(list?.length).toBeGreaterThan(5)
  })

  test('says nothing while the sources are down, and is served again after a restart by the same client', async () => {
    simulator.fault({ source: 'all', mode: 'status' })
    const env = { ...upstreams(simulator.urls), ...QUICK }
    // One that no outgoing connection of this machine can take between the two.
    const port = `${await freePort()}`
    await using first = await startService({ ...env, SOCKETIO_PORT: port })
    const url = await socketioUrl(first)
    using client = page(url)
    await new Promise((resolve) => client.socket.once('connect', () => resolve(null)))
    // It has looked for data more than once.
    await first.said(/(?:\/api\/tokens 503[\s\S]*){2}/)
    expect(client.shown).toEqual([])
    simulator.fault({ source: 'all', mode: 'ok' })
    await client.untilShown(1)
    first.signal('SIGTERM')
    expect(await first.ended).toBe(0)
    const before = client.shown.length
    await using _second = await startService({ ...env, SOCKETIO_PORT: port })
    await client.untilShown(before + 1)
  })

  test('serves the client library at the path where older pages look for it', async () => {
    await using service = await startService({ ...upstreams(simulator.urls), SOCKETIO_PORT: '0' })
    const response = await fetch(`${await socketioUrl(service)}/socket.io/socket.io.js`)
    expect(response.headers.get('content-type')).toContain('javascript')
    expect(await response.text()).toContain('Socket.IO v4')
  })

  test('whose port is taken says so in one line and ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1')
    await new Promise((resolve) => taken.once('listening', resolve))
    const { port } = taken.address() as { port: number }
    const env = { ...upstreams(simulator.urls), PORT: '0', SOCKETIO_PORT: String(port), LOG_LEVEL: 'error' }
    await using program = startProgram(MAIN, env)
    expect(await program.ended).toBe(1)
    expect(program.output()).toBe(
      `Cannot listen on 127.0.0.1:${port}: another program listens there. Set SOCKETIO_PORT to a free one.\n`,
    )
    taken.close()
  })
})

test('a service without SOCKETIO_PORT listens for no Socket.IO client', async () => {
  await using service = await startService(upstreams(simulator.urls))
  expect(service.output()).toContain('"socketio":null')
  expect((await fetch(`${service.url}/socket.io/?EIO=4&transport=polling`)).status).toBe(404)
})

for (const name of ['deno', 'bun'] as const) {
  const binary = findRuntime(name)
  const why = `${name} was not found: set ${name.toUpperCase()}_BIN`
  skipUnless(binary !== null, why)(`SOCKETIO_PORT on ${name}`, () => {
    test('is refused as a wrong setting, before anything is opened', async () => {
      const command =
        name === 'deno' ? ['run', '--no-lock', '--no-prompt', '-A', 'src/app/main.ts'] : ['src/app/main.ts']
      await using program = startProgram([binary ?? name, ...command], { SOCKETIO_PORT: '0', PORT: '0' })
      expect(await program.ended).toBe(78)
      expect(program.output()).toContain('SOCKETIO_PORT: must be unset on Deno and Bun\n')
    })
  })
}
