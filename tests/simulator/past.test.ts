import { beforeAll, describe, expect, it } from 'vitest'
import { writePast } from '../../simulator/demo-history.ts'
import type { TokenPast } from '../../simulator/past.ts'
import { type Simulator, startSimulator } from '../../simulator/start.ts'
import { StoreUnavailable } from '../../src/domain/errors.ts'
import type { TokenRecord } from '../../src/ports/price-store.ts'
import { START_MS } from './support.ts'

const MINUTE_MS = 60_000
const HOUR_MS = 60 * MINUTE_MS
const DAY_MS = 24 * HOUR_MS
const TOKENS = 5

let sim: Simulator
let past: readonly TokenPast[]
beforeAll(async () => {
  sim = await startSimulator({ tickMs: null, startMs: START_MS, limits: 'off', tokens: 30 })
  past = [...sim.past({ days: 90, tokens: TOKENS })]
  return () => sim.close()
})

describe('the past of the simulated market', () => {
  it('is that of the most traded tokens, first what is long ago, then the last day', () => {
    const byVolume = [...sim.market().tokens].sort((a, b) => b.volume_24h_usd - a.volume_24h_usd)
    const ids = byVolume.slice(0, TOKENS).map(({ id }) => id)
    expect(past.map(({ id }) => id)).toEqual([...ids, ...ids])
  })

  it('has every minute of the last day, each opening where the one before closed, the last where the market stands', () => {
    const [{ id, minutes } = { id: '', minutes: [] }] = past.slice(TOKENS)
    expect(minutes.length).toBeGreaterThanOrEqual(1440)
    minutes.forEach(({ openTimeMs, open, high, low, close }, i) => {
      expect([low, high]).toEqual([Math.min(open, close), Math.max(open, close)])
      const before = minutes[i - 1]
      if (before !== undefined) expect([before.close, before.openTimeMs + MINUTE_MS]).toEqual([open, openTimeMs])
    })
    const now = sim.market().tokens.find((token) => token.id === id)?.price_usd ?? 0
    expect(Math.abs((minutes.at(-1)?.close ?? 0) / now - 1)).toBeLessThan(0.05)
  })

  it('has an hourly price of the week, and one in four hours before, back to the day asked for or the birth of the token', () => {
    for (const { minutes } of past.slice(0, TOKENS)) {
      const times = minutes.map(({ openTimeMs }) => openTimeMs)
      const lastWeek = times.filter((time) => time >= START_MS - 8 * DAY_MS)
      expect(new Set(lastWeek.slice(1).map((time, i) => time - (lastWeek[i] ?? 0)))).toEqual(new Set([HOUR_MS]))
      const before = times.filter((time) => time < START_MS - 8 * DAY_MS)
      expect(before.every((time) => time % (4 * HOUR_MS) === 0 && time >= START_MS - 90 * DAY_MS)).toBe(true)
    }
  })
})

describe('what the demo writes', () => {
  const { signal } = new AbortController()

  it('is the whole past, however often the history is not there', async () => {
    const written: TokenRecord[] = []
    let calls = 0
    const fillIn = async (records: readonly TokenRecord[]) => {
      if (calls++ % 20 === 1) throw new StoreUnavailable('later')
      return written.push(...records) && records.length
    }
    const some = past.slice(0, 2).map((token) => ({ ...token, minutes: token.minutes.slice(-600) }))
    expect(await writePast({ fillIn }, some, signal)).toBe(1200)
    expect(written.map(({ record }) => record.openTimeMs)).toEqual(
      some.flatMap(({ minutes }) => minutes.map(({ openTimeMs }) => openTimeMs)),
    )
  })

  it('ends when the demo ends', async () => {
    const ending = new AbortController()
    const fillIn = async () => {
      ending.abort()
      throw new StoreUnavailable('closed')
    }
    expect(await writePast({ fillIn }, past, ending.signal)).toBe(0)
  })

  it('fails when the history refuses it for another reason', async () => {
    const fillIn = async () => {
      throw new RangeError('not like this')
    }
    await expect(writePast({ fillIn }, past, signal)).rejects.toThrow(RangeError)
  })
})
