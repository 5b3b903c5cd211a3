import { createHash } from 'node:crypto'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { batching } from '../../../src/app/usecases/taps/batching.ts'
import { tapRecording } from '../../../src/app/usecases/taps/recording.ts'
import { ServiceError } from '../../../src/domain/errors.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryTapStore } from '../../support/memory-tap-store.ts'

const digest = (text: string) => createHash('sha256').update(text).digest('hex')
const START_MS = Date.UTC(2026, 10, 20)
const HOUR_MS = 3_600_000

async function service() {
  const clock = fakeClock(START_MS)
  const store = memoryTapStore()
  for (const [teamId, uid] of [
    [1, '1'],
    [2, '2'],
  ] as const) {
    await store.addTag({ uid, teamId, name: null, tokenId: null, targetUrl: null, createdAtMs: 0 })
  }
  let record = tapRecording({ batching: batching({ store, clock }), clock, digest })
  const settled = async (request: Parameters<typeof record>[0]) => {
    const answer = record(request).then(
      (recorded) => JSON.stringify(recorded),
      (error) => (error instanceof ServiceError ? error.code : Promise.reject(error)),
    )
    await clock.advance(10)
    return answer
  }
  return {
    clock,
    store,
    settled,
    total: async (teamId: number) => (await store.counts(teamId, [0, START_MS * 2]))[0] ?? 0,
    crash() {
      record = tapRecording({ batching: batching({ store, clock }), clock, digest })
    },
  }
}

const at = (hours: number) => new Date(START_MS + hours * HOUR_MS).toISOString()

/** Bodies that overlap in ids, in tags of either team, and in what is too early at one time and not at another. */
const BODIES: readonly (readonly unknown[])[] = [
  [{ id: 'a', tag: '1', at: at(-1) }],
  [{ id: 'a', tag: '1', at: at(-1) }, { id: 'b', tag: '2', at: at(30) }, 7],
  [
    { id: 'c', tag: '1', at: at(26) },
    { id: 'd', tag: '1' },
    { id: 'e', tag: '2', at: at(25) },
    { id: 'f', tag: '2', at: at(26) },
  ],
  [{ id: 'g', tag: '1', at: at(40) }],
  [],
]

test('a key is answered alike for a day with the same body, refused with another, and is one of its team, whatever happens between', async () => {
  const request = fc.record({
    kind: fc.constant('send' as const),
    teamId: fc.constantFrom(1, 2),
    key: fc.constantFrom('x', 'y'),
    body: fc.nat(BODIES.length - 1),
  })
  const step = fc.oneof(
    { weight: 6, arbitrary: request },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('crash' as const) }) },
    { weight: 2, arbitrary: fc.record({ kind: fc.constant('wait' as const), hours: fc.integer({ min: 1, max: 10 }) }) },
  )
  await fc.assert(
    fc.asyncProperty(fc.array(step, { maxLength: 25 }), async (steps) => {
      const { clock, settled, total, crash } = await service()
      const given = new Map<string, { body: number; answer: string; atMs: number }>()
      for (const one of steps) {
        if (one.kind === 'crash') crash()
        else if (one.kind === 'wait') await clock.advance(one.hours * HOUR_MS)
        else {
          const name = `${one.teamId} ${one.key}`
          const before = given.get(name)
          const isKept = before !== undefined && clock.nowMs() - before.atMs < 24 * HOUR_MS - 60_000
          const isOver = before !== undefined && clock.nowMs() - before.atMs > 24 * HOUR_MS + 60_000
          const counted = await total(one.teamId)
          const answer = await settled({ teamId: one.teamId, taps: BODIES[one.body] ?? [], retryKey: one.key })
          if (isKept) {
            expect(answer).toBe(one.body === before.body ? before.answer : 'retry_key_reused')
            expect(await total(one.teamId)).toBe(counted)
          } else if (before === undefined || isOver) {
            expect(answer).toMatch(/^{/)
            given.set(name, { body: one.body, answer, atMs: clock.nowMs() })
          } else given.delete(name)
        }
      }
    }),
    { numRuns: 60 },
  )
})

test('a request whose taps are all refused keeps its key all the same', async () => {
  const { settled } = await service()
  const first = await settled({ teamId: 1, taps: [7], retryKey: 'k' })
  expect(await settled({ teamId: 1, taps: [7], retryKey: 'k' })).toBe(first)
  expect(await settled({ teamId: 1, taps: [8], retryKey: 'k' })).toBe('retry_key_reused')
})

test('a key is free again when its request has failed', async () => {
  const { settled, store } = await service()
  const request = { teamId: 1, taps: [{ id: 'a', tag: '1' }], retryKey: 'k' }
  store.fail('gone')
  expect(await settled(request)).toBe('taps_unavailable')
  store.fail(null)
  expect(JSON.parse(await settled(request))).toMatchObject({ accepted: 1 })
})
