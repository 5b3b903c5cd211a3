import fc from 'fast-check'
import { expect, test } from 'vitest'
import { cutsOf, tallied } from '../../../src/adapters/store/taps/tallies.ts'

const MINUTE = 60_000
const HOUR = 3_600_000
const DAY = 86_400_000
const WEEK = 7 * DAY

interface Tap {
  readonly ms: number
  readonly count: number
}

const time = fc.oneof(
  fc.integer({ min: -WEEK, max: WEEK }),
  fc.integer({ min: -WEEK / MINUTE, max: WEEK / MINUTE }).map((minutes) => minutes * MINUTE),
  fc.integer({ min: -WEEK / HOUR, max: WEEK / HOUR }).map((hours) => hours * HOUR),
  fc.integer({ min: -7, max: 7 }).map((days) => days * DAY),
)
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
      expect(tallied(asked, found(all, asked))).toEqual(naive)
    }),
    { numRuns: 500 },
  )
})

test('cuts nothing at midnight, a day at an hour, an hour at a minute', () => {
  expect(cutsOf([0, DAY])).toEqual({ days: [], hours: [], minutes: [] })
  expect(cutsOf([-HOUR, DAY + HOUR])).toEqual({ days: [-1, 1], hours: [], minutes: [] })
  expect(cutsOf([-MINUTE, HOUR + MINUTE])).toEqual({ days: [-1, 0], hours: [-1, 1], minutes: [] })
  expect(cutsOf([1, 2, MINUTE + 1])).toEqual({ days: [0], hours: [0], minutes: [0, 1] })
})

test('is nothing without boundaries and without taps', () => {
  const nothing = { days: null, hours: null, tail: '', edges: null }
  expect(tallied([], nothing)).toEqual([])
  expect(tallied([5], nothing)).toEqual([])
  expect(tallied([5, 6, 7], nothing)).toEqual([0, 0])
})

/** The texts of the statement, made from taps one by one. */
function found(all: readonly (Tap & { readonly isMoved: boolean })[], asked: readonly number[]) {
  const cuts = cutsOf(asked)
  const moved = all.filter(({ isMoved }) => isMoved)
  const days = textOf(moved, DAY, (day, part) =>
    cuts.days.includes(day) ? cells(part, day * DAY, HOUR, 24) : sum(part),
  )
  const hours = textOf(
    moved.filter(({ ms }) => cuts.hours.includes(Math.floor(ms / HOUR))),
    HOUR,
    (hour, part) => cells(part, hour * HOUR, MINUTE, 60),
  )
  const tail = textOf(
    all.filter(({ isMoved }) => !isMoved),
    MINUTE,
    (_, part) => sum(part),
  )
  const cut = all.filter(({ ms }) => cuts.minutes.includes(Math.floor(ms / MINUTE)))
  return { days, hours, tail, edges: textOf(cut, 1, (_, part) => sum(part)) }
}

function textOf(all: readonly Tap[], stepMs: number, text: (step: number, part: readonly Tap[]) => string | number) {
  const steps = Map.groupBy(all, ({ ms }) => Math.floor(ms / stepMs))
  return steps.size === 0 ? null : [...steps].map(([step, part]) => `${step}:${text(step, part)}`).join(';')
}

function cells(part: readonly Tap[], fromMs: number, stepMs: number, size: number): string {
  const of = (cell: number) => part.filter(({ ms }) => Math.floor((ms - fromMs) / stepMs) === cell)
  return Array.from({ length: size }, (_, cell) => sum(of(cell))).join(',')
}

function sum(part: readonly Tap[]): number {
  return part.reduce((total, { count }) => total + count, 0)
}
