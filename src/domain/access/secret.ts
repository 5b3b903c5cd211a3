import { crc32 } from './crc32.ts'

/** How each kind of secret begins: people and scanners of leaked text know it by that. */
const BEGINS = { key: 'ttap_live_', ticket: 'ttap_ticket_' } as const
export type SecretKind = keyof typeof BEGINS

const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
/** So many digits hold 32 bytes. */
const BODY_LENGTH = 43
/** So many hold 32 bits. */
const CHECKSUM_LENGTH = 6
export const SECRET_BYTES = 32

const SHAPES: Readonly<Record<SecretKind, RegExp>> = {
  key: /^ttap_live_[0-9A-Za-z]{49}$/,
  ticket: /^ttap_ticket_[0-9A-Za-z]{49}$/,
}

/**
 * `ttap_live_`, 43 digits to the base of 62, and a checksum of all that.
 * @param random SECRET_BYTES bytes that nobody can guess
 */
export function secretOf(kind: SecretKind, random: Uint8Array): string {
  const text = BEGINS[kind] + base62(random, BODY_LENGTH)
  return text + checksum(text)
}

/** Whether the text can be such a secret at all. What is not needs no looking up: most of what is guessed or misspelt. */
export function hasChecksum(kind: SecretKind, text: string): boolean {
  if (!SHAPES[kind].test(text)) return false
  return checksum(text.slice(0, -CHECKSUM_LENGTH)) === text.slice(-CHECKSUM_LENGTH)
}

const SHOWN_OF_BODY = 4

/** What may be known of a key: how it begins and ends. */
export function visibleParts(key: string): { readonly prefix: string; readonly ending: string } {
  return { prefix: key.slice(0, BEGINS.key.length + SHOWN_OF_BODY), ending: key.slice(-4) }
}

/** @param random 12 bytes. @returns `key_` and 17 digits to the base of 62: public, and never the same twice */
export function keyIdOf(random: Uint8Array): string {
  return `key_${base62(random, KEY_ID_LENGTH)}`
}
export const KEY_ID_BYTES = 12
const KEY_ID_LENGTH = 17

function checksum(text: string): string {
  return digits(BigInt(crc32(text)), CHECKSUM_LENGTH)
}

function base62(bytes: Uint8Array, length: number): string {
  return digits(
    bytes.reduce((value, byte) => value * 256n + BigInt(byte), 0n),
    length,
  )
}

function digits(value: bigint, length: number): string {
  let rest = value
  let text = ''
  for (; text.length < length; rest /= 62n) text = DIGITS.charAt(Number(rest % 62n)) + text
  return text
}
