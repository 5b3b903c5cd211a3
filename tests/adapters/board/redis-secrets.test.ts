import { createServer } from 'node:net'
import { ErrorReply } from 'redis'
import { describe, expect, onTestFinished, test, vi } from 'vitest'
import { AnswerLate, faultOf } from '../../../src/adapters/board/faults.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { movedTo, serversOf } from '../../../src/adapters/board/servers.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { memoryLog } from '../../support/log.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { freePort } from '../../support/redis-server.ts'

const SECRET = 'correct-horse-battery'

/** Everything that a board at `url` says in its log and its error until it has failed once. */
async function saidAbout(url: string): Promise<string> {
  const log = memoryLog()
  const board = redisBoard({ url, log, clock: systemClock(), owner: 'me', leaseTtlMs: 1000 })
  const errors: unknown[] = []
  await vi.waitFor(async () => {
    await board.lease.claim().catch((error) => errors.push(error.message, error.stack, error.cause, { ...error }))
    expect(errors.length).toBeGreaterThan(0)
    expect(log.lines.length).toBeGreaterThan(0)
  })
  await board.close()
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

  test('when a server quotes the whole command', async () => {
    const server = createServer((socket) => {
      socket.on('error', () => socket.destroy())
      socket.on('data', (data) => socket.write(`-ERR unknown command, ${data.toString().replaceAll('\r\n', ' ')}\r\n`))
    })
    onTestFinished(() => void server.close())
    const port = await freePort()
    await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve))
    const said = await saidAbout(`redis://:${SECRET}@127.0.0.1:${port}`)
    expect(said).toContain(': ERR')
    expect(said).not.toContain(SECRET)
  })

  test('when nothing listens, on any node of a cluster', async () => {
    const nodes = [await freePort(), await freePort()].map((port) => `127.0.0.1:${port}`)
    const said = await saidAbout(`redis-cluster://user:${SECRET}@${nodes.join(',')}`)
    expect(said).toContain('ECONNREFUSED')
    expect(said).not.toContain(SECRET)
  })

  test.each([
    `redis://:${SECRET}@host:notaport`,
    `redis://:${SECRET}@one:1,two:2`,
    `http://:${SECRET}@host`,
    `redis://:${SECRET}@host/notanumber`,
    `redis://:%zz${SECRET}@host`,
    `redis-cluster://:${SECRET}@host:1,:2`,
    `redis-cluster://:${SECRET}@host:1,host:notaport`,
    `redis-cluster://:${SECRET}@host:1/0`,
    `redis-cluster://`,
    SECRET,
  ])('when the URL is wrong: %s', (url) => {
    const make = () => redisBoard({ url, log: memoryLog(), clock: systemClock(), owner: 'me', leaseTtlMs: 1000 })
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
  [Object.assign(new Error(SECRET), { code: 'ECONNRESET' }), 'ECONNRESET'],
  [new AnswerLate(SECRET), 'AnswerLate'],
  [SECRET, 'unknown'],
])('a fault has a name that repeats nothing: %#', (error, name) => {
  expect(faultOf(error)).toBe(name)
})

test.each([
  ['redis://host', ['redis://host']],
  ['rediss://user:p%40ss@host:7000/2', ['rediss://user:p%40ss@host:7000/2']],
  ['redis-cluster://one:1', ['redis://one:1']],
  ['redis-cluster://one:1, two:2,[::1]:3/', ['redis://one:1', 'redis://two:2', 'redis://[::1]:3']],
  ['rediss-cluster://user:p%40ss@one:1,two:2', ['rediss://user:p%40ss@one:1', 'rediss://user:p%40ss@two:2']],
])('the servers of %s are %j', (url, servers) => {
  expect(serversOf(url)).toEqual(servers)
})

test.each([
  ['MOVED 3999 10.0.0.7:6381', 'rediss://user:p%40ss@10.0.0.7:6381'],
  ['MOVED 3999 :6381', 'rediss://user:p%40ss@one:6381'],
  ['MOVED 3999 node.example.org:6381', 'rediss://user:p%40ss@node.example.org:6381'],
  ['MOVED 3999 2001:db8::1:6381', 'rediss://user:p%40ss@[2001:db8::1]:6381'],
  ['ASK 3999 10.0.0.7:6381', null],
  ['CLUSTERDOWN The cluster is down', null],
])('%s leads to %s', (message, url) => {
  expect(movedTo('rediss://user:p%40ss@one:1', new ErrorReply(message))).toBe(url)
})
