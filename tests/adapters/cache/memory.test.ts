import { expect, test } from 'vitest'
import { memoryCache } from '../../../src/adapters/cache/memory.ts'
import { fakeClock } from '../../support/fake-clock.ts'

const at = (stampMs: number, text = 'x') => ({ text, stampMs })

test('lives exactly as long as it was told, also from the first millisecond of a clock', async () => {
  const clock = fakeClock()
  const cache = memoryCache({ clock, maxEntries: 10 })
  await cache.put('k', at(1), 1000)
  await clock.advance(999)
  expect((await cache.look('k'))?.lifeMs).toBe(1)
  await clock.advance(1)
  expect(await cache.get('k')).toBeNull()
})

test('a wall clock that jumps ends nothing and keeps nothing', async () => {
  const clock = fakeClock()
  const cache = memoryCache({ clock, maxEntries: 10 })
  await cache.put('k', at(1), 1000)
  clock.stepWall(3_600_000)
  expect(await cache.get('k')).not.toBeNull()
  clock.stepWall(-7_200_000)
  await clock.advance(1000)
  expect(await cache.get('k')).toBeNull()
})

test('makes room by dropping what was used least recently', async () => {
  const cache = memoryCache({ clock: fakeClock(), maxEntries: 2 })
  await cache.put('a', at(1), 1000)
  await cache.put('b', at(1), 1000)
  await cache.get('a')
  await cache.put('c', at(1), 1000)
  expect(await cache.get('a')).not.toBeNull()
  expect(await cache.get('b')).toBeNull()
  expect(await cache.get('c')).not.toBeNull()
})

test('counts characters too, and does not keep a text that is longer than all it may hold', async () => {
  const cache = memoryCache({ clock: fakeClock(), maxEntries: 100, maxChars: 100 })
  for (const key of ['a', 'b', 'c']) await cache.put(key, at(1, 'x'.repeat(40)), 1000)
  expect(await cache.get('a')).toBeNull()
  expect(await cache.get('c')).not.toBeNull()
  await cache.put('d', at(1, 'x'.repeat(101)), 1000)
  expect(await cache.get('d')).toBeNull()
})

test('what a caller does to its object afterwards does not reach the entry', async () => {
  const cache = memoryCache({ clock: fakeClock(), maxEntries: 2 })
  const entry = { text: 'before', stampMs: 1 }
  await cache.put('k', entry, 1000)
  entry.text = 'after'
  expect((await cache.get('k'))?.text).toBe('before')
})
