import { once } from 'node:events'
import { get as httpGet, type IncomingMessage } from 'node:http'
import { createGunzip } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { FAULT_MODE_NAMES, type FaultMode } from '../../simulator/fault-modes.ts'
import type { FaultOrder } from '../../simulator/faults.ts'
import type { Simulator } from '../../simulator/start.ts'
import { type Body, get, START_MS, simulator } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'

interface Ill {
  readonly sim: Simulator
  /** One address per source, which answers with a price. */
  readonly urls: readonly string[]
}

async function ill(mode: FaultMode, more: Partial<FaultOrder> = {}): Promise<Ill> {
  const sim = await simulator({ tokens: 30 })
  sim.fault({ ...more, source: more.source ?? 'all', mode })
  const { dexscreener, jupiter, geckoterminal } = sim.urls
  return {
    sim,
    urls: [
      `${dexscreener}/tokens/v1/solana/${SOL}`,
      `${jupiter}/price/v3?ids=${SOL}`,
      `${geckoterminal}/networks/solana/tokens/${SOL}`,
    ],
  }
}

const pricesIn = ([dexscreener, jupiter, geckoterminal]: readonly Body[]): unknown[] => [
  dexscreener[0].priceUsd,
  jupiter[SOL].usdPrice,
  geckoterminal.data.attributes.price_usd,
]
const bodies = ({ urls }: Ill): Promise<Body[]> => Promise.all(urls.map(get))
const prices = async (scene: Ill) => pricesIn(await bodies(scene))
const textOf = async (url = '') => (await fetch(url)).text()

describe('faults that change what is said', () => {
  it('nan, negative and zero reach every price in the type that the source uses', async () => {
    expect(await prices(await ill('nan'))).toEqual(['NaN', 'NaN', 'NaN'])
    const [text, number] = await prices(await ill('negative'))
    expect([Number(text) < 0, typeof text, typeof number]).toEqual([true, 'string', 'number'])
    expect(await prices(await ill('zero'))).toEqual(['0', 0, '0'])
  })

  it('huge is written 1e400 and read as infinity', async () => {
    const scene = await ill('huge')
    expect(await textOf(scene.urls[1])).toContain('"usdPrice":1e400')
    expect((await prices(scene)).map(Number)).toEqual([Infinity, Infinity, Infinity])
  })

  it('outlier is fifty times the truth', async () => {
    const scene = await ill('outlier')
    for (const price of await prices(scene)) {
      expect(Number(price) / scene.sim.market().sol_usd).toBeGreaterThan(49)
      expect(Number(price) / scene.sim.market().sol_usd).toBeLessThan(51)
    }
  })

  it('wrong_types leaves no price and no label in its type', async () => {
    const [dexscreener, jupiter] = await bodies(await ill('wrong_types'))
    expect(dexscreener[0].baseToken.symbol).toBe(42)
    expect(Number.isFinite(Number.parseFloat(String(dexscreener[0].priceUsd)))).toBe(false)
    expect(typeof jupiter[SOL].usdPrice).not.toBe('number')
  })

  it('old_stamp and future_stamp are a year off, in the body and in the Age header', async () => {
    const stamps = async (mode: FaultMode) => {
      const { urls, sim } = await ill(mode)
      const age = (await fetch(urls[0] ?? '')).headers.get('age')
      const [row] = await get(`${sim.urls.jupiter}/tokens/v2/search?query=${SOL}`)
      return [Math.round((Date.parse(row.updatedAt) - START_MS) / 86_400_000), Number(age) / 86_400]
    }
    expect(await stamps('old_stamp')).toEqual([-365, 365])
    expect(await stamps('future_stamp')).toEqual([365, -365])
  })

  it('duplicate_keys says each price twice, the second time fifty times as high', async () => {
    const scene = await ill('duplicate_keys')
    const [, first = '', second = ''] =
      /"priceUsd":"([\d.]+)","priceUsd":"([\d.]+)"/.exec(await textOf(scene.urls[0])) ?? []
    expect(Number(second) / Number(first)).toBeCloseTo(50, 6)
  })

  it('proto puts a poisoned prototype into every object of good JSON', async () => {
    const scene = await ill('proto')
    for (const url of scene.urls) expect(await textOf(url)).toContain('{"__proto__":{"polluted":true')
    expect(Number((await prices(scene))[1])).toBeGreaterThan(0)
  })

  it('crlf and formula are in the labels', async () => {
    const [broken] = await bodies(await ill('crlf'))
    expect(broken[0].baseToken.symbol).toContain('\r\nX-Injected: yes\r\n')
    const [formula] = await bodies(await ill('formula'))
    expect(formula[0].baseToken.name).toMatch(/^[=+\-@]/)
  })

  it('truncated is half of good JSON', async () => {
    for (const url of (await ill('truncated')).urls) {
      const text = await textOf(url)
      expect(text.length).toBeGreaterThan(20)
      expect(() => JSON.parse(text)).toThrow(SyntaxError)
    }
  })

  it('empty is no byte, no_rows is nothing found, null is null, html is a page', async () => {
    expect(await textOf((await ill('empty')).urls[0])).toBe('')
    expect(await bodies(await ill('no_rows'))).toEqual([[], {}, { data: [] }])
    expect(await bodies(await ill('null'))).toEqual([null, null, null])
    const page = await fetch((await ill('html')).urls[0] ?? '')
    expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8'])
  })

  it('nesting is 200,000 deep', async () => {
    expect(await textOf((await ill('nesting')).urls[0])).toMatch(/^\[{200000}\]{200000}$/)
  })

  it('freeze keeps the first answer while the market moves', async () => {
    const scene = await ill('freeze')
    const before = await prices(scene)
    scene.sim.tick(120)
    expect(await prices(scene)).toEqual(before)
    scene.sim.fault({ source: 'all', mode: 'ok' })
    expect(await prices(scene)).not.toEqual(before)
  })
})

describe('faults of status and of the wire', () => {
  it('status and retry_after answer what they were told', async () => {
    const statusOf = async (scene: Ill) => (await fetch(scene.urls[0] ?? '')).status
    expect(await statusOf(await ill('status'))).toBe(500)
    expect(await statusOf(await ill('status', { status: 503 }))).toBe(503)
    const limited = await fetch((await ill('retry_after', { ms: 2_500 })).urls[0] ?? '')
    expect([limited.status, limited.headers.get('retry-after')]).toEqual([429, '3'])
  })

  it('redirects lead to a private address or to themselves', async () => {
    const where = async (mode: FaultMode) => {
      const { urls } = await ill(mode)
      const response = await fetch(urls[0] ?? '', { redirect: 'manual' })
      return [
        response.status,
        new URL(response.headers.get('location') ?? '', urls[0]).href === urls[0],
        response.headers.get('location'),
      ]
    }
    expect(await where('redirect_private')).toEqual([302, false, 'http://169.254.169.254/latest/meta-data/'])
    expect((await where('redirect_loop')).slice(0, 2)).toEqual([302, true])
  })

  it('reset ends the connection without an answer', async () => {
    const { urls } = await ill('reset')
    await expect(fetch(urls[0] ?? '')).rejects.toMatchObject({ cause: { code: 'ECONNRESET' } })
  })

  it('hang takes the question and says nothing', async () => {
    const { urls, sim } = await ill('hang')
    const asking = fetch(urls[0] ?? '')
    const refused = expect(asking).rejects.toThrow()
    while (sim.hits().total === 0) await new Promise((resolve) => setImmediate(resolve))
    await sim.close()
    await refused
  })

  it('slow gives the right answer in the end, drip begins it at once', async () => {
    const slow = await ill('slow', { ms: 30 })
    const askedMs = performance.now()
    expect(Number((await prices(slow))[0])).toBeGreaterThan(0)
    expect(performance.now() - askedMs).toBeGreaterThanOrEqual(29)
    const drip = await open((await ill('drip', { ms: 1 })).urls[0])
    const [first] = (await once(drip, 'data')) as [Buffer]
    expect(first.length).toBe(1)
    drip.destroy()
  })

  it('endless goes on for as long as one reads', async () => {
    const answer = await open((await ill('endless')).urls[0])
    let bytes = 0
    for await (const chunk of answer) {
      bytes += chunk.length
      if (bytes > 20_000_000) break
    }
    expect(bytes).toBeGreaterThan(20_000_000)
  })

  it('gzip_bomb is small on the wire and 200 MB after that', async () => {
    const answer = await open((await ill('gzip_bomb')).urls[0])
    expect(Number(answer.headers['content-length'])).toBeLessThan(400_000)
    let bytes = 0
    for await (const chunk of answer.pipe(createGunzip())) bytes += chunk.length
    expect(bytes).toBe(200_000_002)
  })
})

describe('fault orders', () => {
  it('concern the named source alone and end at their time', async () => {
    const { sim, urls } = await ill('status', { source: 'jupiter', until: 10 })
    const statuses = () => Promise.all(urls.map(async (url) => (await fetch(url)).status))
    expect(await statuses()).toEqual([200, 500, 200])
    sim.tick(9)
    expect(await statuses()).toEqual([200, 500, 200])
    sim.tick(1)
    expect(await statuses()).toEqual([200, 200, 200])
  })

  it('leave the control routes alone, whatever the mode', async () => {
    const sim = await simulator({ tokens: 30 })
    for (const mode of FAULT_MODE_NAMES) {
      sim.fault({ source: 'all', mode })
      expect((await get(`${sim.urls.control}/__sim/market`)).tokens).toHaveLength(30)
    }
  })
})

/** The answer with its head read, as it comes over the wire. */
async function open(url = ''): Promise<IncomingMessage> {
  const [answer] = (await once(httpGet(url, { agent: false }), 'response')) as [IncomingMessage]
  return answer
}
