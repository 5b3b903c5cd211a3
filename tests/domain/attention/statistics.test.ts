import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import {
  autocorrelations,
  effectiveCount,
  interval,
  pearson,
  quantile,
  ranks,
} from '../../../src/domain/attention/statistics.ts'

const value = fc.double({ min: -1e6, max: 1e6, noNaN: true })
const series = fc.array(value, { minLength: 2, maxLength: 50 })

describe('a correlation', () => {
  test('is what textbooks say it is', () => {
    expect(pearson([1, 2, 3, 4, 5], [2, 1, 4, 3, 5])).toBeCloseTo(0.8, 12)
    expect(pearson([1, 2, 3], [6, 4, 2])).toBeCloseTo(-1, 12)
    expect(pearson([43, 21, 25, 42, 57, 59], [99, 65, 79, 75, 87, 81])).toBeCloseTo(0.529809, 6)
  })

  test.each<[number[], number[]]>([
    [[], []],
    [[1], [1]],
    [
      [0.1, 0.1, 0.1],
      [1, 2, 3],
    ],
    [
      [1, 2, 3],
      [0.3, 0.3, 0.3],
    ],
    [
      [1e-200, 2e-200],
      [1, 2],
    ],
    [
      [1e200, -1e200],
      [1, 2],
    ],
  ])('of %j and %j is none', (xs, ys) => {
    expect(pearson(xs, ys)).toBeNull()
  })

  test('is from -1 to 1, the same from either side, and blind to unit and origin', () => {
    fc.assert(
      fc.property(series, series, value, fc.double({ min: 0.5, max: 100, noNaN: true }), (a, b, origin, unit) => {
        const n = Math.min(a.length, b.length)
        const xs = a.slice(0, n).map(Math.round)
        const ys = b.slice(0, n).map(Math.round)
        const r = pearson(xs, ys)
        expect(pearson(ys, xs)).toBe(r)
        if (r === null) return
        expect(Math.abs(r)).toBeLessThanOrEqual(1)
        const scaled = pearson(
          xs.map((x) => x * unit + Math.round(origin)),
          ys,
        )
        expect(scaled).toBeCloseTo(r, 5)
      }),
    )
  })
})

test('ranks keep the order, and equal values share a place', () => {
  expect(ranks([30, 10, 20, 10])).toEqual([3, 0.5, 2, 0.5])
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 20 })), (values) => {
      const naive = values.map((one) => {
        const below = values.filter((other) => other < one).length
        const same = values.filter((other) => other === one).length
        return below + (same - 1) / 2
      })
      expect(ranks(values)).toEqual(naive)
    }),
  )
})

describe('an interval', () => {
  test('is that of Fisher', () => {
    const { low, high } = interval(0.5, 28, 0.05)
    expect([low, high]).toEqual([expect.closeTo(0.156028, 5), expect.closeTo(0.735818, 5)])
    expect(interval(1, 10, 0.05)).toEqual({ low: 1, high: 1 })
  })

  test('uses the quantiles of tables', () => {
    for (const [p, z] of [
      [0.5, 0],
      [0.975, 1.959964],
      [0.995, 2.575829],
      [0.9999, 3.719016],
      [0.001, -3.090232],
      [0.03, -1.880794],
    ] as const) {
      expect(quantile(p)).toBeCloseTo(z, 5)
    }
  })
})

describe('series that repeat themselves', () => {
  test('count as fewer pairs than they are, and others as many as they are', () => {
    const waves = Array.from({ length: 100 }, (_, i) => Math.sin(i / 8))
    const rhos = autocorrelations(waves, 20)
    expect(rhos[0]).toBeGreaterThan(0.9)
    expect(effectiveCount(100, rhos, rhos)).toBeLessThan(20)
    expect(effectiveCount(100, [0, 0], [1, 1])).toBe(100)
    expect(effectiveCount(100, [-0.5], [0.5])).toBe(100)
  })

  test('are never NaN, whatever is missing', () => {
    fc.assert(
      fc.property(fc.array(fc.option(value), { maxLength: 30 }), (values) => {
        for (const rho of autocorrelations(values, 5)) expect(Math.abs(rho)).toBeLessThanOrEqual(1)
      }),
    )
  })
})
