import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { FileRefused } from '../../../src/domain/csv.ts'
import { readDay } from '../../../src/domain/prices/daily-date.ts'
import { readAmount, readPrice } from '../../../src/domain/prices/daily-number.ts'

const cell = (text: string, column = 'High') => ({ line: 7, column, text })
const refusal = (read: () => unknown): string => {
  try {
    read()
  } catch (error) {
    if (error instanceof FileRefused && error.line === 7) return error.message
    throw error
  }
  return 'taken'
}

describe('a number of a file', () => {
  test('is the very double that was written', () => {
    const doubles = fc.double({ noNaN: true, noDefaultInfinity: true, min: 0 })
    fc.assert(fc.property(doubles, (value) => Object.is(readAmount(cell(String(Math.abs(value)))), Math.abs(value))))
  })

  test.each([
    ['147.48800659179688', 147.48800659179688],
    ['134.0', 134],
    ['6.41899E+11', 641_899_000_000],
    ['1e-7', 1e-7],
    ['0.1000000000000000055511151231257827', 0.1],
  ])('is read from %s', (text, value) => {
    expect(readAmount(cell(text))).toBe(value)
  })

  test.each<[text: string, reason: string]>([
    ['14.748.800.659', 'has several dots'],
    ['1,5', 'has a comma'],
    ['1,234.5', 'has a comma'],
    ['-1', 'is negative'],
    ['-0', 'is negative'],
    ['1e400', 'larger than a double'],
    ['1e-400', 'smaller than a double'],
    ...[
      'NaN',
      'Infinity',
      '0x10',
      '1_000',
      '+5',
      '.5',
      '5.',
      '007',
      '1 000',
      '1e',
      '$5',
      'null',
      '-',
      '١',
      '1e5.0',
    ].map((text): [text: string, reason: string] => [text, 'is not a plain number']),
  ])('is not guessed from %s, which %s', (text, reason) => {
    expect(refusal(() => readAmount(cell(text)))).toContain(reason)
  })

  test('may be absent or 0, but a price may not', () => {
    expect([readAmount(cell('')), readAmount(cell('0.0')), readAmount(cell('0e5'))]).toEqual([null, 0, 0])
    expect(refusal(() => readPrice(cell('')))).toBe('High is empty')
    expect(refusal(() => readPrice(cell('0.0')))).toBe('High is 0, which is no price')
  })
})

describe('a date of a file', () => {
  test.each([
    '2021-07-06',
    '2021-07-06 23:59:59',
    '2021-07-06 23:59',
    '2021-07-06 00:00:00',
    '2021-07-06T23:59:59.999Z',
    '2021-07-06 23:59:59+00:00',
    '2021-07-06 23:59:59 UTC',
  ])('is the UTC day of %s', (text) => {
    expect(readDay(cell(text))).toBe(Date.UTC(2021, 6, 6))
  })

  test('knows the lengths of months', () => {
    expect(readDay(cell('2020-02-29'))).toBe(Date.UTC(2020, 1, 29))
    for (const text of ['2021-02-29', '1900-02-29', '2021-04-31', '2021-13-01', '2021-00-01', '2021-01-00']) {
      expect(refusal(() => readDay(cell(text)))).toContain('a day that no calendar has')
    }
  })

  test.each<[text: string, reason: string]>([
    ['06/07/2021 23:59', 'has slashes'],
    ['2021/07/06', 'has slashes'],
    ['29-04-13 23:59', 'has a year of two digits'],
    ['29.04.13', 'has a year of two digits'],
    ['2021-07-06 23:59:59+02:00', 'is not in UTC'],
    ['', 'is empty'],
    ...[
      '0021-07-06',
      '29-04-2013',
      '2021-7-6',
      '2021-07-06 24:00',
      '2021-07-06 23:60',
      '20210706',
      '1625529600',
      '2021-07-06Z',
    ].map((text): [text: string, reason: string] => [text, 'is not a date like']),
  ])('is not guessed from %s, which %s', (text, reason) => {
    expect(refusal(() => readDay(cell(text, 'Date')))).toMatch(new RegExp(`^Date .*${reason}`))
  })
})

describe('a cell without end is read in linear time', () => {
  const LONG = 50_000
  test.each(['1', '.', '1.', ',', '-', ' ', '0', '1e', '/', '2021-07-06 ', '2021-07-06+'])(
    'when a cell repeats %j 50,000 times',
    (text) => {
      const long = text.repeat(LONG)
      // A pattern that is not linear takes minutes here, and the test its time.
      expect(refusal(() => readAmount(cell(long)))).not.toBe('')
      expect(refusal(() => readDay(cell(long, 'Date')))).toContain('Date')
    },
  )
})
