import { expect, test } from 'vitest'
import { isName, nameKey } from '../../../src/domain/access/names.ts'
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
  'a\u200eb',
  '\u061cab',
  '\u200b',
  '\u2060\u3164',
  'a'.repeat(101),
])('and not %j', (name) => {
  expect(isName(name)).toBe(false)
})

test.each([
  ['Bonkers', 'ＢＯＮＫＥＲＳ'],
  ['Finance', 'ﬁnance'],
  ['Bonkers', 'Bon\u200bkers'],
  ['Café', 'Cafe\u0301'],
  ['No 1', '№ ①'],
  ['1', '１'],
])('%j and %j are one name', (one, other) => {
  expect(nameKey(one)).toBe(nameKey(other))
})

test.each([
  ['Bonkers', 'Bonker'],
  ['Café', 'Cafe'],
  ['夜市', '夜'],
])('%j and %j are two', (one, other) => {
  expect(nameKey(one)).not.toBe(nameKey(other))
})

test('a key ends when it expires or when it is revoked, whichever comes first', () => {
  const key = { expiresAtMs: null, revokedAtMs: null } as ApiKey
  expect(endOf(key)).toBe(Number.POSITIVE_INFINITY)
  expect(endOf({ ...key, expiresAtMs: 5 })).toBe(5)
  expect(endOf({ ...key, expiresAtMs: 5, revokedAtMs: 3 })).toBe(3)
  expect(endOf({ ...key, expiresAtMs: 5, revokedAtMs: 7 })).toBe(5)
})
