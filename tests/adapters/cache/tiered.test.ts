import { describe, expect, onTestFinished, test } from 'vitest'
import { memoryCache } from '../../../src/adapters/cache/memory.ts'
import { redisCache } from '../../../src/adapters/cache/redis.ts'
import type { Tier } from '../../../src/adapters/cache/tier.ts'
import { tieredCache } from '../../../src/adapters/cache/tiered.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { CacheUnavailable } from '../../../src/domain/errors.ts'
import type { Cache } from '../../../src/ports/cache.ts'
import { fakeClock } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()

const at = (stampMs: number) => ({ text: `at ${stampMs}`, stampMs })

/** A shared tier in memory that can go away and come back, or come back empty. */
function setUp() {
  const clock = fakeClock()
  const make = () => memoryCache({ clock, maxEntries: 100 })
  let backing = make()
  let away = false
  const reach = async () => {
    if (away) throw new CacheUnavailable('away')
    return backing
  }
  const shared: Tier = {
    look: async (key) => (await reach()).look(key),
    get: async (key) => (await reach()).get(key),
    put: async (key, entry, ttlMs) => (await reach()).put(key, entry, ttlMs),
    close: async () => {},
  }
  const local = make()
  return {
    clock,
    local,
    shared,
    cache: tieredCache({ local, shared }),
    goAway: () => {
      away = true
    },
    comeBack: () => {
      away = false
    },
    lose: () => {
      backing = make()
    },
  }
}

describe('a tiered cache', () => {
  test('writes to both tiers', async () => {
    const { cache, local, shared } = setUp()
    await cache.put('k', at(1), 1000)
    expect(await local.get('k')).toEqual(at(1))
    expect(await shared.get('k')).toEqual(at(1))
  })

  test('gives a local tier that lacks an entry what the shared one has, with the life that is left', async () => {
    const { cache, local, shared, clock } = setUp()
    await shared.put('k', at(1), 1000)
    await clock.advance(600)
    expect(await cache.get('k')).toEqual(at(1))
    expect(await local.look('k')).toEqual({ entry: at(1), lifeMs: 400 })
  })

  test('gives a shared tier that was emptied what the local one has, with the life that is left', async () => {
    const { cache, shared, clock, lose } = setUp()
    await cache.put('k', at(1), 1000)
    await clock.advance(600)
    lose()
    expect(await cache.get('k')).toEqual(at(1))
    expect(await shared.look('k')).toEqual({ entry: at(1), lifeMs: 400 })
    await clock.advance(400)
    expect(await cache.get('k')).toBeNull()
  })

  test('reads the newer of two stamps, wherever it stands, and both tiers have it afterwards', async () => {
    for (const [mine, theirs] of [
      [1, 2],
      [2, 1],
    ] as const) {
      const { cache, local, shared } = setUp()
      await local.put('k', at(mine), 1000)
      await shared.put('k', at(theirs), 1000)
      expect(await cache.get('k')).toEqual(at(2))
      expect([await local.get('k'), await shared.get('k')]).toEqual([at(2), at(2)])
    }
  })

  test('refuses a write when either tier has a newer one, and does not spread it', async () => {
    const { cache, local, shared, goAway } = setUp()
    await local.put('mine', at(5), 1000)
    expect(await cache.put('mine', at(4), 1000)).toBe(false)
    expect(await shared.get('mine')).toBeNull()
    await shared.put('theirs', at(5), 1000)
    expect(await cache.put('theirs', at(4), 1000)).toBe(false)
    goAway()
    expect(await cache.get('theirs')).toEqual(at(5))
  })

  test('answers from the local tier while the shared one is away, and shares it by the next read after', async () => {
    const { cache, shared, goAway, comeBack } = setUp()
    goAway()
    expect(await cache.get('k')).toBeNull()
    expect(await cache.put('k', at(1), 1000)).toBe(true)
    expect(await cache.put('k', at(0), 1000)).toBe(false)
    expect(await cache.get('k')).toEqual(at(1))
    comeBack()
    expect(await cache.get('k')).toEqual(at(1))
    expect(await shared.get('k')).toEqual(at(1))
  })

  test('an entry that ended in both tiers is not brought back by either', async () => {
    const { cache, clock } = setUp()
    await cache.put('k', at(1), 1000)
    await clock.advance(1000)
    expect(await cache.get('k')).toBeNull()
  })

  test('hides no failure but unavailability', async () => {
    const { local, shared } = setUp()
    const broken = tieredCache({ local, shared: { ...shared, look: () => Promise.reject(new TypeError('a bug')) } })
    await expect(broken.get('k')).rejects.toThrow(TypeError)
  })
})

const access = privateRedisForTests()

describe.skipIf(access.skip)(`a tiered cache over a Redis that is hurt${access.why}`, () => {
  const start = async () => {
    const server = await access.openServer()
    onTestFinished(server.stop)
    return server
  }
  const instance = (url: string, more: { readonly answerMs?: number } = {}): Cache => {
    const cache = tieredCache({
      local: memoryCache({ clock: realClock, maxEntries: 100 }),
      shared: redisCache({ url, log: memoryLog(), clock: realClock, ...more }),
    })
    onTestFinished(cache.close)
    return cache
  }

  test('fails no read and no write while Redis hangs, dies, is away and comes back empty', async () => {
    const server = await start()
    const [one, other] = [instance(server.url), instance(server.url)]
    let stampMs = 0
    const use = async () => {
      stampMs += 1
      expect(await one.put('k', at(stampMs), 60_000)).toBe(true)
      expect(await one.get('k')).toEqual(at(stampMs))
    }
    await patiently(async () => {
      await use()
      expect(await other.get('k')).toEqual(at(stampMs))
    })
    const hurts = [server.pause, server.resume, server.kill9, server.restart]
    for (const hurt of hurts) {
      await hurt()
      for (let turn = 0; turn < 20; turn++) await use()
      expect(await other.get('k')).not.toBeNull()
    }
    const agree = async () => {
      expect(await one.get('k')).toEqual(at(stampMs))
      expect(await other.get('k')).toEqual(at(stampMs))
    }
    await patiently(agree)
  })

  test('a restarted instance reads from Redis what it once wrote, and keeps it when Redis then dies', async () => {
    const server = await start()
    const patient = { answerMs: PATIENCE_MS }
    const before = instance(server.url, patient)
    await before.put('k', at(1), 60_000)
    await before.close()
    const after = instance(server.url, patient)
    expect(await after.get('k')).toEqual(at(1))
    await server.kill9()
    expect(await after.get('k')).toEqual(at(1))
  })
})
