import { beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { type Body, factor, get, START_MS } from './support.ts'

let sim: Simulator
let pool: string
const path = (rest: string) => `${sim.urls.geckoterminal}/networks/solana/pools/${pool}/ohlcv/${rest}`
const rows = async (rest: string): Promise<number[][]> => (await get(path(rest))).data.attributes.ohlcv_list

beforeAll(async () => {
  sim = await startSimulator({ tickMs: null, startMs: START_MS + 150_000, limits: 'off', tokens: 30 })
  pool = sim.market().tokens[0]?.pools[0]?.id ?? ''
  return () => sim.close()
})

describe('candles of the fake GeckoTerminal', () => {
  it('come newest first, the running one twice', async () => {
    const list = await rows('minute?aggregate=5&limit=10')
    const stamps = list.map(([openS]) => openS)
    expect(stamps[0]).toBe(stamps[1])
    expect(stamps).toEqual([...stamps].sort((a, b) => (b ?? 0) - (a ?? 0)))
    expect(new Set(stamps.map((openS) => (openS ?? 0) % 300))).toEqual(new Set([0]))
  })

  it('open where the one before closed, and stay between low and high', async () => {
    const list = (await rows('hour?limit=30')).slice(1)
    list.forEach(([, open = 0, high = 0, low = 0, close = 0], i) => {
      expect(low).toBeLessThanOrEqual(Math.min(open, close))
      expect(high).toBeGreaterThanOrEqual(Math.max(open, close))
      const older = list[i + 1]
      if (older !== undefined) expect(open).toBe(older[4])
    })
  })

  it('close where the market stands', async () => {
    const [, running] = await rows('minute?limit=2')
    expect(factor(running?.[4] ?? 0, sim.market().sol_usd)).toBeLessThan(1.005)
  })

  it('reach back half a year by day', async () => {
    const list = await rows('day?limit=1000')
    expect(list.length).toBeGreaterThan(178)
  })

  it('name the two sides, exchanged when the quote is asked for', async () => {
    const base: Body = await get(path('day?token=base'))
    const quote: Body = await get(path('day?token=quote'))
    expect(base.meta.base.symbol).toBe('SOL')
    expect(quote.meta.quote.symbol).toBe('SOL')
  })

  it('are refused with 400 for a bad aggregate and 401 beyond 180 days', async () => {
    expect((await fetch(path('minute?aggregate=7'))).status).toBe(400)
    expect((await fetch(path('century'))).status).toBe(400)
    const before = Math.floor(START_MS / 1000) - 181 * 86_400
    expect((await fetch(path(`day?before_timestamp=${before}`))).status).toBe(401)
  })
})
