import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { INTERVALS } from '../../../src/domain/prices/candle.ts'
import { ceil, LONGEST_MS, utcGrid, zoneGrid } from '../../../src/domain/prices/grid.ts'
import { boundariesOf } from '../../support/calendar.ts'

const anyMs = fc.integer({ min: 0, max: Date.UTC(9999, 0) })

describe('buckets in UTC', () => {
  test.each(INTERVALS)('of %s hold every moment exactly once', (interval) => {
    const grid = utcGrid(interval)
    fc.assert(
      fc.property(anyMs, (ms) => {
        const beginMs = grid.begin(ms)
        const endMs = grid.next(beginMs)
        expect(beginMs <= ms && ms < endMs).toBe(true)
        expect(grid.begin(beginMs)).toBe(beginMs)
        expect(grid.begin(endMs)).toBe(endMs)
        expect(grid.begin(endMs - 1)).toBe(beginMs)
        expect(endMs - beginMs).toBeLessThanOrEqual(LONGEST_MS[interval])
      }),
    )
  })

  test.each(INTERVALS)('of %s are counted back as forth', (interval) => {
    const grid = utcGrid(interval)
    fc.assert(
      fc.property(fc.integer({ min: Date.UTC(2000, 0), max: Date.UTC(2100, 0) }), fc.nat(400), (ms, count) => {
        let walked = grid.begin(ms)
        for (let i = 0; i < count; i += 1) walked = grid.next(walked)
        expect(grid.shift(grid.begin(ms), count)).toBe(walked)
        expect(grid.shift(walked, -count)).toBe(grid.begin(ms))
      }),
    )
  })

  test.each([
    ['1m', '2021-11-09T13:47:59.999Z', '2021-11-09T13:47:00.000Z'],
    ['5m', '2021-11-09T13:47:59.999Z', '2021-11-09T13:45:00.000Z'],
    ['15m', '2021-11-09T13:47:59.999Z', '2021-11-09T13:45:00.000Z'],
    ['1h', '2021-11-09T13:47:59.999Z', '2021-11-09T13:00:00.000Z'],
    ['4h', '2021-11-09T13:47:59.999Z', '2021-11-09T12:00:00.000Z'],
    ['1d', '2021-11-09T13:47:59.999Z', '2021-11-09T00:00:00.000Z'],
    ['1w', '2021-11-14T23:59:59.999Z', '2021-11-08T00:00:00.000Z'],
    ['1w', '2021-01-03T00:00:00.000Z', '2020-12-28T00:00:00.000Z'],
    ['1M', '2020-02-29T23:59:59.999Z', '2020-02-01T00:00:00.000Z'],
  ] as const)('of %s: %s is in that of %s', (interval, moment, begin) => {
    expect(new Date(utcGrid(interval).begin(Date.parse(moment))).toISOString()).toBe(begin)
  })
})

describe('buckets of a zone', () => {
  const range = { fromMs: Date.UTC(2026, 2, 1), toMs: Date.UTC(2026, 10, 20) }

  test.each(['America/New_York', 'Asia/Kathmandu', 'Australia/Lord_Howe', 'Pacific/Kiritimati'])(
    '%s leave no gap and do not overlap, and no span crosses a midnight',
    (zone) => {
      const boundaries = boundariesOf('day', zone, range) ?? []
      const midnights = new Set(boundaries)
      for (const lengthMs of [null, LONGEST_MS['1h'], LONGEST_MS['4h']]) {
        const grid = zoneGrid(boundaries, lengthMs)
        const crossed = new Set<number>()
        let beginMs = grid.begin(range.fromMs)
        while (beginMs < range.toMs) {
          const endMs = grid.next(beginMs)
          expect(endMs).toBeGreaterThan(beginMs)
          expect(endMs - beginMs).toBeLessThanOrEqual(lengthMs ?? LONGEST_MS['1d'])
          expect(grid.begin(endMs - 1)).toBe(beginMs)
          expect(grid.begin(beginMs + 1)).toBe(beginMs)
          if (midnights.has(endMs)) crossed.add(endMs)
          beginMs = endMs
        }
        expect(crossed.size).toBeGreaterThanOrEqual(
          boundaries.filter((ms) => ms > range.fromMs && ms <= range.toMs).length,
        )
      }
    },
  )

  test('count four hours from midnight: 23 hours have one of three, 25 have one of one more', () => {
    const grid = zoneGrid(boundariesOf('day', 'America/New_York', range) ?? [], LONGEST_MS['4h'])
    const lengths = (dayMs: number, count: number) => {
      const found: number[] = []
      for (let beginMs = dayMs; found.length < count; beginMs = grid.next(beginMs)) {
        found.push((grid.next(beginMs) - beginMs) / 3_600_000)
      }
      return found
    }
    expect(lengths(Date.parse('2026-03-08T05:00Z'), 7)).toEqual([4, 4, 4, 4, 4, 3, 4])
    expect(lengths(Date.parse('2026-11-01T04:00Z'), 8)).toEqual([4, 4, 4, 4, 4, 4, 1, 4])
  })

  test('that were not read are not guessed', () => {
    const grid = zoneGrid([0, 10, 20], null)
    expect(ceil(grid, 20)).toBe(20)
    expect(ceil(grid, 11)).toBe(20)
    expect(() => grid.begin(21)).toThrow(RangeError)
    expect(() => grid.begin(-1)).toThrow(RangeError)
    expect(() => grid.next(20)).toThrow(RangeError)
  })
})
