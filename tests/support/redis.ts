import { spawnSync } from 'node:child_process'
import { type RedisServer, type RedisServerOptions, startRedis } from './redis-server.ts'
import { requireAll } from './require-all.ts'

/** A Redis that a suite may write to under keys that nobody else has. */
export interface RedisForTests {
  readonly url: string
  /** Ends a private server; leaves one that was there before, and what was written to it to its own expiry. */
  release(): Promise<void>
}

/** How a suite comes by Redis on this machine. */
export interface RedisAccess {
  /** For `describe.skipIf`. */
  readonly skip: boolean
  /** For the title of the suite: empty, or why it is skipped. */
  readonly why: string
  /** @throws Error when there is no Redis and `requireAll` is set, so that a missing one fails instead of being skipped. */
  open(): Promise<RedisForTests>
}

/** Any Redis: a private one when `redis-server` is on PATH, else the one at REDIS_URL. */
export function redisForTests(): RedisAccess {
  const url = process.env['REDIS_URL']
  if (HAS_SERVER || url === undefined) return privateRedisForTests()
  return { skip: false, why: '', open: async () => ({ url, release: async () => {} }) }
}

/** A Redis that the suite may stop, hang and empty. */
export function privateRedisForTests(): RedisAccess & {
  openServer(options?: RedisServerOptions): Promise<RedisServer>
} {
  const skip = !(HAS_SERVER || requireAll)
  const openServer = async (options?: RedisServerOptions) => {
    if (!HAS_SERVER) throw new Error('REQUIRE_ALL=1, but there is no redis-server on PATH.')
    return startRedis(options)
  }
  return {
    skip,
    why: skip ? ' (skipped: no redis-server on PATH)' : '',
    openServer,
    async open() {
      const server = await openServer()
      return { url: server.url, release: server.stop }
    },
  }
}

const HAS_SERVER = spawnSync('redis-server', ['--version']).status === 0
