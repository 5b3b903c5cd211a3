import { expect, test } from 'vitest'
import { type MemoryLimiterOptions, memoryLimiter } from '../../../src/adapters/limits/memory.ts'
import { type FakeClock, fakeClock, settle } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryQuotaKeeper } from '../../support/memory-quota-keeper.ts'

const HOUR_MS = 3_600_000
const log = memoryLog()

function limiterOf(clock: FakeClock, more: Partial<MemoryLimiterOptions> = {}) {
  return memoryLimiter({ limit: 3, windowMs: HOUR_MS, clock, log, ...more })
}

test.each([-HOUR_MS, HOUR_MS, 25 * HOUR_MS])(
  'a wall clock that is stepped by %i ms changes nothing',
  async (stepMs) => {
    const clock = fakeClock()
    const limiter = limiterOf(clock)
    for (let n = 0; n < 3; n++) await limiter.take('a')
    clock.stepWall(stepMs)
    expect(await limiter.take('a')).toEqual({ slot: null, left: 0, moreInMs: HOUR_MS })
    await clock.advance(HOUR_MS)
    expect(await limiter.take('a')).toMatchObject({ left: 2 })
  },
)

test('waiting exactly as long as it says is enough, whatever fractions of a millisecond there are', async () => {
  for (let n = 0; n < 500; n++) {
    const clock = fakeClock()
    const limiter = limiterOf(clock, { limit: 1 })
    await clock.advance(1e6 / (n + 3))
    await limiter.take('a')
    await clock.advance(1 / (n + 7))
    const { slot, moreInMs } = await limiter.take('a')
    expect(slot).toBeNull()
    await clock.advance(moreInMs)
    expect((await limiter.take('a')).slot).not.toBeNull()
  }
})

test('of too many keys the one used least recently is forgotten, those that are over first', async () => {
  const clock = fakeClock()
  const limiter = limiterOf(clock, { keysMax: 3 })
  await limiter.take('over')
  await clock.advance(HOUR_MS)
  for (const key of ['a', 'b', 'c']) await limiter.take(key)
  for (const key of ['a', 'b', 'c']) expect(await limiter.look(key)).toMatchObject({ left: 2 })
  await limiter.take('a')
  await limiter.take('d')
  expect(await limiter.look('b')).toEqual({ left: 3, moreInMs: 0 })
  for (const key of ['c', 'd']) expect(await limiter.look(key)).toMatchObject({ left: 2 })
  expect(await limiter.look('a')).toMatchObject({ left: 1 })
})

test('a restart is no fresh start: what was taken is over when it would have been', async () => {
  const keeper = memoryQuotaKeeper()
  const before = fakeClock()
  const limiter = limiterOf(before, { keeper })
  await limiter.take('a')
  await before.advance(600_000)
  await limiter.take('a')
  await limiter.take('b')
  await limiter.close()
  // Another process, twenty minutes later, whose clock for durations begins anew.
  const after = fakeClock(before.nowMs() + 1_200_000)
  const next = limiterOf(after, { keeper })
  expect(await next.look('b')).toMatchObject({ left: 2 })
  expect(await next.take('a')).toEqual({ slot: expect.any(String), left: 0, moreInMs: HOUR_MS - 1_800_000 })
  expect((await next.take('a')).slot).toBeNull()
  await after.advance(HOUR_MS - 1_800_000)
  expect((await next.take('a')).slot).not.toBeNull()
  await next.close()
})

test('what was taken is kept every five seconds, and what was given back is not', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  const limiter = limiterOf(clock, { keeper })
  await settle()
  const { slot } = await limiter.take('a')
  await limiter.take('a')
  await clock.advance(5_000)
  expect(keeper.kept.get('a')?.takenAtMs).toEqual([clock.nowMs() - 5_000, clock.nowMs() - 5_000])
  await limiter.giveBack('a', slot ?? '')
  await clock.advance(5_000)
  expect(keeper.kept.get('a')?.takenAtMs).toHaveLength(1)
  await clock.advance(HOUR_MS)
  await limiter.look('a')
  await limiter.close()
})

test('a wall clock that was put back between two runs holds what was taken for no longer than a window', async () => {
  const keeper = memoryQuotaKeeper()
  const first = fakeClock()
  await limiterOf(first, { keeper, limit: 1 }).take('a')
  await first.advance(5_000)
  const earlier = fakeClock(first.nowMs() - 10 * HOUR_MS)
  const limiter = limiterOf(earlier, { keeper, limit: 1 })
  expect(await limiter.take('a')).toEqual({ slot: null, left: 0, moreInMs: HOUR_MS })
})

test('a keeper that is away stops nothing: what it knows counts once it answers, and is not overwritten before', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  keeper.kept.set('a', { key: 'a', takenAtMs: [clock.nowMs() - 1000, clock.nowMs() - 500] })
  keeper.fails = 'to load'
  const limiter = limiterOf(clock, { keeper })
  // Without any wait.
  expect((await limiter.take('a')).slot).not.toBeNull()
  await clock.advance(22_000)
  expect(keeper.kept.get('a')?.takenAtMs).toHaveLength(2)
  keeper.fails = 'never'
  await clock.advance(1_000)
  expect(await limiter.look('a')).toMatchObject({ left: 0, moreInMs: HOUR_MS - 24_000 })
  await clock.advance(5_000)
  expect(keeper.kept.get('a')?.takenAtMs).toHaveLength(3)
})

test('a process that ends before it knew what was kept leaves it as it is', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  keeper.kept.set('a', { key: 'a', takenAtMs: [clock.nowMs() - 1000] })
  keeper.fails = 'to load'
  const limiter = limiterOf(clock, { keeper })
  await limiter.take('a')
  await clock.advance(2_000)
  await limiter.close()
  expect(keeper.kept.get('a')?.takenAtMs).toEqual([clock.nowMs() - 3000])
  keeper.fails = 'never'
  await clock.advance(60_000)
  expect(await limiter.look('a')).toMatchObject({ left: 2 })
})

test('a keeper that does not answer is waited for no longer than two seconds, and only after the start', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  keeper.answer = new Promise(() => {})
  const limiter = limiterOf(clock, { keeper })
  const taking = limiter.take('a')
  await clock.advance(2_000)
  expect((await taking).slot).not.toBeNull()
  expect((await limiter.take('a')).slot).not.toBeNull()
})

test('what is over by the start is not kept for ever', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  keeper.kept.set('gone', { key: 'gone', takenAtMs: [clock.nowMs() - HOUR_MS] })
  keeper.kept.set('here', { key: 'here', takenAtMs: [clock.nowMs() - HOUR_MS + 9_000] })
  limiterOf(clock, { keeper })
  await settle()
  await clock.advance(5_000)
  expect([...keeper.kept.keys()]).toEqual(['here'])
})

test('whoever closes waits for the save that is under way', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  const limiter = limiterOf(clock, { keeper })
  await settle()
  await limiter.take('a')
  const slow = Promise.withResolvers<void>()
  keeper.answer = slow.promise
  await clock.advance(5_000)
  let isClosed = false
  const closing = limiter.close().then(() => {
    isClosed = true
  })
  await settle()
  expect(isClosed).toBe(false)
  slow.resolve()
  await closing
  expect(keeper.kept.get('a')?.takenAtMs).toHaveLength(1)
})

test('whoever asks at once waits for what was kept', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  const slow = Promise.withResolvers<void>()
  keeper.answer = slow.promise
  keeper.kept.set('a', { key: 'a', takenAtMs: [1, 2, 3].map((ms) => clock.nowMs() - ms) })
  const limiter = limiterOf(clock, { keeper })
  const taking = limiter.take('a')
  await clock.advance(500)
  slow.resolve()
  expect((await taking).slot).toBeNull()
})

test('a save that fails is tried again with all of it', async () => {
  const keeper = memoryQuotaKeeper()
  const clock = fakeClock()
  const limiter = limiterOf(clock, { keeper })
  await limiter.take('a')
  keeper.fails = 'to save'
  await clock.advance(5_000)
  await limiter.take('b')
  keeper.fails = 'never'
  await clock.advance(5_000)
  expect([...keeper.kept.keys()]).toEqual(['a', 'b'])
})
