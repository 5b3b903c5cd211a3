import { connect } from 'node:net'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { readText } from '../support/checkout.ts'
import { type Program, startProgram } from '../support/process.ts'
import { skipUnless } from '../support/require-all.ts'
import { findRuntime } from '../support/runtimes.ts'
import { type StreamReader, streamReader } from '../support/stream-reader.ts'

const PROGRAM = 'tests/support/stream-program.ts'

/** The npm script that starts the service on a runtime, with another program in its place. */
function commandOf(script: string, binary: string): string[] {
  const { scripts } = JSON.parse(readText('package.json')) as { scripts: Record<string, string> }
  return [binary, ...(scripts[script] ?? '').split(' ').slice(1, -1), PROGRAM]
}

/** A WebSocket as a browser has it. */
async function open(port: number, reader: StreamReader = streamReader()) {
  reader.connect()
  const socket = new WebSocket(`ws://127.0.0.1:${port}/v1/stream`)
  const closed = new Promise<number>((resolve) => {
    socket.onclose = ({ code }) => resolve(code)
  })
  const waiting: (() => void)[] = []
  socket.onmessage = ({ data }) => {
    reader.read(String(data))
    for (const wake of waiting.splice(0)) wake()
  }
  await new Promise((resolve, reject) => {
    socket.onopen = resolve
    socket.onerror = reject
  })
  const until = async (isEnough: () => boolean) => {
    while (!isEnough()) await new Promise<void>((resolve) => waiting.push(resolve))
  }
  return { socket, reader, closed, until, say: (message: object) => socket.send(JSON.stringify(message)) }
}

const LIST = { op: 'subscribe', id: 'a', channel: 'tokens', params: { limit: 3 } }

const RUNTIMES = [
  { name: 'node', binary: process.execPath, command: commandOf('start', process.execPath) },
  ...(['deno', 'bun'] as const).map((name) => {
    const binary = findRuntime(name)
    return { name, binary, command: commandOf(`start:${name}`, binary ?? name) }
  }),
]

for (const { name, binary, command } of RUNTIMES) {
  const why = `${name} was not found: set ${name.toUpperCase()}_BIN`
  skipUnless(binary !== null, why)(`streams on ${name}`, () => {
    let program: Program
    let port: number
    beforeAll(async () => {
      program = startProgram(command)
      port = Number((await program.said(/port (\d+)/))[1])
    })
    afterAll(() => program[Symbol.asyncDispose]())

    test('are followed, resumed without a gap and kept alive by heartbeats', async () => {
      const first = await open(port)
      first.say(LIST)
      const { reader } = first
      await first.until(() => reader.frames.filter(({ type }) => type === 'delta').length > 3)
      await first.until(() => reader.frames.some(({ type }) => type === 'heartbeat'))
      first.socket.close()
      await first.closed
      const { seq } = reader.since('a') ?? { seq: 0 }
      const second = await open(port, reader)
      second.say({ ...LIST, since: reader.since('a') })
      await second.until(() => (reader.since('a')?.seq ?? 0) > seq)
      expect(reader.frames.filter(({ type }) => type === 'snapshot')).toHaveLength(1)
      second.socket.close()
      await second.closed
    })

    test('are refused to foreign pages, and to those who do not speak WebSocket', async () => {
      const foreign = { headers: { origin: 'https://evil.example' } }
      expect((await fetch(`http://127.0.0.1:${port}/v1/stream/tokens`, foreign)).status).toBe(403)
      const plain = await fetch(`http://127.0.0.1:${port}/v1/stream`)
      expect([plain.status, plain.headers.get('content-type')]).toEqual([426, 'application/problem+json'])
    })

    test('close for messages that are too large or not text', async () => {
      const large = await open(port)
      large.socket.send('x'.repeat(5000))
      expect(await large.closed).toBe(1009)
      const binary = await open(port)
      binary.socket.send(new Uint8Array([1]))
      expect(await binary.closed).toBe(1003)
    })

    test('survive upgrades to something else, and connections that are reset', async () => {
      const upgrade = (to: string) =>
        `GET /v1/stream HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: ${to}\r\n\r\n`
      for (let i = 0; i < 100; i++) {
        const socket = connect(port, '127.0.0.1').on('error', () => {})
        await new Promise((resolve) => socket.once('connect', resolve))
        await new Promise((resolve) => socket.write(upgrade(i % 2 === 0 ? 'h2c' : 'websocket'), resolve))
        socket.resetAndDestroy()
      }
      expect((await fetch(`http://127.0.0.1:${port}/livez`)).status).toBe(200)
    })

    test('of events outlive the idle limit, and all end in order with the service, those of stalled readers too', async () => {
      const response = await fetch(`http://127.0.0.1:${port}/v1/stream/tokens?limit=1`)
      const body = response.body?.getReader()
      const until = Date.now() + 12_000
      while (Date.now() < until) expect((await body?.read())?.done).toBe(false)
      const stalled = connect(port, '127.0.0.1').on('error', () => {})
      stalled.pause()
      stalled.write('GET /v1/stream/tokens?limit=1000 HTTP/1.1\r\nHost: x\r\n\r\n')
      const last = await open(port)
      last.say(LIST)
      await last.until(() => last.reader.lists.has('a'))
      program.signal('SIGTERM')
      expect([1001, 1012]).toContain(await last.closed)
      while (!(await body?.read())?.done) {}
      stalled.destroy()
      expect(await program.ended).toBe(0)
      expect(program.output()).toContain('held 0')
    })
  })
}
