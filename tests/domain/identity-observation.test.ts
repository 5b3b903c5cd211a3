import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { finite, NO_WINDOWS, observedToken, perWindow, quantity } from '../../src/domain/tokens/observation.ts'
import { observation, TOKEN } from './tokens/merge-support.ts'

describe('a quantity', () => {
  it.each([Number.NaN, Number('1e400'), Number.NEGATIVE_INFINITY, -1, -5e-324, 1.0000000000000002e15, null, undefined])(
    'is not %s',
    (value) => {
      expect(quantity(value)).toBeNull()
    },
  )

  it.each([0, 5e-324, 0.1, 1e15])('is %s, unchanged', (value) => {
    expect(quantity(value)).toBe(value)
  })

  it('is null or the same number between 0 and 1e15, for any double', () => {
    fc.assert(
      fc.property(fc.double(), (value) => {
        const result = quantity(value)
        return result === null ? !(value >= 0 && value <= 1e15) : Object.is(result, value)
      }),
    )
  })
})

describe('a change', () => {
  it('may be negative, and is nothing when it is not a finite number', () => {
    expect([-99.5, 0, 1e20].map(finite)).toEqual([-99.5, 0, 1e20])
    expect([Number.NaN, Number.POSITIVE_INFINITY, null, undefined].map(finite)).toEqual([null, null, null, null])
  })
})

describe('an observation', () => {
  it('is about its token, whatever the pair', () => {
    expect(observedToken(observation({ base: 'Other' }))).toBe(`solana:${TOKEN}`)
  })

  it('has every window, each made once', () => {
    expect(perWindow((window) => window)).toEqual({ '5m': '5m', '1h': '1h', '6h': '6h', '24h': '24h' })
    expect(NO_WINDOWS).toEqual({ '5m': null, '1h': null, '6h': null, '24h': null })
  })
})
