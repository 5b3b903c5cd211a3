import { expect, test } from 'vitest'
import { type Stage, stage, token } from '../../support/live-tokens.ts'

const MINUTE_MS = 60_000
const TOKENS = Array.from({ length: 20 }, (_, n) => token(n))

/** Twenty watched tokens, one to a call, and sources of six calls a minute. */
function scarce(): Stage {
  const market = new Map(TOKENS.map((id, n) => [id, { symbol: `FIG${n}`, priceUsd: 5 }]))
  return stage({ market, source: { callsPerMinute: 6, batchSize: 1 }, parts: { watch: ['FIG'] } })
}

/** Asks for a spare call every second. @returns how many there were */
async function borrow({ clock, watch }: Stage, seconds: number): Promise<number> {
  let lent = 0
  for (let i = 0; i < seconds; i++) {
    await clock.advance(1_000)
    await watch.lendCall('dexscreener').then(
      () => (lent += 1),
      (error: { reason: string }) => expect(error.reason).toBe('budget_spent'),
    )
  }
  return lent
}

test('of a source with six calls a minute one can be spared in each, and refreshing has as many as without', async () => {
  const [with_, without] = [scarce(), scarce()]
  for (const { start } of [with_, without]) start()
  for (const { clock } of [with_, without]) await clock.advance(MINUTE_MS)
  const lent = await borrow(with_, 600)
  await without.clock.advance(10 * MINUTE_MS)
  expect(lent).toBeGreaterThan(7)
  expect(lent).toBeLessThan(12)
  expect(with_.sources[0].calls.length).toBe(without.sources[0].calls.length)
})

test('none can be spared while clients ask, and none of a source that nobody asks', async () => {
  const one = scarce()
  const { start, clock, page, watch } = one
  start()
  await clock.advance(2 * MINUTE_MS)
  await page('PEAR')
  await expect(watch.lendCall('dexscreener')).rejects.toMatchObject({ reason: 'budget_spent' })
  await expect(watch.lendCall('coingecko')).rejects.toMatchObject({ reason: 'budget_spent' })
})

test('the pool of a token is the deepest that the source knows', async () => {
  const { start, clock, watch } = scarce()
  start()
  await clock.advance(MINUTE_MS)
  const [id] = [...watch.ids()]
  expect(id === undefined ? null : watch.poolOf(id, 'jupiter')).toMatch(/^pool of /)
  expect(watch.poolOf(token(99), 'jupiter')).toBeNull()
})
