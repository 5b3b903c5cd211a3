import { describe, expect, it } from 'vitest'
import { get, post, simulator } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'

describe('the control routes', () => {
  it('show the truth, which moves by ticks on command', async () => {
    const sim = await simulator()
    const control = sim.urls.control
    const before = await get(`${control}/__sim/market`)
    expect(before).toMatchObject({ seed: 1, tick: 0, at: '2026-06-01T12:00:00.000Z' })
    expect(before.tokens[0]).toMatchObject({
      id: `solana:${SOL}`,
      network: 'solana',
      address: SOL,
      symbol: 'SOL',
      price_usd: before.sol_usd,
    })
    expect(Object.keys(before.tokens[0].pools[0])).toEqual(
      expect.arrayContaining(['id', 'dex', 'quote', 'price_usd', 'liquidity_usd', 'volume_24h_usd']),
    )
    expect(await (await post(`${control}/__sim/tick`, { n: 30 })).json()).toEqual({
      tick: 30,
      at: '2026-06-01T12:00:30.000Z',
    })
    expect((await get(`${control}/__sim/market`)).sol_usd).not.toBe(before.sol_usd)
  })

  it('count every request to a source by path and query, and none to themselves', async () => {
    const { urls } = await simulator()
    await get(`${urls.dexscreener}/latest/dex/search?q=SOL`)
    await get(`${urls.dexscreener}/latest/dex/search?q=SOL`)
    await fetch(`${urls.geckoterminal}/nowhere`)
    await get(`${urls.control}/__sim/market`)
    expect(await get(`${urls.control}/__sim/hits`)).toEqual({
      dexscreener: 2,
      jupiter: 0,
      geckoterminal: 1,
      coingecko: 0,
      total: 3,
      paths: { 'dexscreener /latest/dex/search?q=SOL': 2, 'geckoterminal /nowhere': 1 },
    })
    await post(`${urls.control}/__sim/hits`, {})
    expect(await get(`${urls.control}/__sim/hits`)).toEqual({
      dexscreener: 0,
      jupiter: 0,
      geckoterminal: 0,
      coingecko: 0,
      total: 0,
      paths: {},
    })
  })

  it('take a fault and its end', async () => {
    const { urls } = await simulator()
    const status = async () => (await fetch(`${urls.jupiter}/price/v3?ids=${SOL}`)).status
    const order = { source: 'jupiter', mode: 'status', status: 503, until: '2026-06-01T13:00:00Z' }
    expect(await (await post(`${urls.control}/__sim/fault`, order)).json()).toEqual(order)
    expect(await status()).toBe(503)
    await post(`${urls.control}/__sim/fault`, { source: 'all', mode: 'ok' })
    expect(await status()).toBe(200)
  })

  it.each([
    [{ source: 'jupiter', mode: 'mood' }],
    [{ source: 'binance', mode: 'hang' }],
    [{ source: 'jupiter', mode: 'slow', ms: -1 }],
    [{ source: 'jupiter' }],
    [null],
  ])('refuse the order %j with 400 and the lists', async (order) => {
    const { urls } = await simulator()
    const response = await post(`${urls.control}/__sim/fault`, order)
    expect(response.status).toBe(400)
    const body = await response.json()
    expect(body).toMatchObject({ error: expect.any(String), sources: expect.arrayContaining(['all', 'jupiter']) })
    expect(body).toMatchObject({ modes: expect.arrayContaining(['ok', 'hang', 'gzip_bomb']) })
  })

  it('refuse what is not JSON, a senseless tick and an unknown route', async () => {
    const { urls } = await simulator()
    const status = async (path: string, body: string) =>
      (await fetch(urls.control + path, { method: 'POST', body })).status
    expect(await status('/__sim/fault', '{')).toBe(400)
    expect(await status('/__sim/tick', '{"n":0}')).toBe(400)
    expect(await status('/__sim/tick', `"${'x'.repeat(20_000)}"`)).toBe(400)
    expect(await status('/__sim/weather', '')).toBe(404)
  })
})
