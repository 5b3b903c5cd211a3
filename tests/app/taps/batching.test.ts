import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { batching, WAITING_TAPS_MAX } from '../../../src/app/usecases/taps/batching.ts'
import { ServiceError, StoreUnavailable } from '../../../src/domain/errors.ts'
import type { BatchFate, TapBatch } from '../../../src/ports/tap-store.ts'
import { fakeClock, settle } from '../../support/fake-clock.ts'

const batch = (name: string, size = 1): TapBatch => ({
  teamId: 1,
  taps: Array.from({ length: size }, (_, i) => ({ id: `${name} ${i}`, tag: '1', count: 1, atMs: null })),
  retry: null,
})
const accepted = ({ taps }: TapBatch): BatchFate => ({ fates: taps.map(() => 'accepted'), isReplay: false })
const codeOf = (error: unknown) => (error instanceof ServiceError ? error.code : String(error))

/** A store whose transactions end when the test says so. */
function slowStore() {
  const groups: { batches: readonly TapBatch[]; end: PromiseWithResolvers<readonly BatchFate[]> }[] = []
  return {
    groups,
    names: () => groups.map(({ batches }) => batches.map(({ taps }) => taps[0]?.id.split(' ')[0])),
    record(batches: readonly TapBatch[]) {
      const end = Promise.withResolvers<readonly BatchFate[]>()
      groups.push({ batches, end })
      return end.promise
    },
    commit: (index: number) => groups[index]?.end.resolve(groups[index].batches.map(accepted)),
  }
}

describe('requests that come together', () => {
  test('are written together, and one transaction is under way at a time', async () => {
    const clock = fakeClock()
    const store = slowStore()
    const { record } = batching({ store, clock })
    const first = [record(batch('a')), record(batch('b'))]
    expect(store.groups).toHaveLength(0)
    await clock.advance(4)
    expect(store.names()).toEqual([['a', 'b']])
    const later = [record(batch('c')), record(batch('d'))]
    await clock.advance(100)
    expect(store.groups).toHaveLength(1)
    store.commit(0)
    await Promise.all(first)
    await settle()
    expect(store.names()).toEqual([
      ['a', 'b'],
      ['c', 'd'],
    ])
    store.commit(1)
    expect(await Promise.all(later)).toHaveLength(2)
  })

  test('go at once when they are a thousand taps, and are never many more', async () => {
    const store = slowStore()
    const { record } = batching({ store, clock: fakeClock() })
    const all = Promise.all([record(batch('a', 600)), record(batch('b', 600)), record(batch('c', 1000))])
    for (let i = 0; i < 3; i += 1) {
      await settle()
      store.commit(i)
    }
    await all
    expect(store.names()).toEqual([['a'], ['b'], ['c']])
  })

  test('are answered only when they are committed', async () => {
    const clock = fakeClock()
    const store = slowStore()
    let answered = false
    const answer = batching({ store, clock })
      .record(batch('a'))
      .then(() => {
        answered = true
      })
    await clock.advance(1000)
    expect(answered).toBe(false)
    store.commit(0)
    await answer
    expect(answered).toBe(true)
  })

  test('do not share the failure of one', async () => {
    const clock = fakeClock()
    const record = async (batches: readonly TapBatch[]) => {
      if (batches.some(({ taps }) => taps[0]?.id.startsWith('bad'))) throw new RangeError('a bad batch')
      return batches.map(accepted)
    }
    const writing = batching({ store: { record }, clock })
    const answers = Promise.allSettled(['a', 'bad', 'c'].map((name) => writing.record(batch(name))))
    await clock.advance(10)
    expect((await answers).map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled'])
  })
})

describe('a store that is away', () => {
  test('is told to all at once, without trying each apart', async () => {
    const clock = fakeClock()
    let asked = 0
    const record = () => {
      asked += 1
      return Promise.reject(new StoreUnavailable('gone'))
    }
    const writing = batching({ store: { record }, clock })
    const answers = Promise.allSettled(['a', 'b', 'c'].map((name) => writing.record(batch(name))))
    await clock.advance(4)
    const codes = (await answers).map((answer) => answer.status === 'rejected' && codeOf(answer.reason))
    expect(codes).toEqual(['taps_unavailable', 'taps_unavailable', 'taps_unavailable'])
    expect(asked).toBe(1)
    expect(writing.waiting()).toBe(0)
  })

  test('that says nothing is told within two seconds, and what has not been handed over never is', async () => {
    const clock = fakeClock()
    const store = slowStore()
    const writing = batching({ store, clock })
    const answers = Promise.allSettled([writing.record(batch('a'))])
    await clock.advance(500)
    const later = Promise.allSettled([writing.record(batch('b'))])
    await clock.advance(1400)
    expect((await answers)[0]).toMatchObject({ reason: { code: 'taps_unavailable' } })
    await clock.advance(500)
    expect((await later)[0]).toMatchObject({ reason: { code: 'taps_unavailable' } })
    expect(writing.waiting()).toBe(0)
    store.commit(0)
    const last = writing.record(batch('c'))
    await clock.advance(4)
    store.commit(1)
    await last
    expect(store.names()).toEqual([['a'], ['c']])
  })

  test('is waited for by ten thousand taps and no more', async () => {
    const clock = fakeClock()
    const store = slowStore()
    const writing = batching({ store, clock })
    const answers = [writing.record(batch('first'))]
    await clock.advance(4)
    for (let taps = 0; taps < WAITING_TAPS_MAX; taps += 1000) answers.push(writing.record(batch('more', 1000)))
    expect(writing.waiting()).toBe(WAITING_TAPS_MAX)
    await expect(writing.record(batch('full'))).rejects.toMatchObject({ code: 'taps_busy' })
    for (let i = 0; i < 11; i += 1) {
      store.commit(i)
      await settle()
    }
    await Promise.all(answers)
    expect(writing.waiting()).toBe(0)
  })
})

describe('an end', () => {
  test('writes what waits, and takes nothing more', async () => {
    const store = slowStore()
    const writing = batching({ store, clock: fakeClock() })
    const answer = writing.record(batch('a'))
    const stopped = writing.stop()
    await expect(writing.record(batch('b'))).rejects.toMatchObject({ code: 'shutting_down' })
    store.commit(0)
    await Promise.all([answer, stopped])
    expect(store.names()).toEqual([['a']])
  })

  test('waits no longer than anyone does for an answer', async () => {
    const clock = fakeClock()
    const writing = batching({ store: slowStore(), clock })
    const answer = Promise.allSettled([writing.record(batch('a'))])
    const stopped = writing.stop()
    await clock.advance(2000)
    await Promise.all([answer, stopped])
  })
})

test('whatever comes when and fails how, each request gets one answer, and none is both written and refused as busy', async () => {
  const step = fc.oneof(
    fc.record({ kind: fc.constant('send' as const), size: fc.integer({ min: 1, max: 1000 }) }),
    fc.record({ kind: fc.constant('wait' as const), ms: fc.integer({ min: 0, max: 2500 }) }),
    fc.record({ kind: fc.constantFrom('commit' as const, 'fail' as const, 'refuse' as const) }),
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 60 }), async (steps) => {
      const clock = fakeClock()
      const store = slowStore()
      const writing = batching({ store, clock })
      const answers: Promise<unknown>[] = []
      const sent: TapBatch[] = []
      let ended = 0
      for (const [i, one] of steps.entries()) {
        if (one.kind === 'send') {
          const next = batch(`${i}`, one.size)
          sent.push(next)
          answers.push(writing.record(next).then(() => 'written', codeOf))
        } else if (one.kind === 'wait') await clock.advance(one.ms)
        else {
          const end = store.groups[ended]?.end
          if (end !== undefined) ended += 1
          if (one.kind === 'commit') store.commit(ended - 1)
          if (one.kind === 'fail') end?.reject(new StoreUnavailable('gone'))
          if (one.kind === 'refuse') end?.reject(new RangeError('refused'))
          await settle()
        }
        expect(store.groups.length - ended).toBeLessThanOrEqual(1)
        expect(writing.waiting()).toBeLessThanOrEqual(WAITING_TAPS_MAX)
      }
      await clock.advance(5000)
      const outcomes = await Promise.all(answers)
      const written = new Set(store.groups.flatMap(({ batches }) => batches))
      for (const [i, outcome] of outcomes.entries()) {
        const wasHanded = written.has(sent[i] ?? batch('none'))
        if (outcome === 'written') expect(wasHanded).toBe(true)
        if (outcome === 'taps_busy') expect(wasHanded).toBe(false)
      }
      expect(writing.waiting()).toBe(0)
    }),
  )
})
