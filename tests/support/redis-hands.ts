import { createClient } from 'redis'
import { privateRedisForTests, redisForTests } from './redis.ts'
import { startRedisCluster } from './redis-cluster.ts'

/** How a test sends commands to the Redis behind what it tests. */
export interface RedisHands {
  /** As the service takes it. */
  readonly url: string
  /** Sends a command to the server that holds the key. */
  atKey(key: string, args: readonly string[]): Promise<unknown>
  /** Sends a command to every server that holds keys. */
  everywhere(args: readonly string[]): Promise<readonly unknown[]>
  stop(): Promise<void>
}

/** One way to have a Redis, for the suites that run on each. */
export interface RedisVariant {
  /** For the title of the suite, with the reason when it is skipped. */
  readonly name: string
  readonly skip: boolean
  start(): Promise<RedisHands>
}

const any = redisForTests()
const own = privateRedisForTests()

export const redisVariants: readonly RedisVariant[] = [
  { name: `redis${any.why}`, skip: any.skip, start: oneRedis },
  { name: `redis cluster${own.why}`, skip: own.skip, start: startRedisCluster },
]

async function oneRedis(): Promise<RedisHands> {
  const redis = await any.open()
  const admin = createClient({ url: redis.url, RESP: 2 })
  admin.on('error', () => undefined)
  await admin.connect()
  return {
    url: redis.url,
    atKey: (_key, args) => admin.sendCommand(args),
    everywhere: async (args) => [await admin.sendCommand(args)],
    async stop() {
      admin.destroy()
      await redis.release()
    },
  }
}
