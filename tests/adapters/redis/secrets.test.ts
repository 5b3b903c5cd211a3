import { createServer } from 'node:net'
import { describe, expect, onTestFinished, test } from 'vitest'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { redisCache } from '../../../src/adapters/cache/redis.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import type { Log } from '../../../src/ports/log.ts'
import { memoryLog } from '../../support/log.ts'
import { patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { freePort } from '../../support/redis-server.ts'

/** Redis is real, and so is its time. */
const clock = systemClock()
const SECRET = 'correct-horse-battery'

/** What is kept in Redis, opened, and one question to it. */
type Open = (url: string, log: Log) => { ask(): Promise<unknown>; close(): Promise<void> }

const openCache: Open = (url, log) => {
  const cache = redisCache({ url, log, clock })
  return { ask: () => cache.get('k'), close: cache.close }
}
const openBoard: Open = (url, log) => {
  const board = redisBoard({ url, log, clock, owner: 'me', leaseTtlMs: 1000 })
  return { ask: board.lease.claim, close: board.close }
}

/** Everything that is said in the log and in errors until a question has failed once. */
async function saidAbout(open: Open, url: string): Promise<string> {
  const log = memoryLog()
  const opened = open(url, log)
  onTestFinished(opened.close)
  const errors: unknown[] = []
  await patiently(async () => {
    await opened.ask().catch((error) => errors.push(error.message, error.stack, error.cause, { ...error }))
    expect(errors.length).toBeGreaterThan(0)
    expect(log.lines.length).toBeGreaterThan(0)
  })
  return JSON.stringify([errors, log.lines])
}

describe.each([
  ['cache', openCache],
  ['board', openBoard],
])('the %s repeats no password', (_name, open) => {
  const access = privateRedisForTests()

  test.skipIf(access.skip)(`when Redis refuses it${access.why}`, async () => {
    const server = await access.openServer({ args: ['--requirepass', 'another'] })
    onTestFinished(server.stop)
    const said = await saidAbout(open, `redis://:${SECRET}@127.0.0.1:${server.port}`)
    expect(said).toContain('WRONGPASS')
    expect(said).not.toContain(SECRET)
  })

  test('when a Redis too old for the login quotes the whole command', async () => {
    const said = await saidAbout(open, `redis://:${SECRET}@127.0.0.1:${await quotingServer()}`)
    expect(said).toContain(': ERR')
    expect(said).not.toContain(SECRET)
  })

  test('when nothing listens, on any node of a cluster', async () => {
    const nodes = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`)
    const said = await saidAbout(open, `redis-cluster://user:${SECRET}@${nodes.join(',')}`)
    expect(said).toContain('ECONNREFUSED')
    expect(said).not.toContain(SECRET)
  })

  test.each([`http://:${SECRET}@host`, `redis://:${SECRET}@host:notaport`, SECRET])(
    'when the URL is wrong: %s',
    (url) => {
      const make = () => open(url, memoryLog())
      expect(make).toThrow(TypeError)
      try {
        make()
      } catch (error) {
        expect(String(error) + JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET)
      }
    },
  )
})

/** Answers like Redis 5: with everything it was told. @returns its port */
async function quotingServer(): Promise<number> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => socket.write(`-ERR unknown command, ${data.toString().replaceAll('\r\n', ' ')}\r\n`))
  })
  onTestFinished(() => void server.close())
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return port
}
