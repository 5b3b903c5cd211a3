import { expect, it } from 'vitest'
import { get, simulator } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'

it('the fake CoinGecko gives prices by id and by address, and leaves unknown ones out', async () => {
  const sim = await simulator()
  const base = sim.urls.coingecko
  const byId = await get(
    `${base}/simple/price?ids=wrapped-solana,nobody&vs_currencies=usd&include_last_updated_at=true`,
  )
  expect(Object.keys(byId)).toEqual(['wrapped-solana'])
  expect(byId['wrapped-solana'].last_updated_at).toBeLessThan(
    sim.market().tokens.length + Date.parse(sim.market().at) / 1000,
  )
  const byAddress = await get(`${base}/simple/token_price/solana?contract_addresses=${SOL}&vs_currencies=usd`)
  expect(byAddress).toEqual({ [SOL]: { usd: byId['wrapped-solana'].usd } })
  expect(await get(`${base}/simple/token_price/ethereum?contract_addresses=0x0&vs_currencies=usd`)).toEqual({})
})

it('the fake CoinGecko answers 304 to its own ETag until the market moves', async () => {
  const sim = await simulator()
  const url = `${sim.urls.coingecko}/simple/price?ids=wrapped-solana&vs_currencies=usd`
  const etag = (await fetch(url)).headers.get('etag') ?? ''
  const again = () => fetch(url, { headers: { 'if-none-match': etag } })
  expect((await again()).status).toBe(304)
  sim.tick(100)
  expect((await again()).status).toBe(200)
})

it('the fake CoinGecko tells a key of the other service by its code', async () => {
  const sim = await simulator()
  const response = await fetch(`${sim.urls.coingecko}/ping`, { headers: { 'x-cg-pro-api-key': 'x' } })
  expect(await response.json()).toMatchObject({ status: { error_code: 10010 } })
})
