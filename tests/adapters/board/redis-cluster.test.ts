import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Board } from '../../../src/adapters/board/board.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { keysOf } from '../../../src/adapters/board/scripts.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'
import { appendNext, begun, claimed, ticks } from './steps.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()
const KEYS = keysOf('tt:board')
const never = new AbortController().signal
const access = privateRedisForTests()

function openBoard(url: string): Board {
  const terms = { log: memoryLog(), clock: realClock, leaseTtlMs: 60_000, answerMs: PATIENCE_MS }
  const board = redisBoard({ url, owner: randomUUID(), ...terms })
  onTestFinished(board.close)
  return board
}

async function clusterOf(size: Parameters<typeof startRedisCluster>[0]) {
  const cluster = await startRedisCluster(size)
  onTestFinished(cluster.stop)
  return cluster
}

describe.skipIf(access.skip)(`the board on a cluster${access.why}`, () => {
  test('is found from any one node, whichever is named', async () => {
    const cluster = await clusterOf({ masters: 3 })
    const holder = openBoard(cluster.url)
    const { fence } = await patiently(() => claimed(holder))
    const { epoch } = await begun(holder, { fence })
    for (const { port } of cluster.nodes) {
      const board = openBoard(`redis-cluster://127.0.0.1:${port}`)
      expect(await patiently(() => board.broadcaster.head())).toEqual({ epoch, seq: 0 })
    }
  })

  test('follows its slot to another node, where a new epoch begins', async () => {
    const cluster = await clusterOf({ masters: 2 })
    const [holder, follower] = [openBoard(cluster.url), openBoard(cluster.url)]
    const { fence } = await patiently(() => claimed(holder))
    const { epoch } = await begun(holder, { fence })
    await appendNext(holder, { fence, epoch, seq: 1 })
    const reading = follower.broadcaster.read({ epoch, seq: 1 }, never).catch(() => 'unavailable')
    await cluster.moveSlot(KEYS)
    await reading
    expect(await patiently(() => claimed(holder))).toMatchObject({ fence, head: { epoch, seq: 1 }, continues: false })
    expect(await appendNext(holder, { fence, epoch, seq: 2 })).toBe('restarted')
    const next = await begun(holder, { fence, after: epoch })
    await appendNext(holder, { fence, ...next, seq: 1 })
    const read = await patiently(() => follower.broadcaster.read({ epoch, seq: 1 }, never))
    expect(read).toEqual([{ kind: 'begin', ...next, seq: 0 }, ...ticks(next.epoch, 1, 1)])
  })

  test('goes on with the replica that took over, for who was there before and for who came meanwhile', async () => {
    const cluster = await clusterOf({ masters: 1, replicas: 1 })
    const [master, replica] = cluster.nodes
    if (master === undefined || replica === undefined) throw new Error('The cluster has two nodes.')
    const board = openBoard(cluster.url)
    const { fence } = await patiently(() => claimed(board))
    const { epoch } = await begun(board, { fence })
    await patiently(async () => expect(await cluster.at(replica, ['INFO', 'keyspace'])).toMatch(/keys=5/))
    await master.kill9()
    const newcomer = openBoard(cluster.url)
    await expect(newcomer.broadcaster.head()).rejects.toThrow('Redis did not serve the board')
    await cluster.at(replica, ['CLUSTER', 'FAILOVER', 'TAKEOVER'])
    expect(await patiently(() => claimed(board))).toMatchObject({ head: { epoch, seq: 0 }, continues: false })
    expect(await patiently(() => newcomer.broadcaster.head())).toEqual({ epoch, seq: 0 })
    expect(Number((await begun(board, { fence, after: epoch })).epoch)).toBeGreaterThan(Number(epoch))
  })
})
