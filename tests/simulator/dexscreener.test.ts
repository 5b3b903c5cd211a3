import { beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import type { PoolTruth, TokenTruth } from '../../simulator/truth.ts'
import { type Body, factor, get, START_MS } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'
let sim: Simulator
let tokens: readonly TokenTruth[]
let all: Body[]
const ask = (path: string): Promise<Body> => get(sim.urls.dexscreener + path)
const poolsById = () =>
  new Map<string, PoolTruth>(tokens.flatMap((token) => token.pools.map((pool) => [pool.id, pool])))

beforeAll(async () => {
  sim = await startSimulator({ tickMs: null, startMs: START_MS, limits: 'off', tokens: 150, seed: 5 })
  tokens = sim.market().tokens
  const each = await Promise.all(tokens.map((token) => ask(`/token-pairs/v1/${token.network}/${token.address}`)))
  all = [...new Map(each.flat().map((row: Body) => [row.pairAddress, row])).values()]
  return () => sim.close()
})

describe('the fake DexScreener', () => {
  it('states prices and volumes within half a percent of the truth, in the pool they belong to', () => {
    const truths = poolsById()
    for (const row of all) {
      const truth = truths.get(row.pairAddress)
      expect(factor(Number(row.priceUsd), truth?.price_usd ?? 0)).toBeLessThan(1.005)
      if (row.volume.h24 > 0) expect(factor(row.volume.h24, truth?.volume_24h_usd ?? 0)).toBeLessThan(1.005)
    }
  })

  it('writes prices as decimal texts without exponent, four significant digits at least', () => {
    for (const row of all) expect(row.priceUsd).toMatch(/^\d+(\.\d+)?$/)
    expect(all.some((row) => /^0\.0000/.test(row.priceUsd))).toBe(true)
  })

  it('answers a search with 30 rows at most, wrapped SOL first when asked for SOL', async () => {
    const { schemaVersion, pairs } = await ask('/latest/dex/search?q=SOL')
    expect(schemaVersion).toBe('1.0.0')
    expect(pairs).toHaveLength(30)
    expect(pairs[0].baseToken.address).toBe(SOL)
    expect(pairs.some((row: Body) => row.quoteToken.address === SOL)).toBe(true)
  })

  it('puts rows in which the token is only the quote after those where it is the base', async () => {
    const rows = await ask(`/token-pairs/v1/solana/${SOL}`)
    const asBase = rows.map((row: Body) => row.baseToken.address === SOL)
    expect(asBase.indexOf(false)).toBeGreaterThan(0)
    expect(asBase.lastIndexOf(true)).toBeLessThan(asBase.indexOf(false))
  })

  it('answers null for what it does not know, or an empty list on the newer routes', async () => {
    const nobody = '1nobody11111111111111111111111111'
    expect(await ask(`/latest/dex/tokens/${nobody}`)).toEqual({ schemaVersion: '1.0.0', pairs: null })
    expect(await ask(`/latest/dex/pairs/solana/${nobody}`)).toEqual({ schemaVersion: '1.0.0', pairs: null, pair: null })
    expect(await ask(`/token-pairs/v1/solana/${nobody}`)).toEqual([])
    expect(await ask(`/tokens/v1/solana/${nobody}`)).toEqual([])
    expect(await ask(`/token-pairs/v1/solana/${SOL.toLowerCase()}`)).toEqual([])
  })

  it('gives one row per token on tokens/v1, and a quote-side row to a token that is never a base', async () => {
    const usdt = tokens.find((token) => token.symbol === 'USDT' && token.network === 'solana')
    const meme = tokens.find((token) => token.role === 'meme')
    const rows = await ask(`/tokens/v1/solana/${SOL},${meme?.address}`)
    expect(rows.map((row: Body) => row.baseToken.address)).toEqual([SOL, meme?.address])
    const [row] = await ask(`/tokens/v1/solana/${usdt?.address}`)
    expect(row.quoteToken.address).toBe(usdt?.address)
  })

  it('finds an address on every chain that has it', async () => {
    const twin = tokens.find((token) => tokens.some((other) => other !== token && other.address === token.address))
    const { pairs } = await ask(`/latest/dex/tokens/${twin?.address}`)
    expect(new Set(pairs.map((row: Body) => row.chainId))).toEqual(new Set(['ethereum', 'bsc']))
  })

  it('leaves liquidity out on bonding curves, and only there puts cents into the valuation', () => {
    const curves = all.filter((row) => ['pumpfun', 'launchlab', 'meteoradbc'].includes(row.dexId))
    expect(curves.length).toBeGreaterThan(3)
    for (const row of all) expect(row.liquidity === undefined).toBe(curves.includes(row))
    expect(curves.some((row) => !Number.isInteger(row.fdv))).toBe(true)
    expect(all.every((row) => curves.includes(row) || Number.isInteger(row.fdv))).toBe(true)
  })

  it('leaves out the change of a window in which nothing traded', () => {
    expect(all.some((row) => !('m5' in row.priceChange))).toBe(true)
    for (const row of all) {
      for (const window of ['m5', 'h1', 'h6', 'h24']) {
        const { buys, sells } = row.txns[window]
        expect(window in row.priceChange).toBe(buys + sells > 0)
      }
    }
  })

  it('shows copycats with enormous liquidity, two dollars of trading and nothing on the quote side', () => {
    const copycats = new Set(tokens.filter((token) => token.role === 'copycat').map((token) => token.address))
    const rows = all.filter((row) => copycats.has(row.baseToken.address))
    expect(rows).toHaveLength(3)
    for (const row of rows) {
      expect(row.liquidity.usd).toBeGreaterThan(1e8)
      expect(row.volume.h24).toBeLessThan(20)
      expect((row.liquidity.quote * Number(row.priceUsd)) / Number(row.priceNative)).toBeLessThan(10)
    }
  })

  it('has rows without creation time and without labels, an exchange named by its address, and Solana addresses in their case', () => {
    expect(all.some((row) => row.pairCreatedAt === undefined)).toBe(true)
    expect(all.some((row) => row.labels === undefined)).toBe(true)
    expect(all.some((row) => /^0x[0-9a-f]{40}$/.test(row.dexId))).toBe(true)
    expect(all.every((row) => row.url.endsWith(row.pairAddress.toLowerCase()))).toBe(true)
  })

  it('gives a young token the same figures in every window longer than its life', () => {
    const young = all.filter((row) => row.pairCreatedAt > START_MS - 6 * 3_600_000 && row.txns.h24.buys > 0)
    expect(young.length).toBeGreaterThan(0)
    for (const row of young) expect(row.volume.h6).toBe(row.volume.h24)
  })

  it('lists profiles and boosts, the icon an address in the one and a bare id in the other', async () => {
    const [profile] = await ask('/token-profiles/latest/v1')
    const [latest] = await ask('/token-boosts/latest/v1')
    const [top] = await ask('/token-boosts/top/v1')
    expect(profile.icon).toMatch(/^https:/)
    expect(latest.icon).not.toMatch(/^https:/)
    expect(latest.amount).toBeGreaterThan(0)
    expect(top.totalAmount).toBeGreaterThan(0)
    expect('amount' in top).toBe(false)
  })
})
