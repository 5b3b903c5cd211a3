import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readCalls, recentCalls, writeCalls } from '../../../src/app/usecases/tokens/recent-calls.ts'
import { fakeClock } from '../../support/fake-clock.ts'

const HOUR_MS = 3_600_000

function bench() {
  const clock = fakeClock()
  return { clock, calls: recentCalls(clock) }
}

test('a call is known for a minute', async () => {
  const { clock, calls } = bench()
  calls.note()
  await clock.advance(59_999)
  expect(calls.stamps()).toHaveLength(1)
  await clock.advance(1)
  expect(calls.stamps()).toEqual([])
})

test('calls of one millisecond are as many as were made', () => {
  const { calls } = bench()
  for (let n = 0; n < 100; n++) calls.note()
  expect(new Set(calls.stamps()).size).toBe(100)
})

test('one that was not made after all does not count', () => {
  const { calls } = bench()
  calls.note()
  calls.drop(calls.note())
  expect(calls.stamps()).toHaveLength(1)
})

test('what is told again and again, to those who made it too, counts once', async () => {
  const one = bench()
  const other = recentCalls(one.clock)
  for (let n = 0; n < 10; n++) {
    one.calls.note()
    await one.clock.advance(1_000)
    other.hear(one.calls.stamps())
    other.note()
    one.calls.hear(other.stamps())
  }
  expect(one.calls.stamps()).toHaveLength(20)
  expect(other.stamps()).toHaveLength(20)
})

test('a call that is told counts for the rest of its minute, and not at all when that is over', async () => {
  const { clock, calls } = bench()
  calls.hear([clock.nowMs() - 59_000, clock.nowMs() - 60_000, clock.nowMs() - HOUR_MS])
  expect(calls.stamps()).toHaveLength(1)
  await clock.advance(1_000)
  expect(calls.stamps()).toEqual([])
})

describe.each([HOUR_MS, -HOUR_MS])('when the clock is set by %i ms', (stepMs) => {
  test('our calls count for a minute all the same, told ones from when they were told at the latest', async () => {
    const { clock, calls } = bench()
    calls.note()
    calls.hear([clock.nowMs() - 100])
    clock.stepWall(stepMs)
    calls.hear(calls.stamps())
    await clock.advance(59_000)
    expect(calls.stamps()).toHaveLength(2)
    await clock.advance(1_000)
    expect(calls.stamps()).toEqual([])
  })
})

test('a stamp of the future counts as one of now', async () => {
  const { clock, calls } = bench()
  calls.hear([clock.nowMs() + HOUR_MS])
  await clock.advance(59_999)
  expect(calls.stamps()).toHaveLength(1)
  await clock.advance(1)
  expect(calls.stamps()).toEqual([])
})

test('calls are read as they were written', () => {
  const told = fc.dictionary(fc.string(), fc.array(fc.nat()), { noNullPrototype: true })
  fc.assert(
    fc.property(told, (calls) => {
      expect(readCalls(writeCalls(calls))).toEqual(calls)
    }),
  )
})

test.each(['', 'garbage', 'null', '5', '[]', '"text"', '{"dexscreener":5}', '{"dexscreener":["1"]}', '{"a":[1e400]}'])(
  'what nobody of us wrote (%s) tells of no calls',
  (text) => expect(readCalls(text)).toEqual({}),
)
