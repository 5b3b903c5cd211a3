import { crc32 as zipCrc32 } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { crc32 } from '../../../src/domain/access/crc32.ts'
import { hasChecksum, keyIdOf, secretOf, visibleParts } from '../../../src/domain/access/secret.ts'

const bytes = fc.uint8Array({ minLength: 32, maxLength: 32 })
const digit = fc.constantFrom(...'0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz')

describe('the text of a key', () => {
  test('has a begin, 43 digits and a checksum of six', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(secretOf('key', random)).toMatch(/^ttap_live_[0-9A-Za-z]{49}$/)
        expect(secretOf('ticket', random)).toMatch(/^ttap_ticket_[0-9A-Za-z]{49}$/)
      }),
    )
  })

  test('is the same for the same bytes alone', () => {
    fc.assert(
      fc.property(bytes, bytes, (one, other) => {
        expect(secretOf('key', one) === secretOf('key', other)).toBe(Buffer.from(one).equals(Buffer.from(other)))
      }),
    )
    expect(secretOf('key', new Uint8Array(32))).toBe(`ttap_live_${'0'.repeat(43)}06whCD`)
    expect(secretOf('key', new Uint8Array(32).fill(255)).slice(10, 53)).toHaveLength(43)
  })

  test('passes its own check, and none of another kind', () => {
    fc.assert(
      fc.property(bytes, (random) => {
        expect(hasChecksum('key', secretOf('key', random))).toBe(true)
        expect(hasChecksum('ticket', secretOf('ticket', random))).toBe(true)
        expect(hasChecksum('ticket', secretOf('key', random))).toBe(false)
      }),
    )
  })

  test('fails the check with any one character changed, dropped or added', () => {
    fc.assert(
      fc.property(bytes, fc.nat(58), digit, (random, at, other) => {
        const key = secretOf('key', random)
        const changed = key.slice(0, at) + other + key.slice(at + 1)
        expect(hasChecksum('key', changed)).toBe(changed === key)
        expect(hasChecksum('key', key.slice(0, at) + key.slice(at + 1))).toBe(false)
        expect(hasChecksum('key', key.slice(0, at) + other + key.slice(at))).toBe(false)
      }),
    )
  })

  test('fails it for any other text, however long', () => {
    fc.assert(fc.property(fc.string(), (text) => !hasChecksum('key', text)))
    for (const text of ['', 'ttap_live_', 'a'.repeat(100_000), `ttap_live_${'0'.repeat(49)}`]) {
      expect(hasChecksum('key', text)).toBe(false)
    }
  })

  test('shows its begin and its end to its owners', () => {
    const key = secretOf('key', new Uint8Array(32).fill(7))
    const { prefix, ending } = visibleParts(key)
    expect(prefix).toHaveLength(14)
    expect([key.startsWith(prefix), key.endsWith(ending), ending.length]).toEqual([true, true, 4])
  })
})

test('the id of a key is public and has nothing to do with the key', () => {
  expect(keyIdOf(new Uint8Array(12))).toBe(`key_${'0'.repeat(17)}`)
  expect(keyIdOf(new Uint8Array(12).fill(255))).toMatch(/^key_[1-9A-Za-z][0-9A-Za-z]{16}$/)
})

test('the checksum is that of zip archives', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii', maxLength: 200 }), (text) => {
      expect(crc32(text)).toBe(zipCrc32(text))
    }),
  )
})
