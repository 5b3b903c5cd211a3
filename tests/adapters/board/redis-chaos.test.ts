import { randomUUID } from 'node:crypto'
import { describe, expect, onTestFinished, test } from 'vitest'
import type { Board } from '../../../src/adapters/board/board.ts'
import { redisBoard } from '../../../src/adapters/board/redis.ts'
import { systemClock } from '../../../src/adapters/clock/system.ts'
import { BoardUnavailable } from '../../../src/domain/errors.ts'
import type { LogEntry, Position } from '../../../src/ports/broadcaster.ts'
import { memoryLog } from '../../support/log.ts'
import { privateRedisForTests } from '../../support/redis.ts'
import { awakeMs } from '../../support/stalls.ts'

/** Redis is real, and so is its time. */
const realClock = systemClock()
const LEASE_TTL_MS = 400
const KILLS = 10
/** Ticks that must go through between two kills, so that every epoch has content to disagree about. */
const TICKS_BETWEEN = 30

/** Ticks after which an owner gives the lease up, so that it changes hands between kills too. */
const TICKS_PER_TURN = 20
const access = privateRedisForTests()

/** What every reader saw at one position; two different ones are the fault this test looks for. */
type Seen = Map<string, string>

/** One owner that appends whenever it may, and one reader beside it, each as simple as the ports allow. */
class Instance {
  readonly name: string
  readonly board: Board
  readonly problems: string[] = []
  readonly epochs = new Set<string>()
  longestGapMs = 0
  applied = 0
  at: Position | null = null
  #lastMs = awakeMs()
  readonly #seen: Seen
  readonly #stop: AbortSignal

  constructor({ name, url, seen, stop }: { name: string; url: string; seen: Seen; stop: AbortSignal }) {
    this.name = name
    this.#seen = seen
    this.#stop = stop
    const options = { url, log: memoryLog(), clock: realClock, leaseTtlMs: LEASE_TTL_MS }
    this.board = redisBoard({ ...options, owner: randomUUID() })
  }

  async run(): Promise<void> {
    await Promise.all([this.#untilStopped(() => this.#read()), this.#untilStopped(() => this.#hold())])
    await this.board.close()
  }

  async #untilStopped(turn: () => Promise<void>): Promise<void> {
    while (!this.#stop.aborted) {
      try {
        await turn()
      } catch (error) {
        if (!(error instanceof BoardUnavailable)) throw error
        await new Promise(setImmediate)
      }
    }
  }

  async #read(): Promise<void> {
    const entries = await this.board.broadcaster.read(this.at ?? { epoch: '0', seq: 0 }, this.#stop)
    for (const entry of entries) this.#apply(entry)
    if (entries.length > 0) return
    // A log that was lost with all its ids is not heard of by waiting behind the old ones, unless the head is asked.
    const head = await this.board.broadcaster.head()
    if (head !== null && head.epoch !== this.at?.epoch) this.at = null
  }

  #apply(entry: LogEntry): void {
    const { epoch, seq } = entry
    const content = entry.kind === 'tick' ? entry.body : 'begin'
    const before = this.#seen.get(`${epoch}-${seq}`)
    if (before !== undefined && before !== content) this.problems.push(`${epoch}-${seq}: ${before} and ${content}`)
    this.#seen.set(`${epoch}-${seq}`, content)
    if (this.at?.epoch === epoch && seq !== this.at.seq + 1) this.problems.push(`${epoch}: ${this.at.seq} then ${seq}`)
    if (this.at !== null && Number(epoch) < Number(this.at.epoch)) this.problems.push(`${this.at.epoch} then ${epoch}`)
    const nowMs = awakeMs()
    this.longestGapMs = Math.max(this.longestGapMs, nowMs - this.#lastMs)
    this.#lastMs = nowMs
    this.at = { epoch, seq }
    this.epochs.add(epoch)
    this.applied += 1
  }

  /** Claims, appends for a while if that goes well, and leaves the lease to the other. */
  async #hold(): Promise<void> {
    const claim = await this.board.lease.claim()
    if (!claim.held) return shortly()
    let at = claim.continues ? claim.head : await this.#begin(claim.fence)
    for (let turn = 0; turn < TICKS_PER_TURN && at !== null && !this.#stop.aborted; turn++) {
      at = await this.#append(claim.fence, at)
    }
    await this.board.lease.release()
    await shortly()
  }

  async #begin(fence: number): Promise<Position | null> {
    const begun = await this.board.broadcaster.begin({ fence, after: this.at?.epoch ?? null, body: [this.name] })
    return begun === 'fenced' ? null : { epoch: begun.epoch, seq: 0 }
  }

  async #append(fence: number, { epoch, seq }: Position): Promise<Position | null> {
    const nonce = randomUUID()
    const tick = { fence, epoch, seq: seq + 1, nonce, body: `${this.name} ${nonce}` }
    // An answer that never came: once more, with the same nonce.
    const answer = await this.board.broadcaster.append(tick).catch(() => this.board.broadcaster.append(tick))
    if (answer === 'ok') return tick
    return answer === 'fenced' ? null : this.#begin(fence)
  }
}

describe.skipIf(access.skip)(`two owners and a Redis that is killed ${KILLS} times${access.why}`, () => {
  test.each(['none', 'aof'] as const)(
    'show every reader one content per position, in order: persistence %s',
    async (persistence) => {
      const server = await access.openServer({ persistence })
      onTestFinished(server.stop)
      const stop = new AbortController()
      const seen: Seen = new Map()
      const make = (name: string) => new Instance({ name, url: server.url, seen, stop: stop.signal })
      const instances = [make('one'), make('two')]
      const runs = instances.map((instance) => instance.run())
      const untilTicks = async () => {
        const from = instances.map(({ applied }) => applied)
        while (instances.some(({ applied }, index) => applied < (from[index] ?? 0) + TICKS_BETWEEN)) {
          await new Promise(setImmediate)
        }
      }
      for (let kill = 0; kill < KILLS; kill++) {
        await untilTicks()
        await server.kill9()
        await server.restart()
      }
      await untilTicks()
      stop.abort()
      await Promise.all(runs)
      for (const { epochs, problems } of instances) {
        expect(problems).toEqual([])
        expect(epochs.size).toBeGreaterThan(KILLS)
      }
      const gapMs = Math.max(...instances.map(({ longestGapMs }) => longestGapMs))
      expect(gapMs).toBeLessThan(5000)
      const writers = [...seen.values()].map((content) => content.split(' ')[0])
      expect(writers).toEqual(expect.arrayContaining(['one', 'two']))
      process.stdout.write(`persistence ${persistence}: ${seen.size} entries, longest gap ${Math.round(gapMs)} ms\n`)
    },
  )
})

/** Long enough for the other to ask for the lease. */
function shortly(): Promise<void> {
  return new Promise((resolve) => void realClock.after(LEASE_TTL_MS / 10, resolve))
}
