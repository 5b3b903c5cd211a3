import { randomUUID } from 'node:crypto'
import { isDeepStrictEqual } from 'node:util'
import { createClient } from 'redis'
import { afterEach, beforeEach, describe, expect, onTestFinished, test, vi } from 'vitest'
import type { Board } from '../../../src/adapters/board/board.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { throttled } from '../../../src/adapters/log/throttled.ts'
import { BoardUnavailable } from '../../../src/domain/errors.ts'
import { atBest } from '../../support/at-best.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import type { RedisServer } from '../../support/redis-server.ts'
import { awakeMs } from '../../support/stalls.ts'
import { appendNext, begun, claimed, ticks } from './steps.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()
const LEASE_TTL_MS = 60_000
const never = new AbortController().signal
const access = privateRedisForTests()

describe.skipIf(access.skip).each(['none', 'aof'] as const)(
  `the board and a Redis of its own: persistence %s${access.why}`,
  (persistence) => {
    let server: RedisServer
    let log: ReturnType<typeof memoryLog>
    let board: Board
    let admin: Awaited<ReturnType<typeof adminOf>>
    let fence: number
    let epoch: string

    const open = (more: { readonly owner?: string; readonly answerMs?: number } = {}) => {
      const terms = { url: server.url, log, clock: realClock, leaseTtlMs: LEASE_TTL_MS }
      const opened = redisBoard({ ...terms, owner: randomUUID(), ...more })
      onTestFinished(opened.close)
      return opened
    }
    /** As the service has it, and connected: a question to a Redis that hangs ends in its time. */
    const opened = async () => {
      const board = open({ owner: 'the owner' })
      await patiently(() => board.broadcaster.head())
      return board
    }
    beforeEach(async () => {
      server = await access.openServer({ persistence })
      log = memoryLog()
      board = redisBoard({
        url: server.url,
        log: throttled(log, realClock, 10 * PATIENCE_MS),
        clock: realClock,
        owner: 'the owner',
        leaseTtlMs: LEASE_TTL_MS,
        answerMs: PATIENCE_MS,
      })
      admin = await adminOf(server.url)
      fence = (await patiently(() => claimed(board))).fence
      epoch = (await begun(board, { fence })).epoch
    })
    afterEach(async () => {
      await board.close()
      admin.destroy()
      await server.stop()
    })

    /** Every question there is, each with the longest it may take. */
    const questions: readonly (readonly [name: string, ask: (asked: Board) => Promise<unknown>, withinMs: number])[] = [
      ['claim', (asked) => asked.lease.claim(), 400],
      ['release', (asked) => asked.lease.release(), 400],
      ['begin', (asked) => begun(asked, { fence }), 400],
      ['append', (asked) => appendNext(asked, { fence, epoch, seq: 1 }), 400],
      ['head', (asked) => asked.broadcaster.head(), 400],
      ['tail', (asked) => asked.broadcaster.tail({ epoch, seq: 0 }), 400],
      ['load', (asked) => asked.snapshots.load(), 400],
      ['save', (asked) => asked.snapshots.save({ fence, epoch, seq: 1, body: [] }), 400],
      ['read', (asked) => asked.broadcaster.read({ epoch, seq: 0 }, never), 1400],
    ]
    const failsWithin = async (asked: Board, ask: (asked: Board) => Promise<unknown>, withinMs: number) => {
      const startMs = awakeMs()
      await expect(ask(asked)).rejects.toThrow(BoardUnavailable)
      expect(awakeMs() - startMs).toBeLessThan(withinMs)
    }
    const failsFast = (asked: Board) =>
      patiently(async () => {
        for (const [, ask] of questions) await failsWithin(asked, ask, 50)
      })
    /** Both connections serve again: a tick goes in and comes out. */
    const works = (asked: Board) =>
      patiently(async () => {
        const again = await claimed(asked)
        const next = await begun(asked, { fence: again.fence, after: epoch })
        expect(await appendNext(asked, { fence: again.fence, ...next, seq: 1 })).toBe('ok')
        expect(await asked.broadcaster.read({ ...next, seq: 0 }, never)).toEqual(ticks(next.epoch, 1, 1))
        expect(Number(next.epoch)).toBeGreaterThan(Number(epoch))
      })

    if (persistence === 'none') {
      test.each(questions)('a hang ends %s in BoardUnavailable in time', async (_name, ask, withinMs) => {
        const asked = await opened()
        server.pause()
        // The slack is for a busy machine.
        await failsWithin(asked, ask, withinMs + 300)
      })

      test('a hang is over by itself, and costs nothing per question meanwhile', async () => {
        const asked = await opened()
        server.pause()
        await failsFast(asked)
        server.resume()
        await works(asked)
      })

      test('a hang under steady traffic is noticed and over by itself', async () => {
        let stop = false
        const asked = await opened()
        const traffic = (async () => {
          for (; !stop; await new Promise(setImmediate)) await asked.broadcaster.head().catch(() => null)
        })()
        server.pause()
        await failsFast(asked)
        server.resume()
        await works(asked)
        stop = true
        await traffic
      })

      test('an append whose answer never came is appended once when it is tried again', async () => {
        // From here on Redis knows the script, so that the append is one message.
        await appendNext(board, { fence, epoch, seq: 1 })
        const asked = await opened()
        server.pause()
        const tick = { fence, epoch, seq: 2, nonce: 'the same' }
        await expect(appendNext(asked, tick)).rejects.toThrow(BoardUnavailable)
        server.resume()
        // It was on its way, so it runs all the same.
        await patiently(async () => expect(await admin.hGet('{tt:board}:head', 'seq')).toBe('2'))
        await patiently(async () => expect(await appendNext(asked, tick)).toBe('ok'))
        expect(await appendNext(board, { fence, epoch, seq: 2 })).toBe('lost')
        expect(await board.broadcaster.tail({ epoch, seq: 0 })).toEqual(ticks(epoch, 1, 2))
        expect(await appendNext(board, { fence, epoch, seq: 3 })).toBe('ok')
      })

      test('kill -9 loses the log: append says so, and a larger epoch begins', async () => {
        await appendNext(board, { fence, epoch, seq: 1 })
        await server.kill9()
        await failsFast(board)
        await server.restart()
        const answer = () => appendNext(board, { fence, epoch, seq: 2 })
        await patiently(async () => expect(await answer()).toBe('lost'))
        expect(await board.broadcaster.head()).toBeNull()
        const again = await claimed(board)
        expect(again).toMatchObject({ head: null, continues: false })
        expect(again.fence).toBeGreaterThan(fence)
        await works(board)
      })

      test('an owner that held the lease before a loss is fenced by the one that claimed after it', async () => {
        await server.kill9()
        await server.restart()
        const other = open()
        const claim = await patiently(() => claimed(other))
        const next = await begun(other, { fence: claim.fence })
        await patiently(async () => expect(await appendNext(board, { fence, epoch, seq: 1 })).toBe('fenced'))
        expect(await board.snapshots.save({ fence, epoch, seq: 1, body: [] })).toBe(false)
        expect(await board.broadcaster.begin({ fence, after: null, body: [] })).toBe('fenced')
        expect(await other.broadcaster.head()).toEqual({ ...next, seq: 0 })
      })

      test('forgotten scripts are sent again, without anybody noticing, and only then', async () => {
        await appendNext(board, { fence, epoch, seq: 1 })
        await admin.configResetStat()
        await appendNext(board, { fence, epoch, seq: 2 })
        expect(await callsOf(admin, 'eval')).toBe(0)
        await admin.scriptFlush()
        const claims = await Promise.all([board.lease.claim(), board.lease.claim()])
        // The time that each is told is its own.
        expect(claims).toEqual(claims.map(({ nowMs }) => ({ ...claims[0], nowMs })))
        expect(await appendNext(board, { fence, epoch, seq: 3 })).toBe('ok')
        expect(await callsOf(admin, 'eval')).toBeGreaterThan(0)
      })

      test('no memory left is BoardUnavailable, changes nothing, and reads go on', async () => {
        await admin.configSet('maxmemory', '1')
        const refused = new BoardUnavailable('Redis did not serve the board: OOM.')
        await expect(appendNext(board, { fence, epoch, seq: 1 })).rejects.toThrow(refused)
        await expect(board.lease.claim()).rejects.toThrow(refused)
        expect(await board.broadcaster.head()).toEqual({ epoch, seq: 0 })
        expect(await board.broadcaster.tail({ epoch, seq: 0 })).toEqual([])
        await admin.configSet('maxmemory', '0')
        expect(await appendNext(board, { fence, epoch, seq: 1 })).toBe('ok')
      })

      test('a Redis that became a replica is BoardUnavailable, also for who waits', async () => {
        const reading = expect(board.broadcaster.read({ epoch, seq: 0 }, never)).rejects.toThrow(BoardUnavailable)
        await patiently(async () => expect(await admin.info('clients')).toContain('blocked_clients:1'))
        await admin.sendCommand(['REPLICAOF', '127.0.0.1', '1'])
        await reading
        const refused = new BoardUnavailable('Redis did not serve the board: READONLY.')
        await expect(appendNext(board, { fence, epoch, seq: 1 })).rejects.toThrow(refused)
        await admin.sendCommand(['REPLICAOF', 'NO', 'ONE'])
        await works(board)
      })

      test('what somebody else wrote under our keys is BoardUnavailable, never a body', async () => {
        await admin.hSet('{tt:board}:snap', 'body', 'plain text')
        await expect(board.snapshots.load()).rejects.toThrow(BoardUnavailable)
        await admin.xAdd('{tt:board}:ticks', `${epoch}-1`, { k: 'tick', body: 'plain text' })
        await expect(board.broadcaster.read({ epoch, seq: 0 }, never)).rejects.toThrow(BoardUnavailable)
        await admin.set('{tt:board}:snap', 'a text')
        await expect(board.snapshots.load()).rejects.toThrow('WRONGTYPE')
      })

      test('a board can be opened before Redis is there', async () => {
        await server.kill9()
        const early = open({ owner: 'the owner' })
        await failsWithin(early, (asked) => asked.lease.claim(), 700)
        await server.restart()
        await patiently(() => claimed(early))
      })

      test('a process that is busy while it starts waits for Redis instead of failing at once', async () => {
        const busy = open({ owner: 'the owner' })
        // Longer than a connection may take: its timer comes due before anybody can look whether it stands.
        const untilMs = realClock.monotonicMs() + 700
        while (realClock.monotonicMs() < untilMs);
        // On a machine that is busy too, the answer may come too late; without a connection it would not be waited for.
        const answer = await busy.lease.claim().catch((error: Error) => error.message)
        expect(`${answer}`).not.toContain('NotConnected')
      })

      test('connections that nobody uses stay, those for waiting too', async () => {
        await opened()
        const changes = await atBest(1, async () => {
          const before = await idsOf(admin)
          const startMs = awakeMs()
          // Longer than the time after which a silent socket is given up.
          await patiently(() => expect(awakeMs() - startMs).toBeGreaterThan(2500))
          return isDeepStrictEqual(await idsOf(admin), before) ? 0 : 1
        })
        expect(changes).toBe(0)
      })

      test('an outage costs a throttled log one line per kind of fault', async () => {
        await server.kill9()
        const attempts = vi.fn()
        await patiently(async () => {
          attempts(await board.lease.claim().catch(() => null))
          expect(attempts.mock.calls.length).toBeGreaterThan(50)
        })
        const faults = log.lines.map(({ message }) => message)
        expect(faults).toContain('Redis does not serve the board: ECONNREFUSED')
        expect(faults).toEqual([...new Set(faults)])
      })

      test('close leaves no connection behind, even when it comes while connecting', async () => {
        const boards = Array.from({ length: 5 }, () => open({ answerMs: 10 * PATIENCE_MS }))
        await Promise.all([board.close(), ...boards.map((one) => one.close())])
        const clients = async () => (await admin.clientList()).length
        // Sooner than the sockets' own timeout, which would in the end close a forgotten one.
        await patiently(async () => expect(await clients()).toBe(1))
        expect(log.lines).toEqual([])
      })
    } else {
      test('kill -9 and a restart keep the log, but not the epoch', async () => {
        const tick = { fence, epoch, seq: 1, nonce: 'the same' }
        await appendNext(board, tick)
        await server.kill9()
        await failsFast(board)
        await server.restart()
        const answer = () => appendNext(board, { fence, epoch, seq: 2 })
        await patiently(async () => expect(await answer()).toBe('restarted'))
        expect(await board.broadcaster.tail({ epoch, seq: 0 })).toEqual(ticks(epoch, 1, 1))
        // Its answer could have been lost with the connection.
        expect(await appendNext(board, tick)).toBe('ok')
        expect(await claimed(board)).toMatchObject({ head: { epoch, seq: 1 }, continues: false })
        await works(board)
      })
    }
  },
)

function adminOf(url: string) {
  const client = createClient({ url })
  client.on('error', () => undefined)
  return client.connect()
}

async function callsOf(admin: Awaited<ReturnType<typeof adminOf>>, command: string): Promise<number> {
  return Number(new RegExp(`cmdstat_${command}:calls=(\\d+)`).exec(await admin.info('commandstats'))?.[1] ?? 0)
}

async function idsOf(admin: Awaited<ReturnType<typeof adminOf>>): Promise<readonly number[]> {
  return (await admin.clientList()).map(({ id }) => id).toSorted((a, b) => a - b)
}
