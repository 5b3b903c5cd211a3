/** An exchange, which every source calls by a name of its own. */
export interface Dex {
  /** The simulator's name for it. */
  readonly key: string
  readonly dexscreener: string
  /** DexScreener's labels; empty when it gives none. */
  readonly labels: readonly string[]
  readonly geckoterminal: string
  /** Bonding curves have no pool: nobody reports their liquidity. Order books have no reserve on GeckoTerminal. */
  readonly kind: 'pool' | 'curve' | 'book'
  /** What GeckoTerminal appends to the pool's name; empty for nothing. */
  readonly fee: string
}

const dex = (
  key: string,
  names: Partial<Dex> & { readonly dexscreener: string; readonly geckoterminal: string },
): Dex => ({
  key,
  labels: [],
  kind: 'pool',
  fee: '',
  ...names,
})

export const SOLANA_POOLS = [
  dex('raydium-amm', { dexscreener: 'raydium', geckoterminal: 'raydium' }),
  dex('raydium-clmm', { dexscreener: 'raydium', labels: ['CLMM'], geckoterminal: 'raydium-clmm' }),
  dex('orca', { dexscreener: 'orca', labels: ['wp'], geckoterminal: 'orca' }),
  dex('meteora-dlmm', { dexscreener: 'meteora', labels: ['DLMM'], geckoterminal: 'meteora' }),
  dex('meteora-damm', { dexscreener: 'meteora', labels: ['DYN2'], geckoterminal: 'meteora-damm-v2' }),
  dex('pumpswap', { dexscreener: 'pumpswap', geckoterminal: 'pumpswap' }),
  dex('manifest', { dexscreener: 'manifest', geckoterminal: 'manifest', kind: 'book' }),
] as const

export const SOLANA_CURVES = [
  dex('pumpfun', { dexscreener: 'pumpfun', geckoterminal: 'pump-fun', kind: 'curve' }),
  dex('launchlab', { dexscreener: 'launchlab', geckoterminal: 'raydium-launchlab', kind: 'curve' }),
  dex('meteora-curve', { dexscreener: 'meteoradbc', geckoterminal: 'meteora-dbc', kind: 'curve' }),
] as const

export const EVM_POOLS = {
  ethereum: [
    dex('uniswap-v3', { dexscreener: 'uniswap', labels: ['v3'], geckoterminal: 'uniswap_v3', fee: ' 0.3%' }),
    dex('uniswap-v2', { dexscreener: 'uniswap', labels: ['v2'], geckoterminal: 'uniswap_v2' }),
  ],
  base: [
    dex('aerodrome', { dexscreener: 'aerodrome', geckoterminal: 'aerodrome-base' }),
    dex('uniswap-v3-base', { dexscreener: 'uniswap', labels: ['v3'], geckoterminal: 'uniswap-v3-base', fee: ' 1%' }),
  ],
  bsc: [
    dex('pancakeswap-v3', {
      dexscreener: 'pancakeswap',
      labels: ['v3'],
      geckoterminal: 'pancakeswap-v3-bsc',
      fee: ' 0.25%',
    }),
    // DexScreener shows the bare factory address of an exchange that it has no name for.
    dex('nameless', { dexscreener: '0x7a1c3b95d80e4f62a9b04c5de8713f2b6d9a4e10', geckoterminal: 'unknown-bsc' }),
  ],
} as const
