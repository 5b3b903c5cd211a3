import { describe, expect, test } from 'vitest'
import { teamTaps } from '../../../src/app/usecases/taps/taps.ts'
import { KEPT_VISITS_MAX } from '../../../src/app/usecases/taps/visiting.ts'
import { fakeClock, settle } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'
import { emptyPrices } from '../../support/prices.ts'

const tag = { uid: '1', teamId: 1, name: null, tokenId: null, targetUrl: 'https://example.com/', createdAtMs: 0 }

async function service() {
  const clock = fakeClock()
  const memory = memoryTapStore()
  await memory.addTag(tag)
  const parts = { holding: null as PromiseWithResolvers<void> | null }
  const store = {
    ...memory,
    tag: (uid: string) => memory.tag(uid),
    async record(...asked: Parameters<typeof memory.record>) {
      await parts.holding?.promise
      return memory.record(...asked)
    },
  }
  const log = memoryLog()
  let events = 0
  const taps = teamTaps({
    store,
    prices: emptyPrices(clock),
    clock,
    log,
    newEventId: () => `event ${++events}`,
    randomUid: () => '9',
    readTokenId: () => null,
    digest: (text) => text,
  })
  const visit = async () => {
    const visited = taps.service.visit('1').catch((error: unknown) => error)
    await clock.advance(10)
    return visited
  }
  const total = async () => (await memory.counts(1, [0, clock.nowMs() + 1]))[0]
  return { clock, memory, log, taps, visit, total, parts }
}

describe('a visit', () => {
  test('is counted before it is answered, when that is quick', async () => {
    const { visit, total } = await service()
    expect(await visit()).toEqual(tag)
    expect(await total()).toBe(1)
  })

  test('does not wait for a store that is slow, and is counted once all the same', async () => {
    const { clock, taps, total, parts } = await service()
    parts.holding = Promise.withResolvers()
    const visited = taps.service.visit('1')
    await clock.advance(310)
    expect(await visited).toEqual(tag)
    // The first attempt is given up; it is written after all, and so is the second one, which is the same tap.
    await clock.advance(5000)
    parts.holding.resolve()
    parts.holding = null
    await clock.advance(5000)
    expect(await total()).toBe(1)
    expect(taps.figures()).toEqual({ waiting: 0, keptVisits: 0, lostVisits: 0 })
  })

  test('does not wait for a store that does not say who the tag is, when that was known before', async () => {
    const { clock, memory, taps, visit } = await service()
    await visit()
    await clock.advance(60_000)
    memory.tag = () => new Promise(() => {})
    const visited = taps.service.visit('1')
    await clock.advance(400)
    expect(await visited).toEqual(tag)
  })

  test('is kept while the store is away, with the time at which it was made', async () => {
    const { clock, memory, visit, taps } = await service()
    await visit()
    const [firstMs] = [clock.nowMs()]
    memory.fail('gone')
    await visit()
    await clock.advance(30_000)
    memory.fail(null)
    await clock.advance(2000)
    expect(taps.figures().keptVisits).toBe(0)
    expect((await memory.extent(1))?.lastMs).toBeLessThan(firstMs + 100)
    expect(await memory.counts(1, [0, firstMs + 100])).toEqual([2])
  })

  test('is not lost silently when too many wait', async () => {
    const { clock, memory, taps, visit, log } = await service()
    await visit()
    memory.fail('gone')
    for (let i = 0; i < KEPT_VISITS_MAX + 3; i += 500) {
      const visits = Array.from({ length: Math.min(500, KEPT_VISITS_MAX + 3 - i) }, () => taps.service.visit('1'))
      // Less than a second in all: nothing is tried again in between.
      await clock.advance(5)
      await Promise.all(visits)
    }
    expect(taps.figures()).toMatchObject({ keptVisits: KEPT_VISITS_MAX, lostVisits: 3 })
    expect(log.lines.filter(({ level }) => level === 'warn')).not.toHaveLength(0)
  })

  test('that waits is written at the end of the service, or told to be lost', async () => {
    const saved = await service()
    await saved.visit()
    saved.memory.fail('gone')
    await saved.visit()
    saved.memory.fail(null)
    const stopped = saved.taps.stop()
    await saved.clock.advance(10)
    await stopped
    expect(await saved.total()).toBe(2)

    const lost = await service()
    await lost.visit()
    lost.memory.fail('gone')
    await lost.visit()
    const ended = lost.taps.stop()
    await lost.clock.advance(10)
    await ended
    expect(lost.taps.figures()).toMatchObject({ keptVisits: 0, lostVisits: 1 })
  })

  test('of a tag that another instance has removed is refused within seconds', async () => {
    const { memory, visit, clock } = await service()
    await visit()
    await memory.removeTag(1, '1')
    expect(await visit()).toMatchObject({ code: 'tag_not_found' })
    await clock.advance(10_000)
    await settle()
    expect(await visit()).toMatchObject({ code: 'tag_not_found' })
  })
})
