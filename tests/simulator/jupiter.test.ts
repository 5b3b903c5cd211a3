import { beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import type { TokenTruth } from '../../simulator/truth.ts'
import { type Body, factor, get, START_MS } from './support.ts'

const SOL = 'So11111111111111111111111111111111111111112'
let sim: Simulator
let known: readonly TokenTruth[]
const ask = (path: string): Promise<Body> => get(sim.urls.jupiter + path)
const byRole = (role: string) => known.filter((token) => token.role === role)

beforeAll(async () => {
  sim = await startSimulator({ tickMs: null, startMs: START_MS, limits: 'off', tokens: 100, seed: 5 })
  known = sim.market().tokens.filter((token) => token.known_to.includes('jupiter'))
  return () => sim.close()
})

describe('the fake Jupiter', () => {
  it('states prices within one percent of the truth, but for the fast token', async () => {
    const rows = await ask(`/tokens/v2/search?query=${known.map((token) => token.address)}`)
    expect(rows).toHaveLength(known.length)
    for (const row of rows) {
      const truth = known.find((token) => token.address === row.id)
      const ordinary = truth !== undefined && truth.role !== 'fast' && truth.role !== 'newborn'
      if (ordinary) expect(factor(row.usdPrice, truth.price_usd)).toBeLessThan(1.01)
    }
  })

  it('is 5 to 20 % off on the fast token, minute after minute', async () => {
    const [fast] = byRole('fast')
    for (let minute = 0; minute < 5; minute++) {
      sim.tick(60)
      const [row] = await ask(`/tokens/v2/search?query=${fast?.address}`)
      const truth = sim.market().tokens.find((token) => token.id === fast?.id)
      const off = Math.abs(row.usdPrice / (truth?.price_usd ?? 0) - 1)
      expect(off).toBeGreaterThan(0.04)
      expect(off).toBeLessThan(0.22)
    }
  })

  it('finds by text with the exact symbol first, at most 20 unless told otherwise', async () => {
    const rows = await ask('/tokens/v2/search?query=SOL')
    expect(rows[0].id).toBe(SOL)
    expect(rows.length).toBeLessThanOrEqual(20)
    expect(await ask('/tokens/v2/search?query=a&limit=3')).toHaveLength(3)
    expect(await ask('/tokens/v2/search?query=nothing-like-it')).toEqual([])
  })

  it('leaves unknown mints out, and one in another case is unknown', async () => {
    const rows = await ask(`/tokens/v2/search?query=${SOL},${SOL.toLowerCase()},nobody`)
    expect(rows.map((row: Body) => row.id)).toEqual([SOL])
  })

  it('leaves out what is false, zero or unknown', async () => {
    const rows: Body[] = await ask(`/tokens/v2/search?query=${known.map((token) => token.address)}`)
    expect(rows.some((row) => !('isVerified' in row))).toBe(true)
    expect(rows.every((row) => row.isVerified !== false)).toBe(true)
    expect(rows.some((row) => row.audit.mintAuthorityDisabled === undefined)).toBe(true)
    expect(rows.some((row) => row.stats24h !== undefined && row.stats5m === undefined)).toBe(true)
    for (const row of rows) {
      for (const stats of [row.stats5m, row.stats1h, row.stats6h, row.stats24h]) {
        expect(Object.values(stats ?? {})).not.toContain(0)
      }
    }
  })

  it('lists newborn tokens without price, liquidity and statistics', async () => {
    const rows: Body[] = await ask('/tokens/v2/recent')
    const newborn = rows.filter((row) => byRole('newborn').some((token) => token.address === row.id))
    expect(newborn).toHaveLength(2)
    for (const row of newborn) {
      expect(row.usdPrice ?? row.liquidity ?? row.mcap ?? row.stats24h).toBeUndefined()
      expect(row.firstPool.id).toBe(row.id)
    }
  })

  it('drops copycats, newborns and strangers from the prices without a word', async () => {
    const [copycat] = byRole('copycat')
    const [newborn] = byRole('newborn')
    const prices = await ask(`/price/v3?ids=${[SOL, copycat?.address, newborn?.address, 'nobody']}`)
    expect(Object.keys(prices)).toEqual([SOL])
    expect(prices[SOL].usdPrice).toBeGreaterThan(0)
  })

  it('filters coins and dollars out of its rankings', async () => {
    for (const list of ['toporganicscore', 'toptraded', 'toptrending']) {
      const rows: Body[] = await ask(`/tokens/v2/${list}/1h?limit=10`)
      expect(rows).toHaveLength(10)
      expect(rows.some((row) => row.id === SOL)).toBe(false)
    }
  })

  it('refuses too many ids with a sentence', async () => {
    const many = Array.from({ length: 101 }, (_, i) => `x${i}`)
    for (const path of [`/tokens/v2/search?query=${many}`, `/price/v3?ids=${many.slice(0, 51)}`, '/price/v3']) {
      const response = await fetch(sim.urls.jupiter + path)
      expect(response.status).toBe(400)
      expect(await response.json()).toEqual({ error: expect.any(String) })
    }
  })
})
