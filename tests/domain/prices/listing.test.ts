import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  readCandleCursor,
  readTextCursor,
  writeCandleCursor,
  writeTextCursor,
} from '../../../src/domain/prices/cursor.ts'
import { byOrder, DASHBOARD_FIELDS, type Ranked, withoutZeros } from '../../../src/domain/prices/dashboard.ts'
import { compareTexts } from '../../../src/domain/prices/text.ts'

const value = fc.option(fc.constantFrom(-3, 0, 1.5, 1e12))
const row: fc.Arbitrary<Ranked> = fc.record({
  symbol: fc.string({ unit: 'binary', maxLength: 3 }),
  name: fc.constantFrom('Bitcoin', 'bitcoin', 'Aave'),
  price: fc.constantFrom(1, 2, 3),
  change1d: value,
  change7d: value,
  change30d: value,
  volume: value,
  marketCap: value,
})

describe('the order of coins', () => {
  const rows = fc.uniqueArray(row, { selector: ({ symbol }) => symbol, maxLength: 30 })
  const order = fc.record({ field: fc.constantFrom(...DASHBOARD_FIELDS), direction: fc.constantFrom('asc', 'desc') })

  test('is total: any shuffle of a list is sorted into the same', () => {
    fc.assert(
      fc.property(rows, order, (list, by) => {
        expect(list.toReversed().sort(byOrder(by))).toEqual(list.toSorted(byOrder(by)))
      }),
    )
  })

  test.each(['asc', 'desc'] as const)('has unknown values last (%s), and equal ones by symbol', (direction) => {
    const at = (symbol: string, marketCap: number | null) => ({ ...ROW, symbol, marketCap })
    const sorted = [at('D', null), at('C', 1), at('B', 1), at('A', null)].sort(
      byOrder({ field: 'marketCap', direction }),
    )
    expect(sorted.map(({ symbol }) => symbol)).toEqual(['B', 'C', 'A', 'D'])
  })

  test('is by code point for texts', () => {
    const codePoints = (text: string) => Array.from(text, (c) => c.codePointAt(0) ?? 0)
    const expected = (a: number[], b: number[]) => {
      const at = a.findIndex((point, i) => point !== b[i])
      return at === -1 ? a.length - b.length : (a[at] ?? 0) - (b[at] ?? -1)
    }
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (a, b) => {
        expect(Math.sign(compareTexts(a, b))).toBe(Math.sign(expected(codePoints(a), codePoints(b))))
      }),
      { numRuns: 3000 },
    )
    expect(['b', 'a', 'Z', '\u{1F680}', '\uFF21'].sort(compareTexts)).toEqual(['Z', 'a', 'b', '\uFF21', '\u{1F680}'])
  })
})

const ROW: Ranked = { symbol: '', name: '', price: 1, change1d: 0, change7d: 0, change30d: 0, volume: 0, marketCap: 0 }

test('zero in a file means that nobody knew, and a change of zero means zero', () => {
  const zeros = { ...ROW, recordedDayMs: 0 }
  expect(withoutZeros(zeros)).toEqual({ ...zeros, volume: null, marketCap: null })
})

describe('a cursor', () => {
  const time = fc.nat(999_999_999_999_999)

  test('of candles is read back, and only with the same parameters', () => {
    fc.assert(
      fc.property(time, time, fc.string(), fc.string(), (openTimeMs, asOfMs, scope, other) => {
        const text = writeCandleCursor({ openTimeMs, asOfMs }, scope)
        expect(encodeURIComponent(text)).toBe(text)
        expect(readCandleCursor(text, scope)).toEqual({ openTimeMs, asOfMs })
        if (other !== scope) expect(readCandleCursor(text, other)).toBe('mismatch')
      }),
    )
  })

  test('of coins is read back, whatever the symbol', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary', minLength: 1, maxLength: 100 }), fc.string(), (place, scope) => {
        const text = writeTextCursor(place, scope)
        expect(text).toMatch(/^[\w-]+$/)
        expect(readTextCursor(text, scope)).toEqual({ place })
        expect(readTextCursor(text, `${scope}x`)).toBe('mismatch')
      }),
    )
  })

  test.each([
    '',
    '-',
    '1-2',
    '1-2-3-4',
    '-1-2-3',
    '1e5-2-3',
    '0041',
    '004-1',
    'zzzz-1',
    '1-2-3\n',
    '\0',
    '9'.repeat(5000),
  ])('of ours is not %j', (text) => {
    expect(readCandleCursor(text, '')).toBeNull()
    expect(readTextCursor(text, '')).toBeNull()
  })
})
