import { expect, test } from 'vitest'
import { headersOf, Refusal } from '../../src/adapters/http/problem.ts'
import { type Quota, quota } from '../../src/adapters/http/quota.ts'
import { memoryLimiter } from '../../src/adapters/limits/memory.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { memoryLog } from '../support/log.ts'

function start(limit: number, windowMs = 3_600_000): { readonly clock: FakeClock; readonly spent: Quota } {
  const clock = fakeClock()
  return { clock, spent: quota(memoryLimiter({ limit, windowMs, clock, log: memoryLog() })) }
}

const answer = (status: number) => async () => new Response(null, { status })
const NAMES = ['ratelimit-policy', 'ratelimit', 'retry-after']
const told = ({ headers }: Response) => NAMES.map((name) => headers.get(name))
/** What a refused query is told. */
const refused = async (spent: Quota, key: string) => {
  const work = () => expect.unreachable('a refused query does no work')
  const error = await spent.spend(key, work).catch((thrown: unknown) => thrown)
  expect(error).toBeInstanceOf(Refusal)
  expect(error).toMatchObject({ code: 'quota_exceeded' })
  return NAMES.map((name) => headersOf(error)[name] ?? null)
}

test('an answer tells the policy, what is left and when there is more', async () => {
  const { clock, spent } = start(100)
  const first = await spent.spend('a', answer(200))
  expect(told(first)).toEqual(['"hour";q=100;w=3600', '"hour";r=99;t=3600', null])
  await clock.advance(1)
  const second = await spent.spend('a', answer(200))
  expect(told(second)).toEqual(['"hour";q=100;w=3600', '"hour";r=98;t=3600', null])
})

test('the one too many is refused, and waiting as long as it says is enough', async () => {
  const { clock, spent } = start(2)
  await spent.spend('a', answer(200))
  await clock.advance(10_500)
  await spent.spend('a', answer(200))
  expect(await refused(spent, 'a')).toEqual(['"hour";q=2;w=3600', '"hour";r=0;t=3590', '3590'])
  await clock.advance(3_589_000)
  expect(await refused(spent, 'a')).toEqual(['"hour";q=2;w=3600', '"hour";r=0;t=1', '1'])
  await clock.advance(1000)
  expect((await spent.spend('a', answer(200))).status).toBe(200)
})

test.each([200, 204, 304])('an answer of %i counts', async (status) => {
  const { spent } = start(3)
  await spent.spend('a', answer(status))
  expect(await spent.standing('a')).toMatchObject({ left: 2 })
})

test.each([400, 401, 403, 404, 413, 429, 500, 503])('an answer of %i is given back', async (status) => {
  const { spent } = start(3)
  const response = await spent.spend('a', answer(status))
  expect(told(response)).toEqual([null, null, null])
  expect(await spent.standing('a')).toEqual({ left: 3, moreInMs: 0 })
})

test('work that throws is given back, and throws what it threw', async () => {
  const { spent } = start(3)
  const error = new ServiceError('taps_unavailable', 'Not now.')
  await expect(spent.spend('a', () => Promise.reject(error))).rejects.toBe(error)
  expect(await spent.standing('a')).toEqual({ left: 3, moreInMs: 0 })
})

test('keys do not count against each other', async () => {
  const { spent } = start(1)
  await spent.spend('a', answer(200))
  expect((await spent.spend('b', answer(200))).status).toBe(200)
  await refused(spent, 'a')
})

test.each([
  [60, 'minute'],
  [3600, 'hour'],
  [86_400, 'day'],
  [7200, 'window'],
  [2, 'window'],
])('a window of %i seconds is called %s', async (seconds, name) => {
  const { spent } = start(5, seconds * 1000)
  const response = await spent.spend('a', answer(200))
  expect(told(response)).toEqual([`"${name}";q=5;w=${seconds}`, `"${name}";r=4;t=${seconds}`, null])
})
