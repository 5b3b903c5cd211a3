import { SOURCES, type TokenSpec } from './model.ts'

/** The real addresses that programs know by heart: wrapped coins and dollars, which other tokens are quoted in. */
export const WRAPPED_SOL = 'So11111111111111111111111111111111111111112'

const DAY_MS = 86_400_000

interface Anchor extends Pick<TokenSpec, 'chain' | 'address' | 'symbol' | 'name' | 'decimals' | 'supply' | 'slug'> {
  readonly startUsd: number
  readonly depthUsd: number
}

const DOLLARS = { startUsd: 1, slug: 'usd-coin', symbol: 'USDC', name: 'USD Coin', decimals: 6 } as const
const ETHER = { startUsd: 3150, slug: 'weth', symbol: 'WETH', name: 'Wrapped Ether', decimals: 18 } as const

const ANCHORS: readonly Anchor[] = [
  {
    chain: 'solana',
    address: WRAPPED_SOL,
    symbol: 'SOL',
    name: 'Wrapped SOL',
    decimals: 9,
    supply: 6.1e8,
    slug: 'wrapped-solana',
    startUsd: 152,
    depthUsd: 4.2e7,
  },
  {
    ...DOLLARS,
    chain: 'solana',
    address: 'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v',
    supply: 9.4e9,
    depthUsd: 1.1e7,
  },
  {
    chain: 'solana',
    address: 'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB',
    symbol: 'USDT',
    name: 'USDT',
    decimals: 6,
    supply: 2.3e9,
    slug: 'tether',
    startUsd: 1,
    depthUsd: 8e6,
  },
  { ...ETHER, chain: 'ethereum', address: '0xC02aaA39b223FE8D0A0e5C4F27eAD9083C756Cc2', supply: 2.4e6, depthUsd: 6e7 },
  {
    ...DOLLARS,
    chain: 'ethereum',
    address: '0xA0b86991c6218b36c1d19D4a2e9Eb0cE3606eB48',
    supply: 4.6e10,
    depthUsd: 2e7,
  },
  { ...ETHER, chain: 'base', address: '0x4200000000000000000000000000000000000006', supply: 2.5e5, depthUsd: 2.4e7 },
  { ...DOLLARS, chain: 'base', address: '0x833589fCD6eDb6E08f4c7C32D4f71b54bdA02913', supply: 4.1e9, depthUsd: 9e6 },
  {
    chain: 'bsc',
    address: '0xbb4CdB9CbD36B01bD1cBaEBF2De08d9173bc095c',
    symbol: 'WBNB',
    name: 'Wrapped BNB',
    decimals: 18,
    supply: 1.6e6,
    slug: 'wbnb',
    startUsd: 880,
    depthUsd: 3e7,
  },
  {
    chain: 'bsc',
    address: '0x55d398326f99059fF775485246999027B3197955',
    symbol: 'USDT',
    name: 'Tether USD',
    decimals: 18,
    supply: 8.9e9,
    slug: 'tether',
    startUsd: 1,
    depthUsd: 1e7,
  },
]

export const ANCHOR_COUNT = ANCHORS.length

/** @param startMs the market's first moment, from which ages are counted */
export function anchorSpecs(startMs: number): TokenSpec[] {
  return ANCHORS.map(({ startUsd, ...anchor }) => {
    const stable = startUsd === 1
    return {
      ...anchor,
      role: stable ? 'stable' : 'native',
      circulating: anchor.supply * (stable ? 1 : 0.88),
      bornMs: startMs - 900 * DAY_MS,
      gait: {
        startUsd,
        volatility: stable ? 2e-6 : 1e-4,
        reversion: stable ? 1e-3 : 1e-6,
        tradesPerSecond: stable ? 4 : 20,
        tradeUsd: 420,
        jumpsPerDay: 0,
      },
      // Jupiter knows Solana only.
      knownTo: SOURCES.filter((source) => source !== 'jupiter' || anchor.chain === 'solana'),
      verified: true,
      profiled: false,
      boosts: 0,
    }
  })
}
