import { expect, test } from 'vitest'
import { isBehind, readTagCursor, writeTagCursor } from '../../../src/domain/taps/tag-cursor.ts'

test.each([0, -1, 1_795_000_000_000, Number.MAX_SAFE_INTEGER])(
  'a place at %d ms is read as it was written',
  (createdAtMs) => {
    const place = { createdAtMs, uid: '9223372036854775807' }
    expect(readTagCursor(writeTagCursor(place))).toEqual(place)
  },
)

test.each(['', '5', '5-', '-5', '5-0', '5-01', '5-x', '1e3-5', '5-9223372036854775808', ' 5-5'])(
  '%j is none',
  (text) => {
    expect(readTagCursor(text)).toBeNull()
  },
)

test('tags stand by creation, then by uid as a number', () => {
  const place = { createdAtMs: 5, uid: '10' }
  expect(isBehind({ createdAtMs: 6, uid: '1' }, place)).toBe(true)
  expect(isBehind({ createdAtMs: 5, uid: '11' }, place)).toBe(true)
  expect(isBehind({ createdAtMs: 5, uid: '9' }, place)).toBe(false)
  expect(isBehind(place, place)).toBe(false)
  expect(isBehind({ createdAtMs: 4, uid: '99' }, place)).toBe(false)
})
