/**
 * Who a token is: a network and an address, never a symbol or a name (those are labels, and copycats share them).
 *
 * EVM addresses compare without case, so ours are lower-case; every other address is case-sensitive and kept verbatim
 * (two Solana tokens may differ by case only). Showing an EVM address with its EIP-55 checksum is an adapter's work.
 */

/** How the addresses of each network compare. */
const ADDRESS_RULES = {
  solana: 'base58',
  ethereum: 'evm',
  bsc: 'evm',
  base: 'evm',
  arbitrum: 'evm',
  polygon: 'evm',
  optimism: 'evm',
  avalanche: 'evm',
  opbnb: 'evm',
  gnosis: 'evm',
  linea: 'evm',
  scroll: 'evm',
  blast: 'evm',
  mantle: 'evm',
  zksync: 'evm',
  fantom: 'evm',
  sonic: 'evm',
  celo: 'evm',
  cronos: 'evm',
  pulsechain: 'evm',
  berachain: 'evm',
  hyperevm: 'evm',
  abstract: 'evm',
  unichain: 'evm',
  worldchain: 'evm',
  monad: 'evm',
  robinhood: 'evm',
  sui: 'verbatim',
  aptos: 'verbatim',
  ton: 'verbatim',
  tron: 'verbatim',
  osmosis: 'verbatim',
  injective: 'verbatim',
  near: 'verbatim',
  hedera: 'verbatim',
} as const satisfies Record<string, 'evm' | 'base58' | 'verbatim'>

export type Network = keyof typeof ADDRESS_RULES
export const NETWORKS = Object.keys(ADDRESS_RULES) as readonly Network[]

/** `network:address`, with the address in its comparing form. */
export type TokenId = `${Network}:${string}`

const SHAPES = {
  evm: /^0x[0-9a-fA-F]{40}$/,
  base58: /^[1-9A-HJ-NP-Za-km-z]{32,44}$/,
  // Sui types (`0x…::module::TYPE`), Cosmos denoms (`factory/osmo1…/x`), TON, Tron: printable ASCII without spaces.
  verbatim: /^[!-~]{3,256}$/,
} as const

/** True only for the networks listed here, whatever the object's prototype holds. */
export function isNetwork(text: string): text is Network {
  return Object.hasOwn(ADDRESS_RULES, text)
}

export function isEvm(network: Network): boolean {
  return ADDRESS_RULES[network] === 'evm'
}

/** The address in its comparing form, or null when it cannot be an address of that network. */
export function canonicalAddress(network: Network, address: string): string | null {
  const rule = ADDRESS_RULES[network]
  if (!SHAPES[rule].test(address)) return null
  return rule === 'evm' ? address.toLowerCase() : address
}

/** @param address in its comparing form */
export function tokenId(network: Network, address: string): TokenId {
  return `${network}:${address}`
}

/** Reads `network:address`; null when the network is unknown or the address cannot be one of its addresses. */
export function parseTokenId(text: string): TokenId | null {
  const colon = text.indexOf(':')
  const network = text.slice(0, Math.max(colon, 0))
  if (!isNetwork(network)) return null
  const address = canonicalAddress(network, text.slice(colon + 1))
  return address === null ? null : tokenId(network, address)
}

export function networkOf(id: TokenId): Network {
  return id.slice(0, id.indexOf(':')) as Network
}

export function addressOf(id: TokenId): string {
  return id.slice(id.indexOf(':') + 1)
}

/** Wrapped SOL: its merged price is what turns USD into SOL. */
export const WRAPPED_SOL: TokenId = 'solana:So11111111111111111111111111111111111111112'
