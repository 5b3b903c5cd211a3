import { createServer, type Server } from 'node:net'
import { ErrorReply } from 'redis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { redisCache } from '../../../src/adapters/cache/redis.ts'
import { faultOf } from '../../../src/adapters/cache/redis-faults.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { memoryLog } from '../../support/log.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { freePort } from '../../support/redis-server.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()

const SECRET = 'correct-horse-battery'

/** Everything that a cache at `url` says in its log and its error until it has failed once. */
async function saidAbout(url: string): Promise<string> {
  const log = memoryLog()
  const cache = redisCache({ url, log, clock: realClock })
  const errors: unknown[] = []
  await vi.waitFor(async () => {
    await cache.get('k').catch((error) => errors.push(error.message, error.stack, error.cause, { ...error }))
    expect(errors.length).toBeGreaterThan(0)
    expect(log.lines.length).toBeGreaterThan(0)
  })
  await cache.close()
  return JSON.stringify([errors, log.lines])
}

describe('no password is repeated', () => {
  const access = privateRedisForTests()

  test.skipIf(access.skip)(`when Redis refuses it${access.why}`, async () => {
    const server = await access.openServer({ args: ['--requirepass', 'another'] })
    onTestFinished(server.stop)
    const said = await saidAbout(`redis://:${SECRET}@127.0.0.1:${server.port}`)
    expect(said).toContain('WRONGPASS')
    expect(said).not.toContain(SECRET)
  })

  test('when a Redis too old for the login quotes the whole command', async () => {
    const { server, port } = await quotingServer()
    onTestFinished(() => void server.close())
    const said = await saidAbout(`redis://:${SECRET}@127.0.0.1:${port}`)
    expect(said).toContain(': ERR')
    expect(said).not.toContain(SECRET)
  })

  test('when nothing listens', async () => {
    const said = await saidAbout(`redis://user:${SECRET}@127.0.0.1:${await freePort()}`)
    expect(said).toContain('ECONNREFUSED')
    expect(said).not.toContain(SECRET)
  })

  test.each([
    `redis://:${SECRET}@host:notaport`,
    `http://:${SECRET}@host`,
    `redis://:${SECRET}@host/notanumber`,
    `${SECRET}`,
  ])('when the URL is wrong: %s', (url) => {
    const make = () => redisCache({ url, log: memoryLog(), clock: realClock })
    expect(make).toThrow(TypeError)
    try {
      make()
    } catch (error) {
      expect(String(error) + JSON.stringify(error, Object.getOwnPropertyNames(error))).not.toContain(SECRET)
    }
  })
})

test.each([
  [new ErrorReply("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
  [new ErrorReply(`${SECRET} is not an error code`), 'ERR'],
  [new ErrorReply(SECRET), 'ERR'],
  [Object.assign(new Error(SECRET), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [new TypeError(SECRET), 'TypeError'],
  [SECRET, 'unknown'],
])('a fault has a name that repeats nothing: %#', (error, name) => {
  expect(faultOf(error)).toBe(name)
})

/** Answers like Redis 5: with everything it was told. */
async function quotingServer(): Promise<{ server: Server; port: number }> {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy())
    socket.on('data', (data) => {
      const words = data
        .toString()
        .split('\r\n')
        .filter((line) => /^[^*$]/.test(line))
      socket.write(`-ERR unknown command \`HELLO\`, with args beginning with: ${words.join(', ')}\r\n`)
    })
  })
  const port = await freePort()
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
  return { server, port }
}
