import { createClient } from 'redis'
import { describe, expect, onTestFinished, test } from 'vitest'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { type RedisConnectionOptions, redisConnection } from '../../../src/adapters/redis/connection.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { freePort, type RedisServer } from '../../support/redis-server.ts'

/** Redis is real, and so is its time. */
const clock = systemClock()
const KEY = '{tests}:key'
const access = privateRedisForTests()
/** Many times what one takes, and a fraction of what a client with a method for each command of Redis takes. */
const TRY_CPU_MS_MAX = 5
const TRIES = 50

function connected(url: string, more: Partial<RedisConnectionOptions> = {}) {
  const unavailable = (message: string) => new Error(message)
  const terms = { url, key: KEY, what: 'the tests', unavailable, log: memoryLog(), clock, strings: 'text' } as const
  const connection = redisConnection({ ...terms, answerMs: PATIENCE_MS, ...more })
  onTestFinished(connection.close)
  return connection
}

async function serverOf(args: readonly string[] = []): Promise<RedisServer> {
  const server = await access.openServer({ args })
  onTestFinished(server.stop)
  return server
}

async function adminOf({ url }: RedisServer) {
  const client = createClient({ url })
  onTestFinished(() => client.destroy())
  return client.connect()
}

/** The one node of a cluster of its own, with every slot. */
async function nodeWithEverySlot() {
  const server = await serverOf(['--cluster-enabled', 'yes'])
  const admin = await adminOf(server)
  await admin.sendCommand(['CLUSTER', 'ADDSLOTSRANGE', '0', '16383'])
  await patiently(async () => expect(await admin.sendCommand(['CLUSTER', 'INFO'])).toContain('cluster_state:ok'))
  return { host: `127.0.0.1:${server.port}`, admin }
}

describe.skipIf(access.skip)(`a connection to Redis${access.why}`, () => {
  test('that waits for something to come leaves another free to ask', async () => {
    const { url } = await serverOf()
    const [waiting, asking] = [connected(url), connected(url)]
    for (const one of [waiting, asking]) await patiently(() => one.ask((send) => send(['PING'])))
    const popped = waiting.ask((send) => send(['BLPOP', KEY, '0']))
    await patiently(async () => {
      const said = await asking.ask((send) => send(['INFO', 'clients']))
      expect(said).toContain('blocked_clients:1')
    })
    await asking.ask((send) => send(['RPUSH', KEY, 'one']))
    expect(await popped).toEqual([KEY, 'one'])
  })

  test.each([
    ['bytes', Buffer.from('one')],
    ['text', 'one'],
  ] as const)('brings strings as %s', async (strings, expected) => {
    const { url } = await serverOf()
    const connection = connected(url, { strings })
    await patiently(() => connection.ask((send) => send(['SET', KEY, 'one'])))
    expect(await connection.ask((send) => send(['GET', KEY]))).toEqual(expected)
  })

  test('leaves a node that is cut off from its cluster for the next one that is named', async () => {
    const [first, second] = [await nodeWithEverySlot(), await nodeWithEverySlot()]
    const connection = connected(`redis-cluster://${first.host},${second.host}`)
    const get = () => connection.ask((send) => send(['GET', KEY]))
    await first.admin.set(KEY, 'first')
    await second.admin.set(KEY, 'second')
    expect(await patiently(get)).toBe('first')
    await first.admin.sendCommand(['CLUSTER', 'DELSLOTSRANGE', '0', '16383'])
    await patiently(async () => expect(await get()).toBe('second'))
  })

  test('may be closed twice, while it connects and afterwards; whoever asks then is told so', async () => {
    const server = await serverOf()
    const late = connected(server.url)
    await patiently(() => late.ask((send) => send(['PING'])))
    const early = connected(server.url)
    const asked = expect(early.ask((send) => send(['PING']))).rejects.toThrow('NotConnected')
    for (const connection of [early, early, late, late]) connection.close()
    await asked
    await expect(late.ask((send) => send(['PING']))).rejects.toThrow('NotConnected')
    const admin = await adminOf(server)
    await patiently(async () => expect(await admin.clientList()).toHaveLength(1))
  })
})

test('a connection costs little to try, so that a Redis which is away stops nobody', async () => {
  const url = `redis://127.0.0.1:${await freePort()}`
  const before = process.cpuUsage()
  // No two alike, as the connections of a service are for different things.
  for (let n = 0; n < TRIES; n++) connected(url, { answerMs: PATIENCE_MS + n })
  const { user, system } = process.cpuUsage(before)
  expect((user + system) / 1000 / TRIES).toBeLessThan(TRY_CPU_MS_MAX)
})
