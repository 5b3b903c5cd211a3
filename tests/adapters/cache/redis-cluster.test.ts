import { describe, expect, onTestFinished, test } from 'vitest'
import { redisCache } from '../../../src/adapters/cache/redis.ts'
import type { Tier } from '../../../src/adapters/cache/tier.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { CacheUnavailable } from '../../../src/domain/errors.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { awakeMs } from '../../support/stalls.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()
const TTL_MS = 60_000
const KEYS = ['{tickertap:cache}:k'] as const
const access = privateRedisForTests()
const at = (stampMs: number) => ({ text: `at ${stampMs}`, stampMs })

async function clusterOf(size: Parameters<typeof startRedisCluster>[0]) {
  const cluster = await startRedisCluster(size)
  onTestFinished(cluster.stop)
  return cluster
}

function openCache(url: string, more: { readonly answerMs?: number } = { answerMs: PATIENCE_MS }): Tier {
  const cache = redisCache({ url, log: memoryLog(), clock: realClock, ...more })
  onTestFinished(cache.close)
  return cache
}

/** A master that holds an entry at 1 and its replica, which has it too. */
async function pairWithEntry() {
  const cluster = await clusterOf({ masters: 1, replicas: 1 })
  const [master, replica] = cluster.nodes
  if (master === undefined || replica === undefined) throw new Error('The cluster has two nodes.')
  const cache = openCache(cluster.url)
  await patiently(() => cache.put('k', at(1), TTL_MS))
  await patiently(async () => expect(await cluster.at(replica, ['INFO', 'keyspace'])).toMatch(/keys=1/))
  const takeOver = () => cluster.at(replica, ['CLUSTER', 'FAILOVER', 'TAKEOVER'])
  return { url: cluster.url, master, cache, takeOver }
}

describe.skipIf(access.skip)(`the cache on a cluster${access.why}`, () => {
  test('is found from any one node, whichever is named', async () => {
    const cluster = await clusterOf({ masters: 3 })
    const writer = openCache(cluster.url)
    await patiently(() => writer.put('k', at(1), TTL_MS))
    for (const { port } of cluster.nodes) {
      const reader = openCache(`redis-cluster://127.0.0.1:${port}`)
      expect(await patiently(() => reader.get('k'))).toEqual(at(1))
    }
  })

  test('answers repeated reads without a question to the cluster, until another instance writes', async () => {
    const cluster = await clusterOf({ masters: 3 })
    const [cache, other] = [openCache(cluster.url), openCache(cluster.url)]
    await patiently(() => other.put('k', at(1), TTL_MS))
    expect(await patiently(() => cache.get('k'))).toEqual(at(1))
    const gets = async () => {
      const said = await cluster.everywhere(['INFO', 'commandstats'])
      return said.map((info) => /cmdstat_get:calls=(\d+)/.exec(`${info}`)?.[1])
    }
    const before = await gets()
    for (let turn = 0; turn < 100; turn++) expect(await cache.get('k')).toEqual(at(1))
    expect(await gets()).toEqual(before)
    await other.put('k', at(2), TTL_MS)
    await patiently(async () => expect(await cache.get('k')).toEqual(at(2)))
  })

  test('follows its slot to another node, and hears from there what others write', async () => {
    const cluster = await clusterOf({ masters: 2 })
    const [cache, other] = [openCache(cluster.url), openCache(cluster.url)]
    await patiently(() => other.put('k', at(1), TTL_MS))
    expect(await patiently(() => cache.get('k'))).toEqual(at(1))
    await cluster.moveSlot(KEYS)
    await patiently(() => other.put('k', at(2), TTL_MS))
    await patiently(async () => expect(await cache.get('k')).toEqual(at(2)))
    await patiently(() => other.put('k', at(3), TTL_MS))
    await patiently(async () => expect(await cache.get('k')).toEqual(at(3)))
  })

  test('fails at once while its node is dead, and goes on with the replica that took over, also for newcomers', async () => {
    const { url, master, cache, takeOver } = await pairWithEntry()
    await master.kill9()
    await patiently(async () => {
      const startMs = awakeMs()
      await expect(cache.get('never read before')).rejects.toThrow(CacheUnavailable)
      expect(awakeMs() - startMs).toBeLessThan(50)
    })
    const newcomer = openCache(url)
    await expect(newcomer.get('k')).rejects.toThrow(CacheUnavailable)
    await takeOver()
    expect(await patiently(() => newcomer.get('k'))).toEqual(at(1))
    expect(await patiently(() => cache.put('k', at(2), TTL_MS))).toBe(true)
  })

  test('a node that hangs ends in CacheUnavailable, and is forgotten when another takes over', async () => {
    const { url, master, takeOver } = await pairWithEntry()
    const cache = openCache(url, {})
    await patiently(() => cache.get('k'))
    master.pause()
    const startMs = awakeMs()
    await expect(cache.get('never read before')).rejects.toThrow(CacheUnavailable)
    expect(awakeMs() - startMs).toBeLessThan(700)
    await takeOver()
    expect(await patiently(() => cache.get('k'))).toEqual(at(1))
  })
})
