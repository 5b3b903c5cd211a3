import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { ageText, ageWords, stopwatch } from '../../web/format/age.ts'
import { ARROWS, changeText } from '../../web/format/change.ts'
import { moneyText } from '../../web/format/money.ts'
import { priceLine, priceText } from '../../web/format/price.ts'

describe('a price', () => {
  test.each([
    [123456.789, '123,456.79'],
    [1000, '1,000.00'],
    [999.99999, '1,000.00'],
    [999.9999, '999.9999'],
    [2.3145, '2.3145'],
    [12.5, '12.50'],
    [1, '1.00'],
    [0.99999, '1.00'],
    [0.5, '0.50'],
    [0.0012345, '0.001235'],
    [0.0001, '0.00010'],
    [0.00002231, '0.0₄2231'],
    [0.0000044, '0.0₅44'],
    [3e-8, '0.0₇30'],
    [1.23456e-12, '0.0₁₁1235'],
    [0.0000999999, '0.00010'],
    [0, '0'],
    [null, '—'],
    [Number.NaN, '—'],
    [Number.POSITIVE_INFINITY, '—'],
    [-0.0000044, '−0.0₅44'],
  ])('of %d is written %s', (value, text) => {
    expect(priceLine(value)).toBe(text)
  })

  test('is copied and read aloud as plain decimal digits', () => {
    expect(priceText(0.0000044)).toEqual({ head: '0.0', zeros: '5', tail: '44', plain: '0.0000044' })
    expect(priceText(123456.789).plain).toBe('123456.79')
    expect(priceText(0.0001).plain).toBe('0.00010')
  })

  test('is within 0.05 % of the number when it is read again', () => {
    const price = fc.tuple(
      fc.double({ min: 1, max: 10, maxExcluded: true, noNaN: true }),
      fc.integer({ min: -30, max: 12 }),
    )
    fc.assert(
      fc.property(price, ([mantissa, exponent]) => {
        const value = mantissa * 10 ** exponent
        const { plain, head, zeros, tail } = priceText(value)
        expect(Math.abs(Number(plain) / value - 1)).toBeLessThanOrEqual(0.0005 + 1e-12)
        if (zeros === '') expect(head.replaceAll(',', '')).toBe(plain)
        else expect(`0.${'0'.repeat(Number(zeros))}${tail}`).toBe(plain)
        if (zeros !== '') expect(Number(zeros)).toBeGreaterThanOrEqual(4)
        expect(tail).not.toMatch(/^0/)
      }),
      { numRuns: 2_000 },
    )
  })
})

describe('a change', () => {
  test.each([
    [0.42, '+0.42%'],
    [12.34, '+12.3%'],
    [123.4, '+123%'],
    [1204, '+1,204%'],
    [12345, '+12.3K%'],
    [9.996, '+10.0%'],
    [99.96, '+100%'],
    [9999.7, '+10.0K%'],
    [-0.73, '−0.73%'],
    [-99.96, '−99.9%'],
    [-99.999, '−99.9%'],
    [-100, '−100%'],
    [0.004, '0.00%'],
    [-0.004, '0.00%'],
    [0.005, '+0.01%'],
    [null, '—'],
    [Number.NaN, '—'],
    [5e17, '+>999T%'],
  ])('of %d percent is written %s', (value, text) => {
    expect(changeText(value).text).toBe(text)
  })

  test('has an arrow beside its sign, unless it is as good as none', () => {
    const arrows = [1, -1, 0.001, null].map((value) => ARROWS[changeText(value).direction])
    expect(arrows).toEqual(['▲', '▼', '', ''])
  })
})

describe('an amount', () => {
  test.each([
    [999, '$999'],
    [999.7, '$1.00K'],
    [999_999, '$1.00M'],
    [98_400_000, '$98.4M'],
    [3.3e15, '>$999T'],
    [999.6e12, '>$999T'],
    [12, '$12.0'],
    [0.3, '<$1'],
    [0, '$0'],
    [null, '—'],
    [Number.NaN, '—'],
    [-5, '—'],
  ])('of %d is written %s', (value, text) => {
    expect(moneyText(value, 'usd')).toBe(text)
  })

  test('in SOL has the sign of SOL', () => {
    expect(moneyText(1234, 'sol')).toBe('◎1.23K')
  })

  test('never has a mantissa of a thousand', () => {
    fc.assert(
      fc.property(fc.double({ min: 1, max: 1e16, noNaN: true }), (value) => {
        expect(moneyText(value, 'usd')).toMatch(/^(>\$999T|\$[1-9][0-9]{0,2}(\.[0-9]{1,2})?[KMBT]?)$/)
      }),
    )
  })
})

describe('an age', () => {
  test.each([
    [0, '0s'],
    [-5_000, '0s'],
    [59_999, '59s'],
    [60_000, '1m'],
    [3_600_000, '1h'],
    [47 * 3_600_000, '1d'],
    [59 * 86_400_000, '59d'],
    [60 * 86_400_000, '2mo'],
    [364 * 86_400_000, '12mo'],
    [730 * 86_400_000, '2y'],
  ])('of %d ms is written %s', (ageMs, text) => {
    expect(ageText(ageMs)).toBe(text)
  })

  test('is read aloud in words, and counted like a stopwatch', () => {
    expect([ageWords(1_000), ageWords(41_000), ageWords(120_000)]).toEqual(['1 second', '41 seconds', '2 minutes'])
    expect([stopwatch(42_000), stopwatch(725_000), stopwatch(3_753_000)]).toEqual(['0:42', '12:05', '1:02:33'])
  })
})
