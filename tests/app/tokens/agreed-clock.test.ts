import { describe, expect, test } from 'vitest'
import { agreedClock } from '../../../src/app/usecases/tokens/agreed-clock.ts'
import { fakeClock } from '../../support/fake-clock.ts'

const HOUR_MS = 3_600_000

function hearing(skewMs: number) {
  const own = fakeClock()
  const clock = agreedClock(own)
  const trueMs = () => own.nowMs() + skewMs
  /** What is told on a way of so long, told when the part of it has passed. */
  const hear = async (wayMs = 0, part = 0.5) => {
    const askedMs = clock.monotonicMs()
    await own.advance(wayMs * part)
    const toldMs = trueMs()
    await own.advance(wayMs * (1 - part))
    return clock.hear(toldMs, askedMs)
  }
  return { own, clock, trueMs, hear }
}

test('a clock that has heard nothing shows the time of its machine', () => {
  const own = fakeClock()
  expect(agreedClock(own).nowMs()).toBe(own.nowMs())
})

describe.each([HOUR_MS, -HOUR_MS, 1_000, -1_000])('a machine that is %i ms from the common clock', (skewMs) => {
  test.each([0, 0.5, 1])(
    'is set once, to half of the way at most, whenever on the way it was told (%d)',
    async (part) => {
      const { clock, trueMs, hear } = hearing(skewMs)
      expect(Math.abs((await hear(200, part)) - skewMs)).toBeLessThanOrEqual(100)
      expect(Math.abs(clock.nowMs() - trueMs())).toBeLessThanOrEqual(100)
      expect(await hear(200, part)).toBe(0)
      expect(await hear(0)).toBe(0)
    },
  )

  test('goes on with its own second hand', async () => {
    const { own, clock, trueMs, hear } = hearing(skewMs)
    await hear()
    await own.advance(86_400_000)
    expect(clock.nowMs()).toBe(trueMs())
  })

  test('is set again when an operator steps its wall clock', async () => {
    const { own, clock, hear } = hearing(skewMs)
    await hear()
    const rightMs = clock.nowMs()
    own.stepWall(skewMs)
    expect(clock.hear(rightMs, clock.monotonicMs())).toBe(-skewMs)
    expect(clock.nowMs()).toBe(rightMs)
  })
})

test('small differences, and what a slow answer cannot tell from one, set nothing: time never trembles', async () => {
  for (const skewMs of [-99, -1, 0, 1, 99]) {
    const { clock, own, hear } = hearing(skewMs)
    let lastMs = clock.nowMs()
    for (let n = 0; n < 200; n++) {
      expect(await hear((n * 37) % 400, (n % 11) / 10)).toBe(0)
      expect(clock.nowMs()).toBeGreaterThanOrEqual(lastMs)
      lastMs = clock.nowMs()
      await own.advance(1)
    }
  }
})

test('its time is whole milliseconds, as stamps are', () => {
  const own = { ...fakeClock(), monotonicMs: () => 10.7 }
  const clock = agreedClock(own)
  clock.hear(1_800_000_000_000, 10.2)
  expect(Number.isSafeInteger(clock.nowMs())).toBe(true)
})
