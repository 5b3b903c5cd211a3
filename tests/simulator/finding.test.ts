import { expect, it } from 'vitest'
import { poolRelevance, relevance } from '../../simulator/finding.ts'
import { createMarket } from '../../simulator/market.ts'
import { START_MS } from './support.ts'

const { sol, pools } = createMarket({ seed: 1, tokens: 30, startMs: START_MS, stepMs: 1000 })
const named = (symbol: string, name: string) => ({ ...sol, symbol, name, address: 'x' })

it('a text finds the exact symbol before its beginning, that before its inside, and nothing else', () => {
  const scores = [named('SOL', 'A'), named('SOLAR', 'A'), named('XSOL', 'A'), named('X', 'A')].map((token) =>
    relevance(token, 'sol'),
  )
  expect(scores).toEqual([3, 2, 1, 0])
  expect(relevance(named('X', 'Solar Otter'), 'solar')).toBe(2)
})

it('an address finds its token, on Solana in its own case only', () => {
  expect(relevance(sol, sol.address)).toBe(3)
  expect(relevance(sol, sol.address.toLowerCase())).toBe(0)
})

it('a pool answers by its base before its quote, and to two sides at once', () => {
  const solPool = pools.find((pool) => pool.base === sol && pool.quote.symbol === 'USDC')
  if (solPool === undefined) throw new Error('SOL has no pool against USDC')
  expect(poolRelevance(solPool, 'SOL')).toBeGreaterThan(poolRelevance(solPool, 'USDC'))
  expect(poolRelevance(solPool, 'SOL/USDC')).toBe(3)
  expect(poolRelevance(solPool, 'SOL/nothing')).toBe(0)
})
