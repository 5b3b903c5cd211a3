import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type TapDelta, tapCells, tapDelta } from '../../../src/domain/taps/live-diff.ts'
import { type TapRing, tapHead, tapStateAt, withTapState } from '../../../src/domain/taps/live-ring.ts'
import {
  firstTapState,
  nextTapState,
  TAP_ROWS_MAX,
  type TapCell,
  type TapState,
} from '../../../src/domain/taps/live-state.ts'
import { stretchesOf, windowStartOf } from '../../../src/domain/taps/live-window.ts'

const TAGS = ['7', '12', '9223372036854775807']
const cell = fc.record({
  bucketMs: fc.integer({ min: 0, max: 12 }).map((minute) => minute * 60_000),
  tag: fc.constantFrom(...TAGS),
  count: fc.integer({ min: 0, max: 4 }),
})
/** How far the window moves, and what was counted anew. */
const step = fc.record({ minutes: fc.integer({ min: 0, max: 2 }), cells: fc.array(cell, { maxLength: 6 }) })

/** What a client shows: rows by bucket and tag. */
type Shown = Map<string, number>
const nameOf = ({ bucketMs, tag }: Omit<TapCell, 'count'>) => `${bucketMs} ${tag}`
const shownOf = (state: TapState, tag: string | null): Shown =>
  new Map(tapCells(state, tag).map((one) => [nameOf(one), one.count]))

/** As docs/streams.md tells a client to. */
function applied(shown: Shown, delta: TapDelta | null): Shown {
  const after = new Map(shown)
  for (const gone of delta?.removes ?? []) if (!after.delete(nameOf(gone))) throw new Error('removes what is not there')
  for (const one of delta?.upserts ?? []) after.set(nameOf(one), one.count)
  return after
}

const sorted = (shown: Shown) => [...shown].sort(([a], [b]) => (a < b ? -1 : 1))

describe('states of live taps', () => {
  test('a delta leads exactly from any state to any later one, for the team and for a tag', () => {
    fc.assert(
      fc.property(
        fc.array(step, { maxLength: 12 }),
        fc.constantFrom(null, ...TAGS),
        fc.nat(),
        fc.nat(),
        (steps, tag, a, b) => {
          const states = history(steps)
          const [from, to] = [a % states.length, b % states.length].sort((x, y) => x - y).map((at) => states[at])
          if (from === undefined || to === undefined) return
          const delta = tapDelta(from, to, tag)
          expect(sorted(applied(shownOf(from, tag), delta))).toEqual(sorted(shownOf(to, tag)))
          // Nothing that the reader had: what is told is what is different.
          const isKnown = ({ count, ...at }: TapCell) => shownOf(from, tag).get(nameOf(at)) === count
          expect(delta?.upserts.filter(isKnown) ?? []).toEqual([])
        },
      ),
      { numRuns: 3000 },
    )
  })

  test('a state shows the newest count of every cell of its window, and no other cell of it', () => {
    fc.assert(
      fc.property(fc.array(step, { maxLength: 12 }), (steps) => {
        const newest = new Map<string, TapCell>()
        let windowStartMs = 0
        let state = firstTapState(0, [])
        for (const { minutes, cells } of steps) {
          windowStartMs += minutes * 60_000
          state = nextTapState(state, { windowStartMs, cells, oldestSeq: 0 })
          for (const one of cells) newest.set(nameOf(one), one)
          const inWindow = [...newest.values()].filter((one) => one.bucketMs >= windowStartMs && one.count > 0)
          const shown = tapCells(state, null).filter((one) => one.bucketMs >= windowStartMs)
          expect(new Set(shown.map((one) => `${nameOf(one)} ${one.count}`))).toEqual(
            new Set(inWindow.map((one) => `${nameOf(one)} ${one.count}`)),
          )
        }
      }),
      { numRuns: 2000 },
    )
  })

  test('a late tap is shown with its count until nobody can come back who has not heard of it', () => {
    const [old, now] = [0, 600_000]
    const first = firstTapState(now, [])
    const told = nextTapState(first, {
      windowStartMs: now,
      cells: [{ bucketMs: old, tag: '7', count: 9 }],
      oldestSeq: 1,
    })
    expect(tapDelta(first, told, '7')?.upserts).toEqual([{ bucketMs: old, tag: '7', count: 9 }])
    const kept = nextTapState(told, { windowStartMs: now + 60_000, cells: [], oldestSeq: 1 })
    expect(shownOf(kept, null).size).toBe(1)
    const gone = nextTapState(kept, { windowStartMs: now + 60_000, cells: [], oldestSeq: 2 })
    expect(tapDelta(kept, gone, null)?.removes).toEqual([{ bucketMs: old, tag: '7' }])
  })

  test('a state is the same object when nothing is new, and shares every bucket that is the same', () => {
    const cells = [0, 60_000].map((bucketMs) => ({ bucketMs, tag: '7', count: 1 }))
    const first = firstTapState(0, cells)
    expect(nextTapState(first, { windowStartMs: 0, cells, oldestSeq: 1 })).toBe(first)
    const next = nextTapState(first, { windowStartMs: 0, cells: [{ bucketMs: 0, tag: '7', count: 2 }], oldestSeq: 1 })
    expect(next.buckets.get(60_000)).toBe(first.buckets.get(60_000))
    expect(first.buckets.get(0)?.get('7')).toBe(1)
  })

  test('a window that holds too much begins later, and says so', () => {
    const bucket = (bucketMs: number) =>
      Array.from({ length: TAP_ROWS_MAX / 2 }, (_, tag) => ({ bucketMs, tag: String(tag + 1), count: 1 }))
    const state = firstTapState(0, [...bucket(0), ...bucket(60_000), ...bucket(120_000)])
    expect([state.windowStartMs, state.buckets.size]).toEqual([60_000, 2])
  })
})

describe('the ring of live taps', () => {
  test('knows its own positions, as far as it goes, and no others', () => {
    let ring: TapRing = { epoch: 'e', states: [firstTapState(0, [])] }
    for (let count = 1; count <= 600; count++) {
      const news = { windowStartMs: 0, cells: [{ bucketMs: 0, tag: '7', count }], oldestSeq: 0 }
      ring = withTapState(ring, nextTapState(tapHead(ring), news))
    }
    expect(tapHead(ring).seq).toBe(601)
    expect(tapStateAt(ring, { epoch: 'e', seq: 600 })?.buckets.get(0)?.get('7')).toBe(599)
    expect(tapStateAt(ring, { epoch: 'e', seq: 601 })).toBe(tapHead(ring))
    expect(tapStateAt(ring, { epoch: 'e', seq: 90 })?.seq).toBe(90)
    for (const [epoch, seq] of [
      ['f', 600],
      ['e', 602],
      ['e', 89],
      ['e', 0],
      ['e', 1],
    ] as const) {
      expect(tapStateAt(ring, { epoch, seq })).toBeNull()
    }
  })
})

describe('buckets of live taps', () => {
  test('the window is whole buckets of UTC, the one that is not over included', () => {
    const nowMs = Date.parse('2026-11-20T12:34:56.789Z')
    const startOf = (interval: 'minute' | 'hour' | 'day') => new Date(windowStartOf(interval, nowMs)).toISOString()
    expect(startOf('minute')).toBe('2026-11-20T11:35:00.000Z')
    expect(startOf('hour')).toBe('2026-11-18T13:00:00.000Z')
    expect(startOf('day')).toBe('2026-10-22T00:00:00.000Z')
  })

  test('neighbours are asked for together, others by themselves', () => {
    expect(stretchesOf('minute', [120_000, 60_000, 600_000])).toEqual([
      [60_000, 120_000, 180_000],
      [600_000, 660_000],
    ])
  })
})

function history(steps: readonly { minutes: number; cells: readonly TapCell[] }[]): TapState[] {
  const states = [firstTapState(0, [])]
  let windowStartMs = 0
  for (const { minutes, cells } of steps) {
    windowStartMs += minutes * 60_000
    const head = states.at(-1) as TapState
    // As a ring that holds three states has it.
    states.push(nextTapState(head, { windowStartMs, cells, oldestSeq: head.seq - 2 }))
  }
  return states
}
