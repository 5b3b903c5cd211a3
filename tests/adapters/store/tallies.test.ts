import fc from 'fast-check'
import { expect, test } from 'vitest'
import { placesOf, tallied } from '../../../src/adapters/store/taps/tallies.ts'

const MINUTE = 60_000
const QUARTER = 15 * MINUTE
const HOUR = 3_600_000
const DAY = 86_400_000
const WEEK = 7 * DAY

interface Tap {
  readonly ms: number
  readonly count: number
}

const stepsOf = (stepMs: number) =>
  fc.integer({ min: -WEEK / stepMs, max: WEEK / stepMs }).map((steps) => steps * stepMs)
const time = fc.oneof(fc.integer({ min: -WEEK, max: WEEK }), ...[MINUTE, QUARTER, HOUR, DAY].map(stepsOf))
const taps = fc.array(fc.record({ ms: time, count: fc.integer({ min: 1, max: 9 }), isMoved: fc.boolean() }), {
  maxLength: 60,
})
const bounds = fc.array(time, { minLength: 2, maxLength: 9 }).map((all) => all.sort((a, b) => a - b))

test('counts what a tap by tap count finds, wherever each tap stands', () => {
  fc.assert(
    fc.property(taps, bounds, (all, asked) => {
      const naive = asked.slice(1).map((toMs, at) => {
        const fromMs = asked[at] ?? 0
        return sum(all.filter(({ ms }) => ms >= fromMs && ms < toMs))
      })
      expect(tallied(asked, found(all, asked), placesOf(asked))).toEqual(naive)
    }),
    { numRuns: 500 },
  )
})

test('needs nothing more at midnight, quarters of a day for quarters of an hour, an hour for a minute', () => {
  expect(placesOf([0, DAY])).toEqual({ quarters: [], hours: [], edges: [] })
  expect(placesOf([-HOUR, DAY + HOUR, 3 * DAY - HOUR])).toEqual({ quarters: [92, 4], hours: [], edges: [] })
  expect(placesOf([-QUARTER, HOUR + 3 * QUARTER])).toEqual({ quarters: [95, 7], hours: [], edges: [] })
  expect(placesOf([-MINUTE, HOUR + MINUTE])).toEqual({ quarters: [92, 4], hours: [-1, 1], edges: [] })
  expect(placesOf([1, 2, MINUTE + 1])).toEqual({ quarters: [], hours: [0], edges: [1, 2, MINUTE + 1] })
})

test('is nothing without boundaries and without taps', () => {
  const nothing = { days: null, hours: null, tail: '', edges: null }
  expect(tallied([], nothing, placesOf([]))).toEqual([])
  expect(tallied([5], nothing, placesOf([5]))).toEqual([])
  expect(tallied([5, 6, 7], nothing, placesOf([5, 6, 7]))).toEqual([0, 0])
})

/** The texts of the statement, made from taps one by one. */
function found(all: readonly (Tap & { readonly isMoved: boolean })[], asked: readonly number[]) {
  const { quarters, hours, edges } = placesOf(asked)
  const firstDay = Math.floor((asked[0] ?? 0) / DAY)
  const moved = all.filter(({ isMoved, ms }) => isMoved && Math.floor(ms / DAY) >= firstDay)
  const ofMinutes = (part: readonly Tap[], fromMs: number) =>
    Array.from({ length: 60 }, (_, n) => sum(part.filter(({ ms }) => Math.floor((ms - fromMs) / MINUTE) === n)))
  return {
    days: textOf(moved, DAY, (part, fromMs) => [
      sum(part),
      ...quarters.map((quarter) => sum(part.filter(({ ms }) => ms < fromMs + quarter * QUARTER))),
    ]),
    hours: textOf(
      moved.filter(({ ms }) => hours.includes(Math.floor(ms / HOUR))),
      HOUR,
      ofMinutes,
    ),
    tail: textOf(
      all.filter(({ isMoved }) => !isMoved),
      MINUTE,
      (part) => [sum(part)],
      MINUTE,
    ),
    edges: edges.map((edge) => sum(all.filter(({ ms }) => ms < edge && ms >= edge - posMod(edge, MINUTE)))).join(','),
  }
}

/** Step by step, ascending, each with its number. @param unitMs in which the number is told; by default the steps themselves */
function textOf(
  all: readonly Tap[],
  stepMs: number,
  row: (part: readonly Tap[], fromMs: number) => readonly number[],
  unitMs = 1,
): string | null {
  const steps = [...Map.groupBy(all, ({ ms }) => Math.floor(ms / stepMs))].sort(([a], [b]) => a - b)
  return steps.length === 0 ? null : steps.map(([step, part]) => [step * unitMs, ...row(part, step * stepMs)]).join(',')
}

function posMod(value: number, by: number): number {
  return ((value % by) + by) % by
}

function sum(part: readonly Tap[]): number {
  return part.reduce((total, { count }) => total + count, 0)
}
