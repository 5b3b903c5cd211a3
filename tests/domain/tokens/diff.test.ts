import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Delta, diff, looksSame, SHOWN_FIELDS } from '../../../src/domain/tokens/diff.ts'
import type { TokenId } from '../../../src/domain/tokens/identity.ts'
import { rank } from '../../../src/domain/tokens/rank.ts'
import type { TokenRow } from '../../../src/domain/tokens/row.ts'
import { anyOrder, anyRow, anyRows, IDS, row } from './rows.ts'

const RUNS = { numRuns: 5000 }
type Shown = Readonly<Record<string, unknown>>

/** What a reader holds of a row: the id and the shown fields, as they come out of JSON (which knows one zero). */
function shown(one: TokenRow): Shown {
  return overTheWire(Object.fromEntries([['id', one.id], ...SHOWN_FIELDS.map((field) => [field, one[field]])]))
}

function overTheWire<T>(value: T): T {
  return JSON.parse(JSON.stringify(value))
}

/** The rule that clients are told, and nothing else. */
function read(held: readonly Shown[], delta: Delta): readonly Shown[] {
  const { removes, upserts, order } = overTheWire(delta)
  const rows = new Map(held.map((one) => [one['id'], one]))
  for (const id of removes) rows.delete(id)
  for (const upsert of upserts) rows.set(upsert.id, { ...rows.get(upsert.id), ...upsert })
  return order === null ? [...rows.values()] : order.map((id) => rows.get(id) ?? {})
}

/** Two lists in which many rows are the same, equal, or changed a little. */
const anyPair = anyRows.chain((before) => {
  const later = fc.shuffledSubarray([...IDS]).chain((ids) =>
    fc.tuple(
      ...ids.map((id) => {
        const was = before.find((one) => one.id === id)
        if (was === undefined) return anyRow(id)
        const copy = fc.constant({ ...was, changePct: { ...was.changePct }, sources: [...was.sources] })
        return fc.oneof(
          fc.constant(was),
          copy,
          anyRow(id),
          anyRow(id).map(({ labels }) => ({ ...was, labels })),
        )
      }),
    ),
  )
  return fc.tuple(fc.constant(before), fc.oneof(later, fc.constant(before)))
})
const anyRanked = fc.tuple(anyPair, anyOrder, fc.nat(6)).map(([[before, after], view, limit]) => {
  return [rank(before, view).slice(0, limit), rank(after, view).slice(0, limit)] as const
})

test.each([
  ['any two lists', anyPair],
  ['the tops of two boards in one order', anyRanked],
])('a reader who applies the difference of %s holds exactly the later one', (_, pairs) => {
  fc.assert(
    fc.property(pairs, ([before, after]) => {
      const delta = diff(before, after)
      const held = before.map(shown)
      expect(delta === null ? held : read(held, delta)).toEqual(after.map(shown))
    }),
    RUNS,
  )
})

test('there is no difference exactly when a reader sees none', () => {
  fc.assert(
    fc.property(anyPair, ([before, after]) => {
      const same = JSON.stringify(before.map(shown)) === JSON.stringify(after.map(shown))
      expect(diff(before, after) === null).toBe(same)
    }),
    RUNS,
  )
})

test('a difference says nothing that the reader knows', () => {
  fc.assert(
    fc.property(anyPair, ([before, after]) => {
      const delta = diff(before, after)
      if (delta === null) return
      const held = before.map(shown)
      for (const { id, ...fields } of delta.upserts) {
        const was = held.find((one) => one['id'] === id)
        expect(Object.keys(fields)).not.toHaveLength(0)
        if (was === undefined) expect(Object.keys(fields)).toEqual([...SHOWN_FIELDS])
        else for (const [field, value] of Object.entries(fields)) expect(value).not.toEqual(was[field])
      }
      if (delta.order !== null) expect(read(held, { ...delta, order: null })).not.toEqual(after.map(shown))
    }),
    RUNS,
  )
})

describe('the order', () => {
  const [a = 'solana:x', b = 'solana:x', c = 'solana:x'] = IDS
  const list = (...ids: readonly TokenId[]) => ids.map((id) => row(id))

  test.each([
    ['a row joins at the end', list(a, b), list(a, b, c), null],
    ['a row leaves', list(a, b, c), list(a, c), null],
    ['a row joins at the top', list(a, b), list(c, a, b), [c, a, b]],
    ['two rows change places', list(a, b), list(b, a), [b, a]],
    ['everything goes', list(a, b), [], null],
  ])('is sent only when needed: %s', (_, before, after, order) => {
    expect(diff(before, after)?.order).toEqual(order)
  })
})

test('every field of a row but its id, its labels and its base of a week ago is shown', () => {
  expect([...SHOWN_FIELDS, 'id', 'labels', 'weekAgo'].sort()).toEqual(Object.keys(row(IDS[0] ?? 'solana:x')).sort())
})

test('two versions look the same when only the labels differ', () => {
  const [id = 'solana:x'] = IDS
  expect(looksSame(row(id), row(id, { labels: { text: 'fig', quotes: ['sol'] } }))).toBe(true)
  expect(looksSame(row(id), row(id, { poolCount: 1 }))).toBe(false)
})
