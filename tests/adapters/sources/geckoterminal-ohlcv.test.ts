import { beforeAll, describe, expect, it } from 'vitest'
import { type Simulator, startSimulator } from '../../../simulator/start.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { geckoterminalCandles, parseMinutes } from '../../../src/adapters/sources/geckoterminal/ohlcv.ts'
import { geckoterminalSource } from '../../../src/adapters/sources/geckoterminal/source.ts'
import { type TokenId, tokenId } from '../../../src/domain/tokens/identity.ts'

const MINT = 'TokxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxB'
const ID = tokenId('solana', MINT)
const MINUTE_MS = 60_000
const { signal } = new AbortController()

const bodyOf = (list: unknown, base: unknown = { address: MINT }) => ({
  data: { id: 'x', type: 'ohlcv_request_response', attributes: { ohlcv_list: list } },
  meta: { base },
})

describe('minutes of GeckoTerminal', () => {
  it('are read oldest first, the later of two with one time', () => {
    const list = [
      [1_763_640_060, 2, 3, 1, 1.5, 5],
      [1_763_640_060, 2, 3, 1, 2.5, 6],
      [1_763_640_000, 1, 2, 1, 2, 9],
    ]
    expect(parseMinutes(bodyOf(list), ID)).toEqual([
      { openTimeMs: 1_763_640_000_000, open: 1, high: 2, low: 1, close: 2 },
      { openTimeMs: 1_763_640_060_000, open: 2, high: 3, low: 1, close: 2.5 },
    ])
  })

  it.each([
    ['a low above its close', [1_763_640_000, 2, 3, 1.9, 1.5, 1]],
    ['a high below its open', [1_763_640_000, 2, 1.8, 1, 1.5, 1]],
    ['a price of nothing', [1_763_640_000, 2, 3, 0, 2, 1]],
    ['a time between two minutes', [1_763_640_001, 2, 3, 1, 2, 1]],
    ['a hole', [1_763_640_000, 2, null, 1, 2, 1]],
  ])('are left out with %s', (_, bad) => {
    const good = [1_763_640_060, 2, 3, 1, 2, 1]
    expect(parseMinutes(bodyOf([good, bad]), ID)).toHaveLength(1)
  })

  it.each([
    ['of the other side of the pool', bodyOf([], { address: 'So11111111111111111111111111111111111111112' })],
    ['that do not say of what they are', bodyOf([], null)],
    ['in the shape of an error', { errors: [{ status: '404' }] }],
    ['that are no list', bodyOf('none')],
  ])('are refused %s', (_, body) => {
    expect(() => parseMinutes(body, ID)).toThrow(expect.objectContaining({ reason: 'bad_body' }))
  })

  it('are asked for by address and moment, in USD', async () => {
    const asked: string[] = []
    const get = async (path: string) => {
      asked.push(path)
      return {
        body: bodyOf([], { address: '0xAB00000000000000000000000000000000000000' }),
        observedAtMs: 0,
        status: 200,
      }
    }
    const token: TokenId = 'polygon:0xab00000000000000000000000000000000000000'
    await geckoterminalCandles({ get }).minutes(
      { token, pool: '0xpool', beforeMs: 1_763_640_000_000, limit: 7 },
      signal,
    )
    expect(asked).toEqual([
      '/networks/polygon_pos/pools/0xpool/ohlcv/minute?aggregate=1&before_timestamp=1763640000&limit=7&currency=usd&token=0xab00000000000000000000000000000000000000',
    ])
  })
})

describe('minutes of the simulated GeckoTerminal', () => {
  let sim: Simulator
  beforeAll(async () => {
    sim = await startSimulator({ tickMs: null, limits: 'off', tokens: 30 })
    return () => sim.close()
  })
  const source = () =>
    geckoterminalSource({ baseUrl: sim.urls.geckoterminal, clock: systemClock(), random: Math.random, perMinute: 3 })

  it('are of the token asked for, whichever side of the pool it is', async () => {
    const { candles, close } = source()
    const [sol] = sim.market().tokens
    const pool = sol?.pools[0]
    const quote = sim.market().tokens.find(({ symbol, network }) => symbol === pool?.quote && network === 'solana')
    const question = { pool: pool?.id ?? '', beforeMs: Date.now(), limit: 10 }
    const close10 = async (id: string) =>
      (await candles?.minutes({ ...question, token: id as TokenId }, signal))?.at(-1)?.close
    expect((await close10(sol?.id ?? '')) ?? 0).toBeCloseTo(sol?.price_usd ?? -1, -1)
    expect((await close10(quote?.id ?? '')) ?? 0).toBeCloseTo(quote?.price_usd ?? -1, 1)
    await close()
  })

  it('end before the moment asked for, and begin within the number asked for', async () => {
    const { candles, close } = source()
    const [sol] = sim.market().tokens
    const beforeMs = Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS - 60 * MINUTE_MS
    const question = { token: sol?.id as TokenId, pool: sol?.pools[0]?.id ?? '', beforeMs, limit: 30 }
    const minutes = (await candles?.minutes(question, signal)) ?? []
    expect(minutes).toHaveLength(30)
    expect(minutes.at(-1)?.openTimeMs).toBeLessThan(beforeMs)
    await close()
  })

  it('count among the calls of the live source, and 401 beyond 180 days is not about a key', async () => {
    const { candles, callsLeft, close } = source()
    const [sol] = sim.market().tokens
    const question = { token: sol?.id as TokenId, pool: sol?.pools[0]?.id ?? '', limit: 1 }
    const old = candles?.minutes({ ...question, beforeMs: Date.now() - 181 * 86_400_000 }, signal)
    await expect(old).rejects.toMatchObject({ reason: 'http_error' })
    await expect(candles?.minutes({ ...question, pool: 'nowhere', beforeMs: 1 }, signal)).rejects.toMatchObject({
      reason: 'http_error',
    })
    expect(callsLeft()).toBe(1)
    await close()
  })
})
