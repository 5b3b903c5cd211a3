import { BoardUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Lease } from '../../ports/lease.ts'
import type { Log } from '../../ports/log.ts'
import type { SnapshotStore } from '../../ports/snapshot-store.ts'
import { redisConnection } from '../redis/connection.ts'
import { evaluate } from '../redis/script.ts'
import { type Board, READ_WAIT_MS } from './board.ts'
import { packedBoard, readableBoard } from './bodies.ts'
import { entryId } from './positions.ts'
import { redisBroadcaster } from './redis-broadcaster.ts'
import type { RedisQuestions } from './redis-questions.ts'
import { redisWishes } from './redis-wishes.ts'
import { CLAIM, keysOf, LEAVE, RELEASE, SNAPSHOT } from './scripts.ts'

/** What `redisBoard` needs. */
export interface RedisBoardOptions {
  /** One Redis or a cluster, in the forms that `serversOf` lists. Never logged, never part of an error. */
  readonly url: string
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly clock: Clock
  /** Unique to this process, in any deployment, for ever: a random id made when it starts. */
  readonly owner: string
  /** The lease ends so long after the last successful claim or append. */
  readonly leaseTtlMs: number
  /** Names the board, for deployments that share one Redis; it is the hash tag of every key. No braces. */
  readonly keyPrefix?: string
  /** The longest that an answer of Redis may take, in milliseconds; 400 by default. */
  readonly answerMs?: number
}

/** Unless told otherwise, no answer of Redis may take longer than this; a read may take it on top of its waiting. */
const ANSWER_MS = 400

/**
 * A board in Redis 6 or later, or on one node of a Redis Cluster, shared by every instance with the same URL and prefix.
 * Every question is answered or fails within 400 ms (one that waits for something to come: within 1.4 s), and at once
 * while there is no connection; it works again by itself. A claim, append, begin or save that failed may have run all the same.
 * The Redis must not evict (`maxmemory-policy noeviction`), and must not be a replica.
 * @throws TypeError for an URL that is none.
 */
export function redisBoard(options: RedisBoardOptions): Board {
  const { url, log, clock, owner, leaseTtlMs, keyPrefix = 'tt:board', answerMs = ANSWER_MS } = options
  const [headKey, ...otherKeys] = keysOf(keyPrefix)
  const connect = (longestMs: number) =>
    redisConnection({
      url,
      key: headKey,
      what: 'the board',
      unavailable: (message) => new BoardUnavailable(message),
      log,
      clock,
      answerMs: longestMs,
      strings: 'bytes',
    })
  const asking = connect(answerMs)
  const waiting = connect(READ_WAIT_MS + answerMs)
  const hearing = connect(READ_WAIT_MS + answerMs)
  const keyArgs = [`${1 + otherKeys.length}`, headKey, ...otherKeys]
  const questions: RedisQuestions = {
    owner,
    leaseTtlMs,
    headKey,
    ticksKey: otherKeys[0],
    run: (script, args) => asking.ask((send) => evaluate(send, script, [...keyArgs, ...args])),
    send: (args) => asking.ask((send) => send(args)),
    sendWaiting: (args) => waiting.ask((send) => send(args)),
  }
  return {
    broadcaster: redisBroadcaster(questions),
    lease: redisLease(questions),
    snapshots: redisSnapshots(questions, otherKeys[3]),
    wishes: redisWishes(questions, { send: (args) => hearing.ask((send) => send(args)) }, `{${keyPrefix}}:wishes`),
    async close() {
      asking.close()
      waiting.close()
      hearing.close()
    },
  }
}

function redisLease({ owner, leaseTtlMs, run }: RedisQuestions): Lease {
  return {
    async claim() {
      const claim = (await run(CLAIM, [owner, `${leaseTtlMs}`])) as readonly unknown[]
      const [now, note, fence, epoch, seq, goesOn] = claim
      const told = { nowMs: Number(now), note: `${note}` === '' ? null : `${note}` }
      if (fence === undefined) return { ...told, held: false }
      const head = `${epoch}` === '' ? null : { epoch: `${epoch}`, seq: Number(seq) }
      return { ...told, held: true, fence: Number(fence), head, continues: goesOn === 1 }
    },
    async leave(note) {
      return (await run(LEAVE, [owner, note])) === 1
    },
    async release() {
      await run(RELEASE, [owner])
    },
  }
}

function redisSnapshots({ owner, run, send }: RedisQuestions, snapshotKey: string): SnapshotStore {
  return {
    async load() {
      const fields = await send(['HMGET', snapshotKey, 'epoch', 'seq', 'body'])
      const [epoch, seq, body] = fields as readonly (Buffer | null)[]
      if (!epoch || !seq || !body) return null
      return { epoch: `${epoch}`, seq: Number(seq), body: await readableBoard(body) }
    },
    async save({ fence, epoch, seq, body }) {
      entryId({ epoch, seq })
      return (await run(SNAPSHOT, [owner, `${fence}`, epoch, `${seq}`, await packedBoard(body)])) === 1
    },
  }
}
