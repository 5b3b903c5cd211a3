import { randomUUID } from 'node:crypto'
import { createClient } from 'redis'
import { vi } from 'vitest'
import { type Board, READ_WAIT_MS } from '../../../src/adapters/board/board.ts'
import { boardMemory, memoryBoard } from '../../../src/adapters/board/memory.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { fakeClock, settle } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { privateRedisForTests, redisForTests } from '../../support/redis.ts'
import { startRedisCluster } from '../../support/redis-cluster.ts'

/** One shared board, empty at first, and the hands that tests need on what is behind it. */
export interface BoardBench {
  /** One more owner; closed with the bench. */
  open(): Board
  /** The same, when it is connected: what a suite asks then does not depend on how busy the machine is just now. */
  opened(): Promise<Board>
  /** Makes the time of the lease be over. */
  expireLease(): Promise<void>
  /** As a restart without persistence; null where nothing outlives the process anyway. */
  readonly loseEverything: (() => Promise<void>) | null
  /** Resolves when a read is waiting for something to come. */
  untilReading(): Promise<void>
  /** Lets the time pass for which a read waits, where it is not real time. */
  passReadWait(): Promise<void>
  release(): Promise<void>
}

/** One way to share a board. */
export interface BoardVariant {
  readonly name: string
  readonly skip: boolean
  /** Starts what the benches of one file share. */
  start(): Promise<{ bench(): Promise<BoardBench>; stop(): Promise<void> }>
}

const LEASE_TTL_MS = 60_000

/** How a test sends commands to the Redis behind a bench. */
interface Hands {
  readonly url: string
  atKey(key: string, args: readonly string[]): Promise<unknown>
  everywhere(args: readonly string[]): Promise<readonly unknown[]>
  stop(): Promise<void>
}

const anyRedis = redisForTests()
const ownRedis = privateRedisForTests()

/** The table that every suite about the board runs over. */
export const boardVariants: readonly BoardVariant[] = [
  { name: 'memory', skip: false, start: async () => ({ bench: memoryBench, stop: async () => {} }) },
  { name: `redis${anyRedis.why}`, skip: anyRedis.skip, start: () => redisBenches(oneRedis) },
  { name: `redis cluster${ownRedis.why}`, skip: ownRedis.skip, start: () => redisBenches(startRedisCluster) },
]

async function memoryBench(): Promise<BoardBench> {
  const clock = fakeClock()
  const memory = boardMemory()
  const boards: Board[] = []
  const open = () => {
    const board = memoryBoard({ clock, leaseTtlMs: LEASE_TTL_MS, memory })
    boards.push(board)
    return board
  }
  return {
    open,
    opened: async () => open(),
    expireLease: () => clock.advance(LEASE_TTL_MS),
    loseEverything: null,
    untilReading: settle,
    passReadWait: () => clock.advance(READ_WAIT_MS),
    release: async () => void (await Promise.all(boards.map((board) => board.close()))),
  }
}

async function oneRedis(): Promise<Hands> {
  const redis = await anyRedis.open()
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

/** Each bench has keys of its own, so in a cluster a node of its own too. */
async function redisBenches(startHands: () => Promise<Hands>) {
  const hands = await startHands()
  return { bench: async () => redisBench(hands), stop: hands.stop }
}

function redisBench(hands: Hands): BoardBench {
  const keyPrefix = `tt:board-${randomUUID()}`
  const keys = ['head', 'ticks', 'lease', 'fence', 'snap', 'wishes'].map((name) => `{${keyPrefix}}:${name}`)
  const [head = ''] = keys
  const boards: Board[] = []
  const shared = { url: hands.url, keyPrefix, log: memoryLog(), clock: systemClock(), leaseTtlMs: LEASE_TTL_MS }
  const empty = async () => void (await hands.atKey(head, ['DEL', ...keys]))
  const open = () => {
    const board = redisBoard({ ...shared, owner: randomUUID() })
    boards.push(board)
    return board
  }
  return {
    open,
    async opened() {
      const board = open()
      await vi.waitFor(() => board.broadcaster.head(), { timeout: 10_000, interval: 10 })
      return board
    },
    expireLease: async () => void (await hands.atKey(head, ['PEXPIRE', `{${keyPrefix}}:lease`, '0'])),
    loseEverything: empty,
    untilReading: () =>
      vi.waitFor(
        async () => {
          const said = await hands.everywhere(['INFO', 'clients'])
          if (!said.some((info) => /blocked_clients:[1-9]/.test(`${info}`))) throw new Error('Nobody is reading.')
        },
        { timeout: 5000, interval: 5 },
      ),
    // Redis is real, and so is its time.
    passReadWait: async () => {},
    async release() {
      await Promise.all(boards.map((board) => board.close()))
      await empty()
    },
  }
}
