import { expect, test } from 'vitest'
import { observationStore } from '../../../src/app/usecases/tokens/observations.ts'
import type { Observation } from '../../../src/domain/tokens/observation.ts'
import { ID, observation } from '../../domain/tokens/merge-support.ts'
import { fakeClock } from '../../support/fake-clock.ts'

const KEEP_MS = 900_000

function opened() {
  const clock = fakeClock()
  const store = observationStore(clock, KEEP_MS)
  const said = (ageMs: number, more: Partial<Observation> = {}) =>
    observation({ observedAtMs: clock.nowMs() - ageMs, ...more })
  const prices = () => store.of(ID).map(({ priceUsd }) => priceUsd)
  return { clock, store, said, prices }
}

test('of each source and pool the newest statement stands, whatever the order they come in', () => {
  const { store, said, prices } = opened()
  store.add([said(10, { priceUsd: 2 }), said(20, { priceUsd: 1 }), said(30, { priceUsd: 3, pool: 'PoolA' })])
  store.add([said(10, { priceUsd: 4 }), said(5, { priceUsd: 5, source: 'jupiter' })])
  expect(prices()).toEqual([2, 3, 5])
})

test('a statement that says nothing newer is no news', () => {
  const { store, said } = opened()
  store.add([said(10)])
  expect(store.takeChanged()).toEqual(new Set([ID]))
  store.add([said(10), said(20)])
  expect(store.takeChanged()).toEqual(new Set())
})

test('what is too old to be kept is not taken, and goes when something newer comes', async () => {
  const { clock, store, said, prices } = opened()
  store.add([said(KEEP_MS + 1)])
  expect(store.has(ID)).toBe(false)
  store.add([said(0, { priceUsd: 1 })])
  await clock.advance(KEEP_MS + 1)
  expect(store.newestMs('dexscreener', ID)).toBeNull()
  store.add([said(0, { priceUsd: 2, pool: 'PoolA' })])
  expect(prices()).toEqual([2])
})

test('a stamp that lies ahead of the clock is not taken; a moment ahead is forgiven', () => {
  const { store, said, prices } = opened()
  store.add([said(-5001, { priceUsd: 1 }), said(-5000, { priceUsd: 2, pool: 'PoolA' })])
  expect(prices()).toEqual([2])
})

test('after the clock was set back, what was said before makes room for what is said now', () => {
  const { clock, store, said, prices } = opened()
  store.add([said(0, { priceUsd: 1 }), said(0, { priceUsd: 2, pool: 'PoolA' })])
  clock.stepWall(-60_000)
  store.add([said(0, { priceUsd: 3 })])
  expect(prices()).toEqual([3, 2])
  store.dropAhead()
  expect(prices()).toEqual([3])
})

test('the newest statement of a source is told, not that of another', () => {
  const { clock, store, said } = opened()
  store.add([said(10), said(5, { pool: 'PoolA' }), said(1, { source: 'jupiter' })])
  expect(store.newestMs('dexscreener', ID)).toBe(clock.nowMs() - 5)
  expect(store.newestMs('geckoterminal', ID)).toBeNull()
  expect(store.newestMs('dexscreener', 'solana:unknown')).toBeNull()
})
