import { ErrorReply } from 'redis'
import { describe, expect, test } from 'vitest'
import { AnswerLate, faultOf, isConnectionSpent } from '../../../src/adapters/redis/faults.ts'
import { movedTo, serversOf } from '../../../src/adapters/redis/servers.ts'

const SECRET = 'correct-horse-battery'

describe('servers', () => {
  test.each([
    ['redis://host', ['redis://host']],
    ['rediss://user:p%40ss@host:7000/2', ['rediss://user:p%40ss@host:7000/2']],
    ['redis-cluster://one:1', ['redis://one:1']],
    ['redis-cluster://one:1, two:2,[::1]:3/', ['redis://one:1', 'redis://two:2', 'redis://[::1]:3']],
    ['rediss-cluster://user:p%40ss@one:1,two:2', ['rediss://user:p%40ss@one:1', 'rediss://user:p%40ss@two:2']],
  ])('of %s are %j', (url, servers) => {
    expect(serversOf(url)).toEqual(servers)
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
    'redis-cluster://',
    SECRET,
  ])('there are none of %s, and the refusal does not repeat it', (url) => {
    expect(() => serversOf(url)).toThrow(TypeError)
    expect(() => serversOf(url)).not.toThrow(SECRET)
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
})

describe('faults', () => {
  test.each([
    [new ErrorReply("OOM command not allowed when used memory > 'maxmemory'."), 'OOM'],
    [new ErrorReply(`${SECRET} is not an error code`), 'ERR'],
    [new ErrorReply(SECRET), 'ERR'],
    [Object.assign(new Error(SECRET), { code: 'ECONNRESET' }), 'ECONNRESET'],
    [new AnswerLate(SECRET), 'AnswerLate'],
    [new TypeError(SECRET), 'TypeError'],
    [SECRET, 'unknown'],
  ])('have a name that repeats nothing: %#', (error, name) => {
    expect(faultOf(error)).toBe(name)
  })

  test.each([
    [new AnswerLate(), true],
    [new ErrorReply('MOVED 3999 10.0.0.7:6381'), true],
    [new ErrorReply('CLUSTERDOWN The cluster is down'), true],
    [new ErrorReply("READONLY You can't write against a read only replica."), true],
    [new ErrorReply('UNBLOCKED force unblock from blocking operation, instance state changed'), true],
    [new ErrorReply('ASK 3999 10.0.0.7:6381'), false],
    [new ErrorReply("OOM command not allowed when used memory > 'maxmemory'."), false],
    [new TypeError(), false],
  ])('%s costs the connection: %s', (error, isSpent) => {
    expect(isConnectionSpent(error)).toBe(isSpent)
  })
})
