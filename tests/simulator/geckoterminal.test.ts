import { beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import type { TokenTruth } from '../../simulator/truth.ts'
import { type Body, factor, get, START_MS } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'
let sim: Simulator
let known: readonly TokenTruth[]
let pools: Body[]
const ask = (path: string): Promise<Body> => get(sim.urls.geckoterminal + path)
const status = async (path: string) => (await fetch(sim.urls.geckoterminal + path)).status

beforeAll(async () => {
  sim = await startSimulator({ tickMs: null, startMs: START_MS, limits: 'off', tokens: 120, seed: 5 })
  known = sim.market().tokens.filter((token) => token.known_to.includes('geckoterminal'))
  pools = []
  for (let page = 1; page <= 10; page++) pools.push(...(await ask(`/networks/solana/pools?page=${page}`)).data)
  return () => sim.close()
})

describe('the fake GeckoTerminal', () => {
  it('states prices within one percent of the truth', () => {
    const truths = new Map(known.flatMap((token) => token.pools.map((pool) => [pool.id, pool.price_usd] as const)))
    for (const { attributes } of pools) {
      expect(factor(Number(attributes.base_token_price_usd), truths.get(attributes.address) ?? 0)).toBeLessThan(1.01)
    }
  })

  it('writes every amount as text, some with more than 60 characters', () => {
    for (const { attributes } of pools) {
      expect(typeof attributes.base_token_price_usd).toBe('string')
      expect(typeof attributes.volume_usd.h24).toBe('string')
    }
    expect(pools.some(({ attributes }) => attributes.base_token_price_usd.length > 60)).toBe(true)
  })

  it('has NaN against a meme, no reserve on an order book and no market cap for most', () => {
    const count = (key: string, value: unknown) => pools.filter(({ attributes }) => attributes[key] === value).length
    expect(count('base_token_price_native_currency', 'NaN')).toBeGreaterThan(0)
    expect(count('reserve_in_usd', null)).toBeGreaterThan(0)
    expect(count('market_cap_usd', null)).toBeGreaterThan(pools.length / 4)
  })

  it('searches pools, 20 to a page, with labels only when they are asked for', async () => {
    const bare = await ask('/search/pools?query=SOL&network=solana')
    const full = await ask('/search/pools?query=SOL&include=base_token,quote_token,dex')
    expect(bare.data).toHaveLength(20)
    expect(bare.included).toBeUndefined()
    expect(bare.data[0].relationships.base_token.data.id).toBe(`solana_${SOL}`)
    expect(new Set(full.included.map((row: Body) => row.type))).toEqual(new Set(['token', 'dex']))
  })

  it('lower-cases EVM addresses and calls Ethereum eth', async () => {
    const token = known.find(({ network, role }) => network === 'ethereum' && role === 'meme')
    const { data } = await ask(`/networks/eth/tokens/${token?.address}`)
    expect(data.id).toBe(`eth_${token?.address.toLowerCase()}`)
    expect(data.attributes.address).toBe(token?.address.toLowerCase())
  })

  it('answers many tokens at once with one top pool each, unknown ones left out', async () => {
    const usdc = known.find(({ symbol, network }) => symbol === 'USDC' && network === 'solana')
    const { data, included } = await ask(
      `/networks/solana/tokens/multi/${SOL},nobody,${usdc?.address}?include=top_pools`,
    )
    expect(data.map((row: Body) => row.attributes.symbol)).toEqual(['SOL', 'USDC'])
    for (const row of data) expect(row.relationships.top_pools.data).toHaveLength(1)
    expect(included).toHaveLength(2)
    expect(data[0].attributes.total_supply).toMatch(/^\d+\.0$/)
  })

  it('lists tokens on a bonding curve, some of them without price and pools', async () => {
    const curves = known.filter((token) => token.role === 'curve').slice(0, 30)
    const { data } = await ask(`/networks/solana/tokens/multi/${curves.map((token) => token.address)}`)
    const unpriced = data.filter((row: Body) => row.attributes.price_usd === null)
    expect(unpriced.length).toBeGreaterThan(0)
    expect(unpriced.length).toBeLessThan(data.length)
    for (const row of unpriced) expect(row.relationships.top_pools.data).toEqual([])
    for (const row of data) expect(row.attributes.launchpad_details.completed).toBe(false)
  })

  it('gives prices by address as a map of texts, and the further maps only when asked', async () => {
    const { data } = await ask(`/simple/networks/solana/token_price/${SOL}?include_24hr_vol=true`)
    expect(Number(data.attributes.token_prices[SOL])).toBeGreaterThan(0)
    expect(Number(data.attributes.h24_volume_usd[SOL])).toBeGreaterThan(0)
    expect(data.attributes.market_cap_usd).toBeUndefined()
  })

  it('answers 401 from page 11 on, 404 for what is not there, 400 for a bad page', async () => {
    expect(await status('/networks/solana/pools?page=11')).toBe(401)
    expect(await status('/networks/atlantis/pools')).toBe(404)
    expect(await status('/networks/solana/tokens/nobody')).toBe(404)
    expect(await status('/networks/solana/pools?page=x')).toBe(400)
    const body = await (await fetch(`${sim.urls.geckoterminal}/networks/solana/tokens/nobody`)).json()
    expect(body).toEqual({ errors: [{ status: '404', title: 'Not Found' }], meta: { ref_id: expect.any(String) } })
  })

  it('serves the same body for a minute, with its age, and a fresh one after that', async () => {
    const url = `${sim.urls.geckoterminal}/networks/solana/trending_pools?duration=5m`
    const first = await fetch(url)
    const text = await first.text()
    expect(first.headers.get('age')).toBeNull()
    sim.tick(59)
    const hit = await fetch(url)
    expect([await hit.text(), hit.headers.get('age'), hit.headers.get('cf-cache-status')]).toEqual([text, '59', 'HIT'])
    sim.tick(1)
    const fresh = await fetch(url)
    expect([(await fresh.text()) === text, fresh.headers.get('cf-cache-status')]).toEqual([false, 'MISS'])
  })
})
