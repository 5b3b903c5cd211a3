import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { isDeepStrictEqual } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { skipUnless } from '../support/require-all.ts'
import { findRuntime, startCommand } from '../support/runtimes.ts'
import {
  eventually,
  getJson,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { JSON_HEADERS, type Page, pageOf } from '../support/wire.ts'

const SOL = 'So11111111111111111111111111111111111111112'
const SORTS = ['volume', 'price_change', 'market_cap', 'liquidity', 'transactions', 'age', 'trending']
/** Differ between any two processes: names of the run, and moments. */
const OF_THE_RUN = /^(epoch|seq|request_id|next_cursor|now|as_of|age_ms|observed_at|sol_usd_observed_at)$/

/** A test may have to wait for several of them. */
const SAME_WITHIN_MS = 30_000
/** The first start makes the folder of a database. */
const OPENS_WITHIN_MS = 120_000

const PATHS = [
  '/api/tokens?q=SOL',
  ...SORTS.map((sort) => `/v1/tokens?limit=250&sort=${sort}`),
  '/v1/tokens?order=asc&window=1h&network=solana&min_liquidity_usd=10',
  `/v1/tokens/solana/${SOL}`,
  `/v1/tokens/solana/${SOL}/explain`,
  '/openapi.json',
  '/livez',
  '/readyz',
]
const REFUSED = [
  '/v1/tokens?limit=0',
  '/v1/tokens?bogus=1',
  '/api/tokens?q=a&q=b',
  '/v1/tokens/nowhere/x',
  '/v1/tokens/solana/__proto__',
  '/v1/tokens/%E0%A4%A',
  '/nope',
]

/** The body as text, its keys in their order, without what belongs to the run. */
async function bodyAt(url: string, path: string, init?: RequestInit): Promise<string> {
  const response = await fetch(url + path, init)
  const withoutRun = (key: string, value: unknown) => (OF_THE_RUN.test(key) && value !== null ? key : value)
  const body = JSON.stringify(JSON.parse(await response.text(), withoutRun), null, 1)
  return `${response.status} ${response.headers.get('content-type')}\n${body}`
}

/**
 * Both answer the same, if not at once: a board is made between two questions, and a machine that stalls makes a price
 * stale for a moment on one of them.
 */
async function expectSame(urls: readonly string[], path: string, init?: RequestInit): Promise<void> {
  const both = () => Promise.all(urls.map((url) => bodyAt(url, path, init)))
  // Asked once more, because the difference says more than that there is one.
  const [one, other] = await eventually(both, ([a, b]) => a === b, SAME_WITHIN_MS).catch(both)
  expect(one).toBe(other)
}

/** Of a text too long to be shown when it differs. */
const sum = (text: string) => createHash('sha256').update(text).digest('hex')

let simulator: Awaited<ReturnType<typeof simulated>>
let node: ServiceProcess

/** Every source has answered every question: what is on a board now stays on it while the market stands still. */
async function untilSettled(url: string): Promise<void> {
  await untilReady(url)
  const isSettled = async () => {
    const page = await pageOf(url, '/v1/tokens?limit=250')
    const explained = await getJson(`${url}/v1/tokens/solana/${SOL}/explain`)
    const { previous, inputs } = explained.body as { previous: unknown; inputs: readonly { source: string }[] }
    const heard = new Set(inputs.map(({ source }) => source))
    return page.data.length > 20 && page.snapshot.seq > 3 && previous !== null && heard.size === 3
  }
  await eventually(isSettled, (settled) => settled)
}

function start(command?: readonly string[]): Promise<ServiceProcess> {
  return startService({ ...upstreams(simulator.urls), ...QUICK, WATCH: 'SOL,USDC' }, command)
}

beforeAll(async () => {
  simulator = await simulated({ tokens: 80, tickMs: null })
  node = await start()
  await untilSettled(node.url)
})
afterAll(async () => {
  node.signal('SIGTERM')
  expect(await node.ended).toBe(0)
  await simulator.close()
})

for (const name of ['deno', 'bun'] as const) {
  const binary = findRuntime(name)
  const why = `${name} was not found: set ${name.toUpperCase()}_BIN`
  skipUnless(binary !== null, why)(`the service on ${name}`, () => {
    let other: ServiceProcess
    beforeAll(async () => {
      other = await start(startCommand(name, binary ?? name))
      await untilSettled(other.url)
    })
    afterAll(() => other[Symbol.asyncDispose]())

    test.each([...PATHS, ...REFUSED])('answers %s as on Node', async (path) => {
      await expectSame([other.url, node.url], path)
    })

    test('answers a lookup as on Node, and a body that is not JSON', async () => {
      const ids = [`solana:${SOL}`, 'solana:nothing', 'mars:x', '']
      for (const body of [JSON.stringify({ ids }), '{', '{"ids":1}', `"${'x'.repeat(20_000)}"`]) {
        const init = { method: 'POST', headers: JSON_HEADERS, body }
        const path = '/v1/tokens/lookup'
        await expectSame([other.url, node.url], path, init)
      }
    })

    test('refuses a method that the path does not know, as on Node', async () => {
      const init = { method: 'DELETE' }
      await expectSame([other.url, node.url], '/api/tokens', init)
    })

    test('keeps its history in the folder that DATA_DIR names', async () => {
      const folder = mkdtempSync(join(tmpdir(), 'tickertap-runtime-'))
      const env = { ...upstreams(simulator.urls), ...QUICK, DATA_DIR: join(folder, 'data') }
      const keeper = await startService(env, startCommand(name, binary ?? name))
      try {
        const history = async () => (await getJson(`${keeper.url}/readyz`)).body as { history: { status: string } }
        await eventually(history, ({ history: { status } }) => status === 'ready', OPENS_WITHIN_MS)
      } finally {
        await keeper[Symbol.asyncDispose]()
        rmSync(folder, { recursive: true })
      }
    }, 150_000)

    test('answers 304 to a tag it has given out', async () => {
      const { headers } = await fetch(`${other.url}/openapi.json`)
      const again = await fetch(`${other.url}/openapi.json`, {
        headers: { 'if-none-match': headers.get('etag') ?? '' },
      })
      expect([again.status, await again.text()]).toEqual([304, ''])
      expect(again.headers.get('etag')).toBe(headers.get('etag'))
    })

    test.each(['gzip', 'br', 'identity'])('sends the same document as Node in %s', async (encoding) => {
      const said = async (url: string) => {
        const response = await fetch(`${url}/openapi.json`, { headers: { 'accept-encoding': encoding } })
        return [response.headers.get('content-encoding'), sum(await response.text())]
      }
      expect(await said(other.url)).toEqual(await said(node.url))
    })

    test('gives the same tag to the same bytes as Node', async () => {
      const tag = async (url: string) => {
        const { headers } = await fetch(`${url}/openapi.json`, { headers: { 'accept-encoding': 'identity' } })
        return headers.get('etag')
      }
      expect(await tag(other.url)).toBe(await tag(node.url))
    })

    test('answers HEAD with the headers of GET and no body', async () => {
      const init = { method: 'HEAD', headers: { 'accept-encoding': 'identity' } }
      const head = await fetch(`${other.url}/openapi.json`, init)
      expect([head.status, await head.text()]).toEqual([200, ''])
      const nodeHead = await fetch(`${node.url}/openapi.json`, init)
      for (const header of ['etag', 'content-type', 'cache-control', 'content-security-policy', 'vary']) {
        expect([header, head.headers.get(header)]).toEqual([header, nodeHead.headers.get(header)])
      }
    })

    test('shows the documentation page and its script', async () => {
      const page = await fetch(`${other.url}/docs`)
      expect(page.status).toBe(200)
      expect(page.headers.get('content-security-policy')).toContain("default-src 'none'")
      expect((await fetch(`${other.url}/assets/scalar.js`)).status).toBe(200)
    })

    test('ends with 0 when it is told to', async () => {
      other.signal('SIGTERM')
      expect(await other.ended).toBe(0)
      expect(other.output()).toContain('"stopped"')
    })
  })
}

describe('the service on Node', () => {
  test('shows the same rows under every order', async () => {
    const idsBy = async (sort: string) =>
      ((await pageOf(node.url, `/v1/tokens?limit=250&sort=${sort}`)) as Page).data.map(({ id }) => id).sort()
    // Of one board, unless one is made while they are asked.
    const [first, ...others] = await eventually(
      () => Promise.all(SORTS.map(idsBy)),
      ([one, ...more]) => more.every((ids) => isDeepStrictEqual(ids, one)),
    )
    expect(first?.length).toBeGreaterThan(20)
    for (const ids of others) expect(ids).toEqual(first)
  })
})
