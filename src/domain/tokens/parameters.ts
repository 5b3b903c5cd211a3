import type { Network } from './identity.ts'
import type { MergeParameters } from './merged.ts'

const ZERO = '0x0000000000000000000000000000000000000000'
/** Where every chain of the OP family keeps its wrapped native coin. */
const OP_WRAPPED = '0x4200000000000000000000000000000000000006'

/**
 * Quote tokens whose reserves are believed to be worth what they claim: the native coin, its wrapped form, USDC and
 * USDT (and USD1 on Solana). Addresses in comparing form. A quote that is missing here costs a pool its depth, never
 * its voice; a wrong one would let invented money outvote real pools, so a doubtful address stays out.
 */
export const TRUSTED_QUOTES: Readonly<Partial<Record<Network, readonly string[]>>> = {
  solana: [
    // Native SOL: pump.fun names the System Program (32 ones) as the quote of its curves.
    '11111111111111111111111111111111',
    'So11111111111111111111111111111111111111112',
    'EPjFWdd5AufqSSqeM2qN1xzybapC8G4wEGGkZwyTDt1v', // USDC
    'Es9vMFrzaCERmJfrF4H2FYD4KCoNkY11McCe8BenwNYB', // USDT
    'USD1ttGY1N17NEEHLmELoaybftRBUSErhqYiQzvEmuB', // USD1
  ],
  ethereum: [
    ZERO,
    '0xc02aaa39b223fe8d0a0e5c4f27ead9083c756cc2', // WETH
    '0xa0b86991c6218b36c1d19d4a2e9eb0ce3606eb48', // USDC
    '0xdac17f958d2ee523a2206206994597c13d831ec7', // USDT
  ],
  bsc: [
    ZERO,
    '0xbb4cdb9cbd36b01bd1cbaebf2de08d9173bc095c', // WBNB
    '0x8ac76a51cc950d9822d68b83fe1ad97b32cd580d', // USDC
    '0x55d398326f99059ff775485246999027b3197955', // USDT
  ],
  base: [ZERO, OP_WRAPPED, '0x833589fcd6edb6e08f4c7c32d4f71b54bda02913' /* USDC */],
  optimism: [
    ZERO,
    OP_WRAPPED,
    '0x0b2c639c533813f4aa9d7837caf62653d097ff85', // USDC
    '0x94b008aa00579c1307b0ef2c499ad98a8ce58e58', // USDT
  ],
  arbitrum: [
    ZERO,
    '0x82af49447d8a07e3bd95bd0d56f35241523fbab1', // WETH
    '0xaf88d065e77c8cc2239327c5edb3a432268e5831', // USDC
    '0xfd086bc7cd5c481dcc9c85ebe478a1c0b69fcbb9', // USDT
  ],
  polygon: [
    ZERO,
    '0x0d500b1d8e8ef31e21c99d1db9a6444d3adf1270', // WPOL
    '0x3c499c542cef5e3811e1192ce70d8cc03d5c3359', // USDC
    '0xc2132d05d31c914a87c6611c10748aeb04b58e8f', // USDT
  ],
  avalanche: [
    ZERO,
    '0xb31f66aa3c1e785363f0875a1b74e27b85fd66c7', // WAVAX
    '0xb97ef9ef8734c71904d8002f8b6bc66dd9c48a6e', // USDC
    '0x9702230a8ea53601f5cd2dc00fdbc13d4df4a8c7', // USDT
  ],
  opbnb: [ZERO, OP_WRAPPED],
  unichain: [ZERO, OP_WRAPPED],
  worldchain: [ZERO, OP_WRAPPED],
  linea: [ZERO, '0xe5d7c2a44ffddf6b295a15c148167daaaf5cf34f' /* WETH */],
  scroll: [ZERO, '0x5300000000000000000000000000000000000004' /* WETH */],
  blast: [ZERO, '0x4300000000000000000000000000000000000004' /* WETH */],
  gnosis: [ZERO, '0xe91d153e0b41518a2ce8dd3d7944fa863463a97d' /* WXDAI */],
  zksync: [ZERO, '0x5aea5775959fbc2557cc8789bc1bf90a239d9a91' /* WETH */],
  fantom: [ZERO, '0x21be370d5312f44cb42ce377bc9b8a0cef1a4c83' /* WFTM */],
  sonic: [ZERO, '0x039e2fb66102314ce7b64ce5ce3e5183bc94ad38' /* wS */],
  pulsechain: [ZERO, '0xa1077a294dde1b09bb078844df40758a5d0f9a27' /* WPLS */],
  berachain: [ZERO, '0x6969696969696969696969696969696969696969' /* WBERA */],
  sui: [
    '0x2::sui::SUI',
    '0x0000000000000000000000000000000000000000000000000000000000000002::sui::SUI',
    '0xdba34672e30cb065b1f93e3ab55318768fd6fef66c15942c9f7cb846e2f900e7::usdc::USDC',
  ],
  tron: ['TNUC9Qb1rRpS5CbWLmNMxXBoyFoydXjWFR' /* WTRX */, 'TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t' /* USDT */],
}

/**
 * The parameters of merge/1 as docs/merge.md publishes them.
 * @param precedence source names, the first speaks first
 * @param staleLimitMs from this age on a last good price is forgotten
 */
export function mergeParameters(precedence: readonly string[], staleLimitMs = 900_000): MergeParameters {
  return {
    precedence,
    maxAgeMs: 90_000,
    agreeFactor: 1.05,
    outlierFactor: 1.25,
    minLiquidityUsd: 1000,
    jumpFactor: 10,
    totalFactor: 100,
    staleLimitMs,
    solMaxAgeMs: 300_000,
    trustedQuotes: TRUSTED_QUOTES,
  }
}
