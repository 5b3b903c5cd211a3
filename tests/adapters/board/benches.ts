import { randomUUID } from 'node:crypto'
import { type Board, READ_WAIT_MS } from '../../../src/adapters/board/board.ts'
import { boardMemory } from '../../../src/adapters/board/board-memory.ts'
import { memoryBoard } from '../../../src/adapters/board/memory.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { fakeClock, settle } from '../../support/fake-clock.ts'
import { memoryLog } from '../../support/log.ts'
import { PATIENCE_MS, patiently } from '../../support/patience.ts'
import { type RedisHands, type RedisVariant, redisVariants } from '../../support/redis-hands.ts'

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
  /** Resolves when a read is waiting for something to come, or that read has ended: a machine may stall for so long. */
  untilReading(read: Promise<unknown>): Promise<void>
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

/** The table that every suite about the board runs over. */
export const boardVariants: readonly BoardVariant[] = [
  { name: 'memory', skip: false, start: async () => ({ bench: memoryBench, stop: async () => {} }) },
  ...redisVariants.map((variant) => ({ ...variant, start: () => redisBenches(variant) })),
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

/** Each bench has keys of its own, so in a cluster a node of its own too. */
async function redisBenches(variant: RedisVariant) {
  const hands = await variant.start()
  return { bench: async () => redisBench(hands), stop: hands.stop }
}

function redisBench(hands: RedisHands): BoardBench {
  const keyPrefix = `tt:board-${randomUUID()}`
  const keys = ['head', 'ticks', 'lease', 'fence', 'snap', 'wishes'].map((name) => `{${keyPrefix}}:${name}`)
  const [head = ''] = keys
  const boards: Board[] = []
  const shared = { url: hands.url, keyPrefix, log: memoryLog(), clock: systemClock(), leaseTtlMs: LEASE_TTL_MS }
  const answerMs = PATIENCE_MS
  const empty = async () => void (await hands.atKey(head, ['DEL', ...keys]))
  const open = () => {
    const board = redisBoard({ ...shared, answerMs, owner: randomUUID() })
    boards.push(board)
    return board
  }
  return {
    open,
    async opened() {
      const board = open()
      await patiently(() => board.broadcaster.head())
      return board
    },
    expireLease: async () => void (await hands.atKey(head, ['PEXPIRE', `{${keyPrefix}}:lease`, '0'])),
    loseEverything: empty,
    async untilReading(read) {
      let isOver = false
      const end = () => {
        isOver = true
      }
      read.then(end, end)
      await patiently(async () => {
        const said = await hands.everywhere(['INFO', 'clients'])
        if (!isOver && !said.some((info) => /blocked_clients:[1-9]/.test(`${info}`))) throw new Error('Nobody reads.')
      })
    },
    // Redis is real, and so is its time.
    passReadWait: async () => {},
    async release() {
      await Promise.all(boards.map((board) => board.close()))
      await empty()
    },
  }
}
