import type { OutgoingHttpHeaders } from 'node:http'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { slidingBudget } from '../../../../src/adapters/sources/engine/budget.ts'
import { SourceError } from '../../../../src/domain/errors.ts'
import type { Clock } from '../../../../src/ports/clock.ts'
import { fakeClock } from '../../../support/fake-clock.ts'
import { sendJson } from '../../../support/upstream.ts'
import { failureOf, started } from './start.ts'

/** A server that answers each request with the next of the given heads, then with 200. */
async function answering(heads: readonly { status: number; headers?: OutgoingHttpHeaders }[], perMinute = 1000) {
  const clock = fakeClock()
  const left = [...heads]
  const made = await started((_request, response) => sendJson(response, {}, left.shift() ?? { status: 200 }), {
    clock,
    perMinute,
    random: () => 0.5,
  })
  return { ...made, clock }
}
const seconds = (ms: number) => String(Math.floor(ms / 1000))

describe('the budget', () => {
  it('never lets more than N start in any 60 seconds, however the calls come', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 30_000 }), { maxLength: 60 }),
        (perMinute, gaps) => {
          let nowMs = 0
          const budget = slidingBudget(perMinute, { monotonicMs: () => nowMs } as Clock)
          const startsMs: number[] = []
          for (const gapMs of gaps) {
            nowMs += gapMs
            if (budget.left() === 0) continue
            budget.take()
            startsMs.push(nowMs)
          }
          for (const fromMs of startsMs) {
            const within = startsMs.filter((startMs) => startMs >= fromMs && startMs < fromMs + 60_000)
            expect(within.length).toBeLessThanOrEqual(perMinute)
          }
        },
      ),
    )
  })

  it('is whole again exactly when it says', async () => {
    const { engine, get, upstream, clock } = await answering([], 2)
    await get()
    await clock.advance(10_000)
    await get()
    const refused = await failureOf(get())
    expect(refused).toMatchObject({ reason: 'budget_spent', retryAfterMs: 50_000 })
    await clock.advance(49_999)
    expect(engine.callsLeft()).toBe(0)
    await clock.advance(1)
    expect(engine.callsLeft()).toBe(1)
    await get()
    expect(upstream.paths).toHaveLength(3)
  })

  it('is not widened by a step of the wall clock', async () => {
    const { engine, get, clock } = await answering([], 1)
    await get()
    clock.stepWall(3_600_000)
    expect(engine.callsLeft()).toBe(0)
  })

  it('counts a second try: without a start left for it the first failure stands', async () => {
    const { get, upstream } = await answering([{ status: 500 }], 1)
    expect((await failureOf(get())).reason).toBe('http_error')
    expect(upstream.paths).toHaveLength(1)
  })

  it('refuses ten thousand calls at once beyond its size without asking', async () => {
    const { get, upstream } = await answering([], 5)
    const outcomes = await Promise.allSettled(Array.from({ length: 10_000 }, () => get()))
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(5)
    expect(upstream.paths).toHaveLength(5)
  })
})

describe('a source that says to wait', () => {
  it('is left alone for as long as Retry-After says, to the millisecond, and asked again then', async () => {
    const { engine, get, upstream, clock } = await answering([{ status: 429, headers: { 'retry-after': '7' } }])
    expect(await failureOf(get())).toMatchObject({ reason: 'rate_limited', retryAfterMs: 7000 })
    await clock.advance(6999)
    expect(await failureOf(get())).toMatchObject({ reason: 'rate_limited', retryAfterMs: 1 })
    expect(engine.callsLeft()).toBe(0)
    expect(upstream.paths).toHaveLength(1)
    await clock.advance(1)
    expect((await get()).status).toBe(200)
  })

  it('may name an HTTP date, read by its own clock', async () => {
    const dateMs = Date.UTC(2020, 0, 1)
    const headers = { date: new Date(dateMs).toUTCString(), 'retry-after': new Date(dateMs + 30_000).toUTCString() }
    const { get } = await answering([{ status: 429, headers }])
    expect((await failureOf(get())).retryAfterMs).toBe(30_000)
  })

  it.each(['0', '-1', 'soon', 'Thu, 01 Jan 1970 00:00:00 GMT'])(
    'uselessly (retry-after: %s) is left alone for longer and longer, at most a minute',
    async (retryAfter) => {
      const refusal = { status: 429, headers: { 'retry-after': retryAfter } }
      const { get, clock } = await answering(Array.from({ length: 7 }, () => refusal))
      const waitsMs: (number | null)[] = []
      for (let i = 0; i < 6; i++) {
        const { retryAfterMs } = await failureOf(get())
        waitsMs.push(retryAfterMs)
        await clock.advance(retryAfterMs ?? 0)
      }
      // Three quarters of 5, 10, 20, 40, 60, 60 seconds: half fixed, half random.
      expect(waitsMs).toEqual([3750, 7500, 15_000, 30_000, 45_000, 45_000])
    },
  )

  it('is believed for an hour at most', async () => {
    const { get } = await answering([{ status: 429, headers: { 'retry-after': '99999999' } }])
    expect((await failureOf(get())).retryAfterMs).toBe(3_600_000)
  })

  it('with a 503 is left alone too', async () => {
    const { engine, get } = await answering([{ status: 503, headers: { 'retry-after': '20' } }])
    expect(await failureOf(get())).toMatchObject({ reason: 'http_error', retryAfterMs: 20_000 })
    expect(engine.callsLeft()).toBe(0)
  })

  it('by its x-ratelimit headers, negative counts included, is left alone until its reset', async () => {
    const clockStartMs = fakeClock().nowMs()
    const headers = {
      date: new Date(clockStartMs).toUTCString(),
      'x-ratelimit-remaining': '-1',
      'x-ratelimit-reset': seconds(clockStartMs + 9000),
    }
    const { engine, get, upstream, clock } = await answering([{ status: 200, headers }])
    await get()
    expect(engine.callsLeft()).toBe(0)
    expect(await failureOf(get())).toMatchObject({ reason: 'rate_limited', retryAfterMs: 9000 })
    expect(upstream.paths).toHaveLength(1)
    await clock.advance(9000)
    expect((await get()).status).toBe(200)
  })

  it('with a 429 and a reset, but no Retry-After, is left alone until the reset', async () => {
    const clockStartMs = fakeClock().nowMs()
    const headers = {
      date: new Date(clockStartMs).toUTCString(),
      'x-ratelimit-remaining': '0',
      'x-ratelimit-reset': seconds(clockStartMs + 4000),
    }
    const { get } = await answering([{ status: 429, headers }])
    expect((await failureOf(get())).retryAfterMs).toBe(4000)
  })

  it('that counts few calls left gets no more than those', async () => {
    const clockStartMs = fakeClock().nowMs()
    const headers = {
      date: new Date(clockStartMs).toUTCString(),
      'x-ratelimit-remaining': '2',
      'x-ratelimit-reset': seconds(clockStartMs + 60_000),
    }
    const { engine, get } = await answering([{ status: 200, headers }])
    await get()
    expect(engine.callsLeft()).toBe(2)
    await get()
    await get()
    expect(engine.callsLeft()).toBe(0)
  })
})

describe('the circuit', () => {
  it('opens after five failures in a row, lets one call try after 15 s, and closes when that one works', async () => {
    const clock = fakeClock()
    let healthy = false
    const { engine, get, upstream } = await started(
      (_request, response) => {
        if (healthy) sendJson(response, {})
        else response.end('not JSON')
      },
      { clock },
    )
    for (let i = 0; i < 5; i++) expect((await failureOf(get())).reason).toBe('not_json')
    const open = await failureOf(get())
    expect(open).toMatchObject({ reason: 'circuit_open', retryAfterMs: 15_000, cause: { reason: 'not_json' } })
    expect(engine.callsLeft()).toBe(0)
    clock.stepWall(-3_600_000)
    await clock.advance(15_000)
    expect(engine.callsLeft()).toBe(1)

    const [probe, other] = await Promise.allSettled([get(), get()])
    expect([probe?.status, other?.status]).toEqual(['rejected', 'rejected'])
    expect(other).toMatchObject({ reason: { reason: 'circuit_open' } })
    expect(upstream.paths).toHaveLength(6)

    healthy = true
    await clock.advance(15_000)
    await get()
    expect(engine.callsLeft()).toBeGreaterThan(1)
  })

  it.each([401, 404, 429])('is not opened by a %i, which a healthy source sends', async (status) => {
    const { get, clock } = await answering(Array.from({ length: 7 }, () => ({ status })))
    for (let i = 0; i < 7; i++) {
      expect((await failureOf(get())).reason).not.toBe('circuit_open')
      await clock.advance(60_000)
    }
  })

  it('is not opened by callers that give up', async () => {
    const { get } = await started(() => {}, { clock: fakeClock() })
    for (let i = 0; i < 7; i++) {
      const caller = new AbortController()
      const call = failureOf(get('/x', caller.signal))
      caller.abort()
      expect(await call).toBeInstanceOf(SourceError)
      expect((await call).reason).toBe('timeout')
    }
  })

  it('is opened by callers whose time ran out', async () => {
    const { get } = await started(() => {}, { clock: fakeClock() })
    for (let i = 0; i < 5; i++) await failureOf(get('/x', AbortSignal.timeout(20)))
    expect((await failureOf(get())).reason).toBe('circuit_open')
  })
})
