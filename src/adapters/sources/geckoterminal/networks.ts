import { canonicalAddress, type Network } from '../../../domain/tokens/identity.ts'
import { networkNames } from '../shape/networks.ts'

/** GeckoTerminal's id of each network. */
export const GECKOTERMINAL_NETWORKS = networkNames({
  solana: 'solana',
  ethereum: 'eth',
  bsc: 'bsc',
  base: 'base',
  arbitrum: 'arbitrum',
  polygon: 'polygon_pos',
  optimism: 'optimism',
  avalanche: 'avax',
  opbnb: 'opbnb',
  gnosis: 'xdai',
  linea: 'linea',
  scroll: 'scroll',
  blast: 'blast',
  mantle: 'mantle',
  zksync: 'zksync',
  fantom: 'ftm',
  sonic: 'sonic',
  celo: 'celo',
  cronos: 'cro',
  pulsechain: 'pulsechain',
  berachain: 'berachain',
  hyperevm: 'hyperevm',
  abstract: 'abstract',
  unichain: 'unichain',
  worldchain: 'world-chain',
  monad: 'monad',
  sui: 'sui-network',
  aptos: 'aptos',
  ton: 'ton',
  tron: 'tron',
  near: 'near',
  hedera: 'hedera-hashgraph',
})

export interface Place {
  readonly network: Network
  /** In comparing form. */
  readonly address: string
}

/**
 * Reads an id such as `polygon_pos_0x…`. Names of networks hold underscores themselves, so the known names are tried,
 * the longest first, and what remains must be an address there. Null when no reading fits.
 */
export function placeOf(id: unknown): Place | null {
  if (typeof id !== 'string') return null
  for (const name of GECKOTERMINAL_NETWORKS.names) {
    const network = GECKOTERMINAL_NETWORKS.ours(name)
    if (network === null || !id.startsWith(`${name}_`)) continue
    const address = canonicalAddress(network, id.slice(name.length + 1))
    if (address !== null) return { network, address }
  }
  return null
}
