import { keccak_256 } from '@noble/hashes/sha3.js'
import { bytesToHex, utf8ToBytes } from '@noble/hashes/utils.js'
import type { Random } from './random.ts'

const BASE58 = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'

/**
 * An invented Solana address: 44 base58 characters that decode to exactly 32 bytes. That holds for every such text
 * whose first character is the second to seventeenth of the alphabet: 17 x 58^43 is just below 2^256.
 * @param ending base58 characters to end with, as launchpads do ("pump")
 */
export function solanaAddress(random: Random, ending = ''): string {
  let text = BASE58.charAt(random.int(1, 16))
  while (text.length < 44 - ending.length) text += BASE58.charAt(random.int(0, 57))
  return text + ending
}

/** An invented EVM address in its EIP-55 mixed case. */
export function evmAddress(random: Random): string {
  let hex = ''
  while (hex.length < 40) hex += random.int(0, 15).toString(16)
  return checksummed(`0x${hex}`)
}

/** EIP-55: a letter is upper-case when the matching digit of the hash of the lower-case text is 8 or more. */
export function checksummed(address: string): string {
  const hex = address.slice(2).toLowerCase()
  const hash = bytesToHex(keccak_256(utf8ToBytes(hex)))
  const shown = [...hex].map((digit, i) => (Number.parseInt(hash.charAt(i), 16) >= 8 ? digit.toUpperCase() : digit))
  return `0x${shown.join('')}`
}
