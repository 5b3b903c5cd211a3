import { expect, test } from 'vitest'
import type { Exchange } from '../../src/adapters/http/exchange.ts'
import { type Quota, quota } from '../../src/adapters/http/quota.ts'
import { memoryLimiter } from '../../src/adapters/limits/memory.ts'
import { ServiceError } from '../../src/domain/errors.ts'
import { type FakeClock, fakeClock } from '../support/fake-clock.ts'
import { memoryLog } from '../support/log.ts'

const EXCHANGE: Exchange = {
  method: 'GET',
  target: '/v1/taps/analytics?from=2026-11-01',
  requestId: 'test-0',
  header: () => null,
  caller: null,
}

function start(limit: number, windowMs = 3_600_000): { readonly clock: FakeClock; readonly spent: Quota } {
  const clock = fakeClock()
  return { clock, spent: quota(memoryLimiter({ limit, windowMs, clock, log: memoryLog() })) }
}

const answer = (status: number) => async () => new Response(null, { status })
const headersOf = ({ headers }: Response) =>
  ['ratelimit-policy', 'ratelimit', 'retry-after'].map((name) => headers.get(name))

test('an answer tells the policy, what is left and when there is more', async () => {
  const { clock, spent } = start(100)
  const first = await spent.spend(EXCHANGE, 'a', answer(200))
  expect(headersOf(first)).toEqual(['"hour";q=100;w=3600', '"hour";r=99;t=3600', null])
  await clock.advance(1)
  const second = await spent.spend(EXCHANGE, 'a', answer(200))
  expect(headersOf(second)).toEqual(['"hour";q=100;w=3600', '"hour";r=98;t=3600', null])
})

test('the one too many is refused, and waiting as long as it says is enough', async () => {
  const { clock, spent } = start(2)
  await spent.spend(EXCHANGE, 'a', answer(200))
  await clock.advance(10_500)
  await spent.spend(EXCHANGE, 'a', answer(200))
  const refused = await spent.spend(EXCHANGE, 'a', () => expect.unreachable('a refused query does no work'))
  expect(refused.status).toBe(429)
  expect(headersOf(refused)).toEqual(['"hour";q=2;w=3600', '"hour";r=0;t=3590', '3590'])
  expect(refused.headers.get('content-type')).toBe('application/problem+json')
  expect(await refused.json()).toMatchObject({ code: 'quota_exceeded', status: 429, request_id: 'test-0' })
  await clock.advance(3_589_000)
  expect((await spent.spend(EXCHANGE, 'a', answer(200))).status).toBe(429)
  await clock.advance(1000)
  expect((await spent.spend(EXCHANGE, 'a', answer(200))).status).toBe(200)
})

test.each([200, 204, 304])('an answer of %i counts', async (status) => {
  const { spent } = start(3)
  await spent.spend(EXCHANGE, 'a', answer(status))
  expect(await spent.standing('a')).toMatchObject({ left: 2 })
})

test.each([400, 401, 403, 404, 413, 429, 500, 503])('an answer of %i is given back', async (status) => {
  const { spent } = start(3)
  const response = await spent.spend(EXCHANGE, 'a', answer(status))
  expect(headersOf(response)).toEqual([null, null, null])
  expect(await spent.standing('a')).toEqual({ left: 3, moreInMs: 0 })
})

test('work that throws is given back, and throws what it threw', async () => {
  const { spent } = start(3)
  const error = new ServiceError('taps_unavailable', 'Not now.')
  await expect(spent.spend(EXCHANGE, 'a', () => Promise.reject(error))).rejects.toBe(error)
  expect(await spent.standing('a')).toEqual({ left: 3, moreInMs: 0 })
})

test('keys do not count against each other', async () => {
  const { spent } = start(1)
  await spent.spend(EXCHANGE, 'a', answer(200))
  expect((await spent.spend(EXCHANGE, 'b', answer(200))).status).toBe(200)
  expect((await spent.spend(EXCHANGE, 'a', answer(200))).status).toBe(429)
})

test.each([
  [60, 'minute'],
  [3600, 'hour'],
  [86_400, 'day'],
  [7200, 'window'],
  [2, 'window'],
])('a window of %i seconds is called %s', async (seconds, name) => {
  const { spent } = start(5, seconds * 1000)
  const response = await spent.spend(EXCHANGE, 'a', answer(200))
  expect(headersOf(response)).toEqual([`"${name}";q=5;w=${seconds}`, `"${name}";r=4;t=${seconds}`, null])
})
