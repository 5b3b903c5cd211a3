import { describe, expect, test } from 'vitest'
import { tapAnalytics } from '../../../src/app/usecases/taps/analytics.ts'
import { keptCounts } from '../../../src/app/usecases/taps/kept-counts.ts'
import type { TapQuestion } from '../../../src/ports/taps.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

const counted = (cells: number) => ({
  grid: { range: { fromMs: 0, toMs: 1 }, edges: [] },
  counts: Array.from({ length: cells }, () => 1),
  byTag: null,
})

describe('counts that are kept', () => {
  test('are counted once for a version, and once more for the next', async () => {
    const { get } = keptCounts()
    let times = 0
    const count = async () => {
      times += 1
      return counted(1)
    }
    await Promise.all([get('q', '1', count), get('q', '1', count)])
    await get('q', '1', count)
    expect(times).toBe(1)
    await get('q', '2', count)
    await get('other', '2', count)
    expect(times).toBe(3)
  })

  test('are not kept when they failed', async () => {
    const { get } = keptCounts()
    await expect(get('q', '1', () => Promise.reject(new Error('away')))).rejects.toThrow('away')
    expect(await get('q', '1', async () => counted(3))).toEqual(counted(3))
  })

  test('are forgotten when there are too many numbers, the least recently asked first', async () => {
    const { get } = keptCounts()
    let times = 0
    const ask = (question: string) =>
      get(question, '1', async () => {
        times += 1
        return counted(300_000)
      })
    for (const question of ['a', 'b', 'c', 'a', 'd']) await ask(question)
    expect(times).toBe(4)
    await ask('a')
    expect(times).toBe(4)
    await ask('b')
    expect(times).toBe(5)
  })
})

test('a tap that comes while others are counted is in the next answer', async () => {
  const memory = memoryTapStore()
  await memory.addTag({ uid: '1', teamId: 1, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 })
  const tap = (id: string) => memory.importTaps([{ id, tag: '1', count: 1, atMs: 1000 }])
  let during: (() => Promise<unknown>) | null = null
  const store = {
    ...memory,
    async counts(...asked: Parameters<typeof memory.counts>) {
      const counts = await memory.counts(...asked)
      await during?.()
      return counts
    },
  }
  const { analytics } = tapAnalytics({ store, clock: fakeClock() })
  const day = { kind: 'day', dayMs: 0 } as const
  const question: TapQuestion = { from: day, to: day, interval: 'day', zone: 'UTC', tag: null, byTag: false }
  await tap('before')
  during = () => tap('meanwhile')
  expect((await analytics(1, question)).total).toBe(1)
  during = null
  expect((await analytics(1, question)).total).toBe(2)
})

test('what was counted for a team is nothing for another, whatever their versions', async () => {
  const store = memoryTapStore()
  for (const teamId of [1, 2]) {
    const tag = { uid: `${teamId}`, teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 }
    await store.addTag(tag)
    await store.importTaps([{ id: `a${teamId}`, tag: tag.uid, count: 1, atMs: (teamId - 1) * 86_400_000 }])
  }
  const { analytics } = tapAnalytics({ store, clock: fakeClock() })
  const day = { kind: 'day', dayMs: 0 } as const
  const question: TapQuestion = { from: day, to: day, interval: 'day', zone: 'UTC', tag: null, byTag: false }
  expect(await store.version(1)).toBe(await store.version(2))
  expect([(await analytics(1, question)).total, (await analytics(2, question)).total]).toEqual([1, 0])
})

test('counts of each tag are refused when they would be too many', async () => {
  const store = memoryTapStore()
  for (let uid = 1; uid <= 11; uid += 1) {
    await store.addTag({ uid: `${uid}`, teamId: 1, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 })
  }
  const { analytics } = tapAnalytics({ store, clock: fakeClock() })
  const question: TapQuestion = {
    from: { kind: 'instant', ms: 0 },
    to: { kind: 'instant', ms: 10_000 * 60_000 },
    interval: 'minute',
    zone: 'UTC',
    tag: null,
    byTag: true,
  }
  await expect(analytics(1, question)).rejects.toMatchObject({ flaws: [{ path: 'group_by', message: /110000/ }] })
  await expect(analytics(1, { ...question, tag: '1' })).resolves.toMatchObject({ total: 0 })
})
