import { canonicalAddress, isEvm, type Network } from '../../../domain/tokens/identity.ts'

/** An EVM pool is a contract of 20 bytes or, at Uniswap v4, an id of 32. */
const EVM_POOL = /^0x[0-9a-fA-F]{40}(?:[0-9a-fA-F]{24})?$/

/** A pool's address in the form that two sources share, or null when it cannot be one. */
export function canonicalPool(network: Network, address: string): string | null {
  if (!isEvm(network)) return canonicalAddress(network, address)
  return EVM_POOL.test(address) ? address.toLowerCase() : null
}
