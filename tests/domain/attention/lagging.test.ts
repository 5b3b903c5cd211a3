import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { correlate, type Moment, PAIRS_MIN } from '../../../src/domain/attention/lagging.ts'
import { bucketsOf, momentsOf } from '../../../src/domain/attention/moments.ts'

const HOUR_MS = 3_600_000

/** Numbers from 0 up to 1 that look random, and are the same each time. */
function randoms(seed: number): () => number {
  let state = seed >>> 0
  return () => {
    state = (state + 0x6d2b79f5) >>> 0
    let t = state
    t = Math.imul(t ^ (t >>> 15), t | 1)
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61)
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296
  }
}

const normal = (random: () => number) => () => Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random())

/** A market whose price follows the taps of `lag` buckets before, and some noise. */
function market(seed: number, { count = 200, lag = 3, noise = 0.3 } = {}) {
  const gauss = normal(randoms(seed))
  const taps = Array.from({ length: count }, () => Math.round(100 + 20 * gauss()))
  const price = (t: number) => 100 + 0.01 * (taps[t - lag] ?? 100) + 0.01 * 20 * noise * gauss()
  const closes = Array.from({ length: count }, (_, t) => price(t))
  return { taps, closes }
}

/** Buckets of an hour, each opening where the one before has closed. */
function moments(taps: readonly number[], closes: readonly number[]): Moment[] {
  const counted = taps.map((count, i) => ({
    startMs: i * HOUR_MS,
    endMs: (i + 1) * HOUR_MS,
    count,
    isPartial: false,
  }))
  const spans = closes.map((close, i) => [i * HOUR_MS, { open: closes[i - 1] ?? close, close }] as const)
  return momentsOf(bucketsOf(counted, new Map(spans)))
}

function shuffled<T>(values: readonly T[], seed: number): T[] {
  const random = randoms(seed)
  return values
    .map((value) => ({ value, key: random() }))
    .sort((a, b) => a.key - b.key)
    .map(({ value }) => value)
}

describe('a lag', () => {
  test.each([1, 2, 3, 4, 5])('of three hours is found (%i)', (seed) => {
    const { taps, closes } = market(seed)
    const { strongest, reason } = correlate(moments(taps, closes), 6)
    expect(strongest?.tapsLeadBy).toBe(3)
    expect(strongest?.r).toBeGreaterThan(0.8)
    expect(strongest?.low).toBeGreaterThan(0)
    expect(reason).toBeNull()
  })

  test('is negative when the price comes first', () => {
    const { taps, closes } = market(7)
    // The price of now is the taps of three hours later.
    const { strongest } = correlate(
      moments(
        closes.map((close) => Math.round(close * 1000)),
        taps.map((n) => n + 1000),
      ),
      6,
    )
    expect(strongest?.tapsLeadBy).toBe(-3)
  })

  test('is found whatever it is', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 6 }), fc.nat(), (lag, seed) => {
        const { taps, closes } = market(seed, { lag, noise: 0.1 })
        expect(correlate(moments(taps, closes), 6).strongest?.tapsLeadBy).toBe(lag)
      }),
      { numRuns: 50 },
    )
  })

  test('is hardly ever found in what was shuffled', () => {
    const found = Array.from({ length: 400 }, (_, seed) => {
      const { taps, closes } = market(seed)
      const isEven = seed % 2 === 0
      const mixed = isEven ? moments(shuffled(taps, seed), closes) : moments(taps, shuffled(closes, seed))
      return correlate(mixed, 6).strongest
    }).filter((strongest) => strongest !== null)
    // One in twenty would be as promised.
    expect(found.length).toBeLessThanOrEqual(20)
  })

  test('is not found in two series that only wander', () => {
    const found = Array.from({ length: 200 }, (_, seed) => {
      const gauss = normal(randoms(seed))
      const walk = () => {
        let place = 0
        return Array.from({ length: 200 }, () => {
          place = 0.9 * place + gauss()
          return place
        })
      }
      const [a, b] = [walk(), walk()]
      const given = a.map((x, i) => ({ tapsChange: x, priceChange: b[i] ?? 0 }))
      return correlate(given, 6).strongest
    }).filter((strongest) => strongest !== null)
    expect(found.length).toBeLessThanOrEqual(14)
  })

  test('is not found in one burst beside one jump', () => {
    const gauss = normal(randoms(1))
    const given = Array.from({ length: 100 }, (_, i) => ({
      tapsChange: i === 50 ? 1000 : i === 51 ? -1000 : Math.round(gauss()),
      priceChange: i === 53 ? 40 : 0.1 * gauss(),
    }))
    const { lags, strongest, reason } = correlate(given, 6)
    expect(lags.find(({ tapsLeadBy }) => tapsLeadBy === 3)?.r).toBeGreaterThan(0.6)
    expect([strongest, reason]).toEqual([null, 'nothing_stands_out'])
  })
})

describe('nothing is told', () => {
  test('of fewer than ten pairs', () => {
    const { taps, closes } = market(1, { count: PAIRS_MIN })
    const { lags, strongest, reason } = correlate(moments(taps, closes), 1)
    // The first bucket has none before it.
    expect(lags.map(({ n, r, reason: why }) => [n, r, why])).toEqual([
      [9, null, 'not_enough_data'],
      [9, null, 'not_enough_data'],
      [8, null, 'not_enough_data'],
    ])
    expect([strongest, reason]).toEqual([null, 'not_enough_data'])
    const one = market(1, { count: PAIRS_MIN + 1 })
    expect(correlate(moments(one.taps, one.closes), 0).lags[0]).toMatchObject({ n: 10, r: expect.any(Number) })
  })

  test('of taps or prices that never change', () => {
    const { taps, closes } = market(1)
    const still = correlate(
      moments(
        taps.map(() => 5),
        closes,
      ),
      2,
    )
    expect([still.strongest, still.reason]).toEqual([null, 'no_variation'])
    const flat = correlate(
      moments(
        taps,
        closes.map(() => 0.1),
      ),
      2,
    )
    expect(flat.lags.every(({ r }) => r === null)).toBe(true)
    expect(correlate([], 3).reason).toBe('not_enough_data')
  })
})

test('numbers are numbers or null, in order, whatever is given', () => {
  const number = fc.oneof(fc.double({ noNaN: true, noDefaultInfinity: true }), fc.constantFrom(0, 1, -1, 1e308))
  const moment = fc.record({ tapsChange: fc.option(number), priceChange: fc.option(number) })
  fc.assert(
    fc.property(fc.array(moment, { maxLength: 60 }), fc.integer({ min: 0, max: 8 }), (given, lagsMax) => {
      const { lags, strongest } = correlate(given, lagsMax)
      expect(lags.map(({ tapsLeadBy }) => tapsLeadBy)).toEqual(
        Array.from({ length: 2 * lagsMax + 1 }, (_, i) => i - lagsMax),
      )
      for (const { n, effectiveN, r, low, high, reason } of lags) {
        expect(effectiveN).toBeLessThanOrEqual(n)
        expect((r === null) === (reason !== null)).toBe(true)
        if (r === null || low === null || high === null) continue
        expect(low <= r && r <= high && low >= -1 && high <= 1).toBe(true)
      }
      expect(JSON.stringify({ lags, strongest })).not.toContain('NaN')
    }),
  )
})

describe('buckets', () => {
  test('that are not complete are shown, and nothing is concluded from them', () => {
    const bucket = (i: number, count: number, isPartial: boolean) => ({ startMs: i, endMs: i + 1, count, isPartial })
    const buckets = bucketsOf(
      [bucket(0, 1, true), bucket(1, 5, false), bucket(2, 7, false), bucket(3, 9, true)],
      new Map([
        [0, { open: 1, close: 2 }],
        [2, { open: 2, close: 1 }],
        [3, { open: 0, close: 1 }],
      ]),
    )
    expect(buckets.map(({ tapsChange, priceChangePct }) => [tapsChange, priceChangePct])).toEqual([
      [null, 100],
      [null, null],
      [2, -50],
      [null, null],
    ])
    expect(momentsOf(buckets)).toEqual([
      { tapsChange: null, priceChange: null },
      { tapsChange: null, priceChange: null },
      { tapsChange: 2, priceChange: -50 },
      { tapsChange: null, priceChange: null },
    ])
  })
})
