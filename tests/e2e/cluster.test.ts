import { expect, onTestFinished, test } from 'vitest'
import { privateRedisForTests } from '../support/redis.ts'
import { type RedisCluster, startRedisCluster } from '../support/redis-cluster.ts'
import { skipUnless } from '../support/require-all.ts'
import {
  eventually,
  QUICK,
  type ServiceProcess,
  simulated,
  startService,
  untilReady,
  upstreams,
} from '../support/service.ts'
import { type Page, pageOf } from '../support/wire.ts'

const DECIDES = /decides for all instances/
/** Far more than any of this takes, for a machine that does other things too. */
const WITHIN_MS = 60_000
const access = privateRedisForTests()

skipUnless(!access.skip, 'there is no redis-server on PATH')('two instances on one Redis Cluster', () => {
  test('show the same bodies at the same position, and the other goes on when the one that decides is killed', async () => {
    const { first, second } = await two(await clusterOf({ masters: 3 }))
    for (let n = 0; n < 5; n++) await sameBoard(first, second)
    const before = await pageOf(second.url)
    first.signal('SIGKILL')
    await second.said(DECIDES)
    const after = await eventually(
      () => pageOf(second.url),
      ({ snapshot }) => snapshot.seq > before.snapshot.seq + 2,
      WITHIN_MS,
    )
    expect(after.snapshot.epoch).toBe(before.snapshot.epoch)
    expect(after.data.length).toBeGreaterThanOrEqual(before.data.length)
  })

  test('answer while the node that holds everything dies, and share a new epoch on the replica that takes over', async () => {
    const cluster = await clusterOf({ masters: 1, replicas: 1 })
    const [master, replica] = cluster.nodes
    if (master === undefined || replica === undefined) throw new Error('The cluster has two nodes.')
    const { first, second } = await two(cluster)
    const before = await sameBoard(first, second)
    await master.kill9()
    for (const { url } of [first, second]) expect((await pageOf(url)).data.length).toBeGreaterThan(0)
    await cluster.at(replica, ['CLUSTER', 'FAILOVER', 'TAKEOVER'])
    const after = await sameBoard(first, second, ({ epoch }) => epoch !== before.epoch)
    await sameBoard(first, second, ({ epoch, seq }) => epoch !== after.epoch || seq > after.seq + 2)
  })
})

async function clusterOf(size: Parameters<typeof startRedisCluster>[0]): Promise<RedisCluster> {
  const cluster = await startRedisCluster(size)
  onTestFinished(cluster.stop)
  return cluster
}

/** The first decides. */
async function two({ url }: RedisCluster): Promise<{ first: ServiceProcess; second: ServiceProcess }> {
  const simulator = await simulated({ tokens: 60 })
  onTestFinished(simulator.close)
  const start = async () => {
    const service = await startService({ ...upstreams(simulator.urls), ...QUICK, REDIS_URL: url })
    onTestFinished(() => service[Symbol.asyncDispose]())
    await untilReady(service.url)
    return service
  }
  const first = await start()
  await first.said(DECIDES)
  return { first, second: await start() }
}

type Snapshot = Page['snapshot']

/** A position at which both were asked, once there is one as wanted. What they answered there is the same to the letter. */
async function sameBoard(
  one: ServiceProcess,
  other: ServiceProcess,
  isWanted: (snapshot: Snapshot) => boolean = () => true,
): Promise<Snapshot> {
  const ask = ({ url }: ServiceProcess) => fetch(`${url}/v1/tokens?limit=250`).then((answer) => answer.text())
  const positionOf = (body: string) => (JSON.parse(body) as Page).snapshot
  const [body, otherBody] = await eventually(
    () => Promise.all([ask(one), ask(other)]),
    ([a, b]) => {
      const [mine, theirs] = [positionOf(a), positionOf(b)]
      return mine.epoch === theirs.epoch && mine.seq === theirs.seq && isWanted(mine)
    },
    WITHIN_MS,
  )
  expect(otherBody).toBe(body)
  return positionOf(body)
}
