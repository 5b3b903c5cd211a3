import { mkdtempSync, rmSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { connect, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { ProblemSchema } from '../../src/adapters/http/schemas/problem.ts'
import { atBest } from '../support/at-best.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { type Operation, operationsOf, type Question, questionsOf } from './questions.ts'

const REQUESTS = 2_000
const SLOW_MS = 2_000
const NOT_OURS = /node_modules|\.ts:\d|\bat [A-Z]\w+\.|SELECT /

let simulator: Awaited<ReturnType<typeof simulated>>
let service: ServiceProcess
let operations: readonly Operation[]

beforeAll(async () => {
  simulator = await simulated({ tokens: 60 })
  service = await startService({ ...upstreams(simulator.urls), ...QUICK })
  await untilReady(service.url)
  operations = operationsOf(await (await fetch(`${service.url}/openapi.json`)).json())
})
afterAll(async () => {
  expect(await (await fetch(`${service.url}/livez`)).json()).toEqual({ status: 'alive' })
  service.signal('SIGTERM')
  expect(await service.ended).toBe(0)
  await simulator.close()
})

const open = (): Socket => {
  const { port, hostname } = new URL(service.url)
  return connect(Number(port), hostname).on('error', () => {})
}
const connected = (socket: Socket) => new Promise((resolve) => socket.once('connect', resolve))

/** Sends raw bytes and reads until the other side closes. */
async function answerTo(bytes: string): Promise<string> {
  const socket = open()
  socket.write(bytes, 'latin1')
  let answer = ''
  for await (const chunk of socket) answer += String(chunk)
  return answer
}

const lines = (...all: readonly string[]) => `${all.join('\r\n')}\r\nConnection: close\r\n\r\n`

async function send(url: string, { method, target, headers, body }: Question): Promise<Response> {
  return fetch(url + target, { method, headers, redirect: 'manual', ...(body !== null && { body }) })
}

/** Whole, but of a stream, which does not end: that one is closed. */
async function bodyOf(response: Response): Promise<string> {
  if (response.headers.get('content-type') !== 'text/event-stream') return response.text()
  await response.body?.cancel()
  return ''
}

/** The last answer, and how long the quickest one took: a question that is slow by itself is slow each time. */
async function answered(url: string, question: Question) {
  const last = { response: new Response(), text: '' }
  const tookMs = await atBest(SLOW_MS, async () => {
    const startedMs = performance.now()
    last.response = await send(url, question)
    last.text = await bodyOf(last.response)
    return performance.now() - startedMs
  })
  return { ...last, tookMs }
}

describe('random requests', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tickertap-test-'))
  let whole: ServiceProcess
  beforeAll(async () => {
    whole = await startService({ ...upstreams(simulator.urls), ...QUICK, DATA_DIR: folder })
    await untilReady(whole.url)
    await eventually(
      async () => (await fetch(`${whole.url}/v1/coins`)).status,
      (status) => status === 200,
      60_000,
    )
  })
  afterAll(async () => {
    whole.signal('SIGTERM')
    expect(await whole.ended).toBe(0)
    rmSync(folder, { recursive: true, force: true })
  })

  /** A machine that stands still for seconds may cost a question its history, but not five times in a row. */
  async function unhindered(question: Question, triesLeft = 5): ReturnType<typeof answered> {
    const answer = await answered(whole.url, question)
    const isHindered = answer.response.status === 503 && answer.text.includes('"history_unavailable"')
    return isHindered && triesLeft > 1 ? unhindered(question, triesLeft - 1) : answer
  }

  test(`made from the document, ${REQUESTS} of them, are answered as it says: no 5xx, every refusal a problem`, async () => {
    const seen = new Set<number>()
    await fc.assert(
      fc.asyncProperty(questionsOf(operations), async (question) => {
        const { response, text, tookMs } = await unhindered(question)
        seen.add(response.status)
        expect(response.status).toBeLessThan(500)
        expect(question.operation.statuses).toContain(response.status)
        expect(tookMs).toBeLessThan(SLOW_MS)
        if (response.status < 400) return
        expect(response.headers.get('content-type')).toBe('application/problem+json')
        const problem = ProblemSchema.strict().parse(JSON.parse(text))
        expect(problem.status).toBe(response.status)
        expect(problem.request_id).toBe(response.headers.get('x-request-id'))
        expect(text).not.toMatch(NOT_OURS)
      }),
      { numRuns: REQUESTS },
    )
    // They are varied enough to mean something.
    expect([...seen]).toEqual(expect.arrayContaining([200, 400, 404]))
  })
})

describe('raw connections', () => {
  const reset = async (bytes: string) => {
    const socket = open()
    await connected(socket)
    await new Promise((resolve) => socket.write(bytes, 'latin1', resolve))
    socket.resetAndDestroy()
  }

  test.each([
    ['ask for h2c', 'GET / HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: h2c\r\nHTTP2-Settings: AA\r\n\r\n'],
    ['ask for a WebSocket', 'GET /v1/tokens HTTP/1.1\r\nHost: x\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n\r\n'],
    ['send half their headers', 'GET /v1/tokens HTTP/1.1\r\nHo'],
    ['send half a body', 'POST /v1/tokens/lookup HTTP/1.1\r\nHost: x\r\nContent-Length: 50\r\n\r\n{"ids"'],
    ['send nothing', ''],
  ])('that %s and are reset, 200 times, leave no open file and a process that lives', async (_name, bytes) => {
    const before = await openFiles()
    for (let i = 0; i < 10; i++) await Promise.all(Array.from({ length: 20 }, () => reset(bytes)))
    await eventually(openFiles, (count) => count <= before + 2)
    expect((await fetch(`${service.url}/livez`)).status).toBe(200)
  })

  test.each([
    [
      '300 headers',
      lines('GET /livez HTTP/1.1', 'Host: x', ...Array.from({ length: 300 }, (_, i) => `x-${i}: 1`)),
      431,
    ],
    ['a header of 9 kB', lines('GET /livez HTTP/1.1', 'Host: x', `x: ${'a'.repeat(9000)}`), 431],
    ['a NUL in a header', lines('GET /livez HTTP/1.1', 'Host: x', 'x: a\0b'), 400],
    ['a NUL in the target', lines('GET /livez\0 HTTP/1.1', 'Host: x'), 400],
    ['a folded header', lines('GET /livez HTTP/1.1', 'Host: x', 'x: a', '  b'), 400],
    [
      'two lengths',
      lines('POST /v1/tokens/lookup HTTP/1.1', 'Host: x', 'Content-Length: 1', 'Transfer-Encoding: chunked'),
      400,
    ],
    ['no HTTP', '\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03', 400],
  ])('with %s are refused with a problem', async (_name, bytes, status) => {
    const [head = '', body = ''] = (await answerTo(bytes)).split('\r\n\r\n')
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} `))
    expect(head.toLowerCase()).toContain('content-type: application/problem+json')
    expect(JSON.parse(body)).toMatchObject({ status })
  })

  test('that send a header a second are cut within 12 s, and delay nobody meanwhile', async () => {
    const before = await openFiles()
    const delaysMs: number[] = []
    const goneMs = await atBest(12_000, () => cutAfterMs(delaysMs), 3)
    expect(goneMs).toBeLessThan(12_000)
    expect(delaysMs.toSorted((a, b) => a - b)[Math.floor(delaysMs.length / 2)]).toBeLessThan(250)
    await eventually(openFiles, (count) => count <= before + 2)
  })

  /** How long a hundred connections that send a header a second live; what others wait meanwhile goes into `delaysMs`. */
  async function cutAfterMs(delaysMs: number[]): Promise<number> {
    const slow = Array.from({ length: 100 }, open)
    const gone = Promise.all(slow.map((socket) => new Promise((resolve) => socket.once('close', resolve))))
    await Promise.all(slow.map(connected))
    const drip = setInterval(() => {
      for (const socket of slow) if (socket.writable) socket.write(`x-${Math.random()}: 1\r\n`)
    }, 1000)
    for (const socket of slow) socket.resume().write('GET /livez HTTP/1.1\r\nHost: x\r\n')
    const startedMs = performance.now()
    const stop = new AbortController()
    const others = normalClient(delaysMs, stop.signal)
    await gone
    const tookMs = performance.now() - startedMs
    clearInterval(drip)
    stop.abort()
    await others
    return tookMs
  }

  /** Somebody else who asks all the while. */
  async function normalClient(delaysMs: number[], signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      const askedMs = performance.now()
      await (await fetch(`${service.url}/api/tokens?limit=5`)).text()
      delaysMs.push(performance.now() - askedMs)
      await new Promise((resolve) => setTimeout(resolve, 50))
    }
  }
})

/** Of the process, where the system tells; 0 elsewhere. */
async function openFiles(): Promise<number> {
  return process.platform === 'linux' ? (await readdir(`/proc/${service.pid}/fd`)).length : 0
}
