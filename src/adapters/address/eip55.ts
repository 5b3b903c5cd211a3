import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import { LRUCache } from 'lru-cache'
import { addressOf, isEvm, networkOf, type TokenId } from '../../domain/tokens/identity.ts'
import type { AddressDisplay } from '../../ports/address-display.ts'

/**
 * EIP-55: a letter is upper-case when the matching hex digit of the Keccak hash of the lower-case text is 8 or more.
 * @param address 0x and 40 lower-case hex digits
 */
export function checksummed(address: string): string {
  const digits = address.slice(2)
  const hash = bytesToHex(keccak_256(utf8ToBytes(digits)))
  const mixed = Array.from(digits, (digit, at) => (hash.charAt(at) >= '8' ? digit.toUpperCase() : digit))
  return `0x${mixed.join('')}`
}

/** @param capacity addresses remembered, the least recently shown forgotten first; about 200 bytes each */
export function eip55Display(capacity = 20_000): AddressDisplay {
  const shown = new LRUCache<TokenId, string>({ max: capacity })
  return (id) => {
    if (!isEvm(networkOf(id))) return addressOf(id)
    const known = shown.get(id)
    if (known !== undefined) return known
    const text = checksummed(addressOf(id))
    shown.set(id, text)
    return text
  }
}
