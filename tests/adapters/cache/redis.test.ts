import { connect, createServer, type Socket } from 'node:net'
import { isDeepStrictEqual } from 'node:util'
import { createClient } from 'redis'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisCache } from '../../../src/adapters/cache/redis.ts'
import type { Tier } from '../../../src/adapters/cache/tier.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { throttled } from '../../../src/adapters/log/throttled.ts'
import { CacheUnavailable } from '../../../src/domain/errors.ts'
import { atBest } from '../../support/at-best.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { freePort, type RedisServer } from '../../support/redis-server.ts'
import { awakeMs } from '../../support/stalls.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()

const at = (stampMs: number) => ({ text: `at ${stampMs}`, stampMs })
const TTL_MS = 60_000

const access = privateRedisForTests()

describe.skipIf(access.skip)(`the Redis cache and a Redis of its own${access.why}`, () => {
  let server: RedisServer
  let log: ReturnType<typeof memoryLog>
  let cache: Tier
  let admin: Awaited<ReturnType<typeof adminOf>>

  beforeEach(async () => {
    server = await access.openServer()
    log = memoryLog()
    const quiet = throttled(log, realClock, 10 * PATIENCE_MS)
    cache = redisCache({ url: server.url, log: quiet, clock: realClock, answerMs: PATIENCE_MS })
    admin = await adminOf(server.url)
    await works()
  })
  afterEach(async () => {
    await cache.close()
    admin.destroy()
    await server.stop()
  })

  const open = (more: { readonly answerMs?: number } = {}) => {
    const opened = redisCache({ url: server.url, log, clock: realClock, ...more })
    onTestFinished(opened.close)
    return opened
  }
  /** As the service has it, and connected: a question to a Redis that hangs ends in its time. */
  const opened = async () => {
    const asked = open()
    await works(asked)
    return asked
  }
  const works = (asked = cache) =>
    patiently(async () => {
      const stampMs = realClock.nowMs()
      expect(await asked.put('works', at(stampMs), TTL_MS)).toBe(true)
      expect(await asked.get('works')).toEqual(at(stampMs))
    })
  const failsFast = (asked = cache) =>
    patiently(async () => {
      const startMs = awakeMs()
      await expect(asked.get('never read before')).rejects.toThrow(CacheUnavailable)
      await expect(asked.put('k', at(1), TTL_MS)).rejects.toThrow(CacheUnavailable)
      expect(awakeMs() - startMs).toBeLessThan(50)
    })

  describe('near copies', () => {
    test('answer repeated reads without a question to Redis', async () => {
      await cache.put('k', at(1), TTL_MS)
      await cache.get('k')
      const before = await getsOf(admin)
      for (let turn = 0; turn < 100; turn++) expect(await cache.get('k')).toEqual(at(1))
      expect(await getsOf(admin)).toBe(before)
    })

    test('are dropped when another instance writes', async () => {
      const other = open({ answerMs: PATIENCE_MS })
      for (let stampMs = 1; stampMs <= 20; stampMs++) {
        await other.put('k', at(stampMs), TTL_MS)
        await patiently(async () => expect(await cache.get('k')).toEqual(at(stampMs)))
      }
    })

    test('are dropped when Redis is emptied', async () => {
      await cache.put('k', at(1), TTL_MS)
      expect(await cache.get('k')).toEqual(at(1))
      await admin.flushAll()
      await patiently(async () => expect(await cache.get('k')).toBeNull())
    })

    test('are dropped with the connection, whose news would be missed', async () => {
      await cache.put('k', at(1), TTL_MS)
      expect(await cache.get('k')).toEqual(at(1))
      await admin.multi().addCommand(['CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes']).flushAll().exec()
      await patiently(async () => expect(await cache.get('k')).toBeNull())
    })

    test("do not hide a write of one's own when the news of it comes late", async () => {
      const proxy = await proxyWithLateNews(server.port)
      const url = `redis://127.0.0.1:${proxy.port}`
      const late = redisCache({ url, log, clock: realClock, answerMs: PATIENCE_MS })
      onTestFinished(proxy.close)
      onTestFinished(late.close)
      await late.put('k', at(1), TTL_MS)
      expect(await late.get('k')).toEqual(at(1))
      // The script has to be sent a second time, and the read overtakes it.
      await admin.scriptFlush()
      const put = late.put('k', at(2), TTL_MS)
      expect(await late.get('k')).toEqual(at(1))
      expect(await put).toBe(true)
      expect(await late.get('k')).toEqual(at(2))
    })

    test('never have more life than the entry in Redis', async () => {
      await cache.put('k', at(1), TTL_MS)
      const lifeMs = (await cache.look('k'))?.lifeMs ?? 0
      expect(lifeMs).toBeGreaterThan(TTL_MS / 2)
      expect(lifeMs).toBeLessThanOrEqual(TTL_MS)
    })
  })

  test('a connection that nobody uses stays', async () => {
    await opened()
    const changes = await atBest(1, async () => {
      const before = await idsOf(admin)
      const startMs = awakeMs()
      // Longer than the time after which a silent socket is given up.
      await patiently(() => expect(awakeMs() - startMs).toBeGreaterThan(2000))
      return isDeepStrictEqual(await idsOf(admin), before) ? 0 : 1
    })
    expect(changes).toBe(0)
  })

  describe('while Redis cannot serve', () => {
    test('a hang ends in CacheUnavailable within 700 ms, then at once, and is over by itself', async () => {
      const asked = await opened()
      server.pause()
      const startMs = awakeMs()
      await expect(asked.get('k')).rejects.toThrow(CacheUnavailable)
      expect(awakeMs() - startMs).toBeLessThan(700)
      await failsFast(asked)
      server.resume()
      await works(asked)
    })

    test('a near copy is not answered for much longer than the connection hangs', async () => {
      const asked = await opened()
      server.pause()
      const startMs = awakeMs()
      await patiently(() => expect(asked.get('works')).rejects.toThrow(CacheUnavailable))
      expect(awakeMs() - startMs).toBeLessThan(2000)
      server.resume()
      await works(asked)
    })

    test('kill -9 and a restart are survived without help', async () => {
      await works()
      await server.kill9()
      await failsFast()
      await server.restart()
      await works()
    })

    test('it can start before Redis does', async () => {
      await server.kill9()
      const startMs = awakeMs()
      const early = open()
      await expect(early.get('k')).rejects.toThrow(CacheUnavailable)
      expect(awakeMs() - startMs).toBeLessThan(500)
      await server.restart()
      await works(early)
    })

    test('an outage costs a throttled log one line per kind of fault', async () => {
      await server.kill9()
      const attempts = vi.fn()
      await patiently(async () => {
        attempts(await cache.get('k').catch(() => null))
        expect(attempts.mock.calls.length).toBeGreaterThan(50)
      })
      const faults = log.lines.map(({ message }) => message)
      expect(faults).toContain('Redis does not serve the cache: ECONNREFUSED')
      expect(faults).toEqual([...new Set(faults)])
    })
  })

  describe('when Redis refuses', () => {
    test('a forgotten script is sent again, without anybody noticing', async () => {
      await works()
      await admin.scriptFlush()
      const puts = [1, 3, 2].map((stampMs) => cache.put('k', at(stampMs), TTL_MS))
      expect(await Promise.all(puts)).toEqual([true, true, false])
    })

    test('a write that finds no memory left is CacheUnavailable, and reads go on', async () => {
      await cache.put('k', at(1), TTL_MS)
      await admin.configSet('maxmemory', '1')
      await expect(cache.put('k', at(2), TTL_MS)).rejects.toThrow(
        new CacheUnavailable('Redis did not serve the cache: OOM.'),
      )
      expect(await cache.get('k')).toEqual(at(1))
      await admin.configSet('maxmemory', '0')
      expect(await cache.put('k', at(2), TTL_MS)).toBe(true)
    })

    test('a write to a replica is CacheUnavailable', async () => {
      await cache.put('k', at(1), TTL_MS)
      await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
      await expect(cache.put('k', at(2), TTL_MS)).rejects.toThrow(
        new CacheUnavailable('Redis did not serve the cache: READONLY.'),
      )
      await admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
      await works()
    })

    test('a key under which something else stands is CacheUnavailable, text that is none of ours is nothing', async () => {
      await admin.lPush('{tickertap:cache}:list', 'x')
      await expect(cache.get('list')).rejects.toThrow(CacheUnavailable)
      await expect(cache.put('list', at(1), TTL_MS)).rejects.toThrow(CacheUnavailable)
      for (const text of ['', 'hello', ':hello', 'NaN:hello', '1e999:x']) {
        await admin.set('{tickertap:cache}:text', text, { PX: TTL_MS })
        await patiently(async () => expect(await cache.get('text')).toBeNull())
      }
      expect(await cache.put('text', at(1), TTL_MS)).toBe(true)
      expect(await cache.get('text')).toEqual(at(1))
    })
  })

  describe('close', () => {
    test('leaves no connection behind, even when it comes while connecting', async () => {
      const caches = Array.from({ length: 5 }, () => open({ answerMs: 10 * PATIENCE_MS }))
      await Promise.all([cache.close(), ...caches.map((one) => one.close())])
      const clients = async () => (await admin.clientList()).length
      // Sooner than the sockets' own timeout, which would in the end close a forgotten one.
      await patiently(async () => expect(await clients()).toBe(1))
      expect(log.lines).toEqual([])
    })

    test('ends the questions that are under way', async () => {
      await works()
      server.pause()
      const question = cache.get('k')
      await cache.close()
      await expect(question).rejects.toThrow(CacheUnavailable)
    })
  })
})

function adminOf(url: string) {
  const client = createClient({ url })
  client.on('error', () => undefined)
  return client.connect()
}

async function idsOf(admin: Awaited<ReturnType<typeof adminOf>>): Promise<readonly number[]> {
  return (await admin.clientList()).map(({ id }) => id).toSorted((a, b) => a - b)
}

async function getsOf(admin: Awaited<ReturnType<typeof adminOf>>): Promise<string | undefined> {
  return /cmdstat_get:calls=(\d+)/.exec(await admin.info('commandstats'))?.[1]
}

/** Between a client and Redis: what Redis says unasked is 100 ms later than what it answers. */
async function proxyWithLateNews(redisPort: number): Promise<{ port: number; close(): Promise<void> }> {
  const sockets = new Set<Socket>()
  const proxy = createServer((client) => {
    const server = connect(redisPort, '127.0.0.1')
    for (const socket of [client, server]) sockets.add(socket.on('error', () => socket.destroy()))
    client.pipe(server)
    server.on('data', (data: Buffer) => {
      const news = data.indexOf('>2\r\n$10\r\ninvalidate')
      const answer = news === -1 ? data : data.subarray(0, news)
      client.write(answer)
      if (news !== -1) setTimeout(() => client.write(data.subarray(news)), 100)
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => proxy.listen(port, '127.0.0.1', resolve))
  const close = async () => {
    for (const socket of sockets) socket.destroy()
    proxy.close()
  }
  return { port, close }
}
