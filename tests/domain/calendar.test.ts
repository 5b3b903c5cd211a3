import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { civil, dateText, parseDate, parseLooseDate, parseWhen } from '../../src/domain/calendar.ts'

const LAST_MS = Date.UTC(9999, 11, 31, 23, 59, 59, 999)

describe('a date', () => {
  test.each([
    ['2021-11-09', Date.UTC(2021, 10, 9)],
    ['1970-01-01', 0],
    ['2020-02-29', Date.UTC(2020, 1, 29)],
    ['2000-02-29', Date.UTC(2000, 1, 29)],
    ['9999-12-31', Date.UTC(9999, 11, 31)],
  ])('%s is read', (text, ms) => {
    expect(parseDate(text)).toBe(ms)
    expect(parseLooseDate(text)).toBe(ms)
  })

  test.each([
    '2021-02-30',
    '2021-02-29',
    '1900-02-29',
    '2100-02-29',
    '2021-00-10',
    '2021-13-01',
    '2021-04-31',
    '2021-01-00',
    '2021-01-32',
    '1969-12-31',
    '0000-01-01',
    '10000-01-01',
    '99999-1-1',
    '+2021-01-01',
    '-2021-01-01',
    '2021/01/01',
    '20210101',
    '2021-1-1-1',
    '2021-11',
    '',
    ' 2021-11-09',
    '2021-11-09 ',
    '2021-11-09\n',
    '2021-11-09\0',
    '2021-1e-09',
    '٢٠٢١-١١-٠٩',
    'today',
    "2021-11-09' OR 1=1 --",
  ])('%j is refused with a reason', (text) => {
    for (const parse of [parseDate, parseLooseDate, parseWhen]) {
      expect(parse(text)).toEqual({ flaw: expect.stringMatching(/^[A-Z].{15,}\.$/) })
    }
  })

  test('may have one-digit months and days only where that is said', () => {
    expect(parseLooseDate('2021-11-9')).toBe(Date.UTC(2021, 10, 9))
    expect(parseLooseDate('2021-1-9')).toBe(Date.UTC(2021, 0, 9))
    expect(parseDate('2021-11-9')).toHaveProperty('flaw')
    expect(parseWhen('2021-11-9')).toHaveProperty('flaw')
  })

  test('and a moment are taken apart as the calendar of JavaScript does', () => {
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(1900, 0), max: LAST_MS }), (ms) => {
        const date = new Date(ms)
        expect(civil(ms)).toEqual({ year: date.getUTCFullYear(), month: date.getUTCMonth(), day: date.getUTCDate() })
        if (ms >= 0) expect(dateText(ms)).toBe(date.toISOString().slice(0, 10))
      }),
      { numRuns: 20_000 },
    )
  })

  test('of every day of a leap century is read as what it was written for', () => {
    for (let ms = Date.UTC(1996, 0); ms < Date.UTC(2104, 2, 2); ms += 86_400_000)
      expect(parseDate(dateText(ms))).toBe(ms)
  })
})

describe('an instant', () => {
  test.each([
    ['2021-11-09T13:45Z', Date.UTC(2021, 10, 9, 13, 45)],
    ['2021-11-09T13:45:30Z', Date.UTC(2021, 10, 9, 13, 45, 30)],
    ['2021-11-09T13:45:30.2Z', Date.UTC(2021, 10, 9, 13, 45, 30, 200)],
    ['2021-11-09T13:45:30.123999999Z', Date.UTC(2021, 10, 9, 13, 45, 30, 123)],
    ['2021-11-09T13:45:30+05:45', Date.UTC(2021, 10, 9, 8, 0, 30)],
    ['2021-11-09T13:45-08:00', Date.UTC(2021, 10, 9, 21, 45)],
    ['1969-12-31T23:00-02:00', null],
    ['1970-01-01T01:00-00:00', 3_600_000],
  ])('%s is read', (text, ms) => {
    if (ms === null) expect(parseWhen(text)).toHaveProperty('flaw')
    else expect(parseWhen(text)).toEqual({ kind: 'instant', ms })
  })

  test.each([
    '2021-11-09T13:45',
    '2021-11-09 13:45',
    '2021-11-09T13:45:00',
    '2021-11-09T13:45:00 02:00',
    '2021-11-09T24:00Z',
    '2021-11-09T13:60Z',
    '2021-11-09T13:45:60Z',
    '2021-02-30T00:00Z',
    '2021-11-09T13:45+24:00',
    '2021-11-09T13:45+2:00',
    '2021-11-09T13:45:00.Z',
    '2021-11-09T13:45:00.1234567890Z',
    '1970-01-01T00:00+00:01',
    '9999-12-31T23:59-00:01',
    '1636465500',
    '1636465500000',
    'Tue, 09 Nov 2021 13:45:00 GMT',
  ])('%s is refused with a reason', (text) => {
    expect(parseWhen(text)).toEqual({ flaw: expect.stringMatching(/^[A-Z].{15,}\.$/) })
  })

  test('without a zone is told what it lacks', () => {
    expect(parseWhen('2021-11-09T13:45')).toEqual({ flaw: expect.stringContaining('zone') })
    expect(parseWhen('2021-11-09T13:45:00 02:00')).toEqual({ flaw: expect.stringContaining('%2B') })
  })

  test('as JavaScript writes it is read to the millisecond', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: LAST_MS }), (ms) => {
        expect(parseWhen(new Date(ms).toISOString())).toEqual({ kind: 'instant', ms })
      }),
      { numRuns: 5000 },
    )
  })

  test('that is a long text is refused as fast as a short one', () => {
    const texts = ['2021-11-09T13:45:00.', '2021-11-09T13:45', '2021-11-09 13:45', '']
    for (const text of texts) {
      for (const filler of ['9', ' ', '-', 'T'])
        expect(parseWhen(text + filler.repeat(1_000_000))).toHaveProperty('flaw')
    }
  })
})
