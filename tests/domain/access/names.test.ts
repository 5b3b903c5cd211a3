import { expect, test } from 'vitest'
import { isName } from '../../../src/domain/access/names.ts'
import { type ApiKey, endOf } from '../../../src/domain/access/team.ts'

test.each(['Night market', 'x', '夜市 №1', '👩‍🌾', 'a'.repeat(100)])('a team can be called %j', (name) => {
  expect(isName(name)).toBe(true)
})

test.each([
  '',
  ' ',
  ' x',
  'x ',
  'a\nb',
  'a\u0000b',
  'a\u0085b',
  'a\u2028b',
  '\ud800',
  'a\u202eb',
  '\u2066ab',
  'a'.repeat(101),
])('and not %j', (name) => {
  expect(isName(name)).toBe(false)
})

test('a key ends when it expires or when it is revoked, whichever comes first', () => {
  const key = { expiresAtMs: null, revokedAtMs: null } as ApiKey
  expect(endOf(key)).toBe(Number.POSITIVE_INFINITY)
  expect(endOf({ ...key, expiresAtMs: 5 })).toBe(5)
  expect(endOf({ ...key, expiresAtMs: 5, revokedAtMs: 3 })).toBe(3)
  expect(endOf({ ...key, expiresAtMs: 5, revokedAtMs: 7 })).toBe(5)
})
