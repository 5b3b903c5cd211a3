import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Cursor, isScope, readCursor, writeCursor } from '../../../src/domain/tokens/cursor.ts'

const anyCursor: fc.Arbitrary<Cursor> = fc.record({
  epoch: fc.nat(Number.MAX_SAFE_INTEGER).map(String),
  seq: fc.nat(999_999_999_999_999),
  offset: fc.nat(999_999_999),
  scope: fc.string(),
})

test('what is written is read back', () => {
  fc.assert(
    fc.property(anyCursor, (cursor) => {
      const { scope, ...place } = cursor
      const read = readCursor(writeCursor(cursor))
      expect(read).toMatchObject(place)
      expect(read !== null && isScope(read.scopeSum, scope)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})

test('a cursor fits into a URL as it is', () => {
  fc.assert(
    fc.property(anyCursor, (cursor) => {
      const text = writeCursor(cursor)
      expect(encodeURIComponent(text)).toBe(text)
      expect(text.length).toBeLessThanOrEqual(64)
    }),
  )
})

test('two different scopes are told apart', () => {
  fc.assert(
    fc.property(anyCursor, fc.string(), (cursor, other) => {
      fc.pre(other !== cursor.scope)
      const read = readCursor(writeCursor(cursor))
      expect(read !== null && isScope(read.scopeSum, other)).toBe(false)
    }),
    { numRuns: 5000 },
  )
})

test.each([
  '',
  '-',
  '1-2-3',
  '1-2-3-',
  '1-2-3-a-b',
  ' 1-2-3-a',
  '1-2-3-a\n',
  '-1-2-3-a',
  '1-2--3-a',
  '1.5-2-3-a',
  '1-2-3-A',
  '1e3-2-3-a',
  '1-9999999999999999-3-a',
  '1-2-9999999999-a',
  '１-2-3-a',
  '__proto__',
  'a'.repeat(10_000),
])('%j is no cursor', (text) => {
  expect(readCursor(text)).toBeNull()
})

test('whatever text comes, it is a place or nothing', () => {
  const nearly = fc.string({ unit: fc.constantFrom('0', '9', 'a', '-', ' ', '\n'), maxLength: 60 })
  fc.assert(
    fc.property(fc.oneof(fc.string(), nearly), (text) => {
      const read = readCursor(text)
      if (read === null) return
      expect([read.seq, read.offset].every(Number.isSafeInteger)).toBe(true)
    }),
    { numRuns: 5000 },
  )
})
