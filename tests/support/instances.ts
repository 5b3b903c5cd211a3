import { type BoardMemory, boardMemory } from '../../src/adapters/board/board-memory.ts'
import { memoryBoard } from '../../src/adapters/board/memory.ts'
import { memoryCache } from '../../src/adapters/cache/memory.ts'
import { agreedClock } from '../../src/app/usecases/tokens/agreed-clock.ts'
import { sharedBoard } from '../../src/app/usecases/tokens/shared-board.ts'
import { BoardUnavailable } from '../../src/domain/errors.ts'
import type { Broadcaster } from '../../src/ports/broadcaster.ts'
import type { Clock } from '../../src/ports/clock.ts'
import type { Lease } from '../../src/ports/lease.ts'
import { type FakeClock, fakeClock } from './fake-clock.ts'
import { fakeSource, type Market } from './fake-source.ts'
import { type Stage, type Staging, stage } from './live-tokens.ts'
import { memoryLog } from './log.ts'

const LEASE_TTL_MS = 2_000

/** One of several instances of the service in this process, started. */
export interface Instance extends Stage {
  readonly log: ReturnType<typeof memoryLog>
  /** Boards that it showed: JSON of rows and snapshot by `epoch-seq`, oldest first. */
  readonly shown: ReadonlyMap<string, string>
  isDeciding(): boolean
  isAwake(): boolean
  /** Nothing of it runs any more, and it says goodbye to nobody. */
  kill(): void
  /** Nothing of it runs until it wakes. */
  sleep(): void
  wake(): void
}

/** What an instance meets when it asks the shared system. `mute`: it is served, and never learns of it. */
export type Service = 'serves' | 'refuses' | 'mute'

/** Several instances over one shared board, cache and market, on one clock turned by hand. */
export interface Fleet {
  readonly clock: FakeClock
  readonly market: Market
  /** What the shared system holds. */
  readonly memory: BoardMemory
  /** For all instances at once. */
  service: Service
  /** How long a question to the shared system is on its way, and its answer too. */
  latencyMs: number
  /** Every (epoch, seq) that two instances showed differently, and every step back of one. */
  readonly problems: readonly string[]
  start(options?: InstanceOptions): Instance
  /** The shared system is started anew, with all that it held. */
  restartShared(): void
  /** The shared system is started anew, empty. */
  emptyShared(): void
  /** The one that decides. @throws Error when none or several do */
  holder(): Instance
  end(): Promise<void>
}

export interface InstanceOptions {
  /** How far its wall clock is from that of the fleet; read each time, so a test may step it. */
  readonly skewMs?: number
  /** How long it takes until everybody else has had a turn; read each time. */
  readonly turnMs?: number
  readonly parts?: Staging['parts']
  readonly source?: Staging['source']
  /** Whether only this one can reach the shared system. */
  readonly reach?: { service: Service }
}

export function fleet(market: Market = new Map()): Fleet {
  const clock = fakeClock()
  const memory = boardMemory()
  const cache = memoryCache({ clock, maxEntries: 10_000 })
  const instances: Instance[] = []
  const problems: string[] = []
  const contents = new Map<string, string>()
  let epochs = 0
  let isRestarted = false
  const shared = { clock, memory, leaseTtlMs: LEASE_TTL_MS }

  const self: Fleet = {
    clock,
    market,
    memory,
    service: 'serves',
    latencyMs: 0,
    problems,
    start(options = {}) {
      const { parts, source } = options
      const reach: { readonly service: Service } = options.reach ?? { service: 'serves' }
      const life = lifeOf()
      const wallMs = () => clock.nowMs() + (options.skewMs ?? 0)
      const alarm = life.alarmsOf(clock)
      const after: Clock['after'] = (delayMs, run) => alarm(delayMs === 0 ? (options.turnMs ?? 0) : delayMs, run)
      const own = agreedClock({ ...clock, nowMs: wallMs, after })
      const log = memoryLog()
      const board = memoryBoard(shared)
      const isServed = () => (reach.service === 'serves' ? self.service : reach.service)
      const through = gate(isServed, () => travel(life, clock, self.latencyMs))
      const lease: Lease = {
        claim: through(async () => {
          const claim = await board.lease.claim()
          return claim.held && isRestarted ? { ...claim, continues: false } : claim
        }),
        leave: through(board.lease.leave),
        release: through(board.lease.release),
      }
      const broadcaster: Broadcaster = {
        begin: through(async (start) => {
          const begun = await board.broadcaster.begin(start)
          if (begun !== 'fenced') isRestarted = false
          return begun
        }),
        append: through(async (tick) => (isRestarted ? 'restarted' : board.broadcaster.append(tick))),
        read: through(board.broadcaster.read),
        tail: through(board.broadcaster.tail),
        head: through(board.broadcaster.head),
      }
      const { save, load } = board.snapshots
      const snapshots = { save: through(save), load: through(load) }
      const wishes = { tell: through(board.wishes.tell), hear: through(board.wishes.hear) }
      let isDeciding = () => false
      const nonce = () => `${Math.random()}`
      const ownEpoch = () => `${++epochs}`
      const terms = { clock: own, log, lease, broadcaster, snapshots, claimEveryMs: 500, nonce, ownEpoch }
      const make = (name: string) => fakeSource(name, { clock: own, market, ...source })
      const staged = stage({
        clock: { ...clock, ...own },
        cache,
        market,
        sources: [make('dexscreener'), make('jupiter'), make('geckoterminal')],
        parts: {
          log,
          epoch: '0',
          wishes,
          publishing(shelf, waiting) {
            const publishing = sharedBoard(shelf, waiting, terms)
            isDeciding = publishing.isDeciding
            return publishing
          },
          ...parts,
        },
      })
      const shown = new Map<string, string>()
      const instance: Instance = { ...staged, ...life, log, shown, isDeciding: () => life.isAwake() && isDeciding() }
      const name = instances.push(instance)
      instance.feed.onBoard(({ epoch, seq }) => {
        const content = contentOf(instance)
        const key = `${epoch}-${seq}`
        const [lastEpoch, lastSeq] = [...shown.keys()].at(-1)?.split('-') ?? []
        if (lastEpoch === epoch && Number(lastSeq) >= seq) problems.push(`${name}: ${lastSeq}, then ${key}`)
        const known = contents.get(key) ?? content
        if (known !== content) problems.push(`${name} at ${key}: ${content}\nnot ${known}`)
        contents.set(key, known)
        shown.set(key, content)
      })
      instance.start()
      return instance
    },
    restartShared() {
      isRestarted = true
      memory.lease = null
    },
    emptyShared() {
      Object.assign(memory, { lease: null, fence: 0, note: null, head: null, entries: [], snapshot: null, wishes: [] })
    },
    holder() {
      const deciding = instances.filter((one) => one.isDeciding())
      if (deciding[0] === undefined || deciding.length > 1) throw new Error(`${deciding.length} instances decide`)
      return deciding[0]
    },
    async end() {
      const stopping = instances.filter(({ isAwake }) => isAwake()).map((one) => one.stop())
      await clock.advance(5_000)
      await Promise.all(stopping)
    },
  }
  return self
}

/** Everything that an instance shows at its newest board. */
function contentOf({ service, feed }: Instance): string {
  const view = { q: null, network: null, sort: 'volume', order: 'desc', window: '24h', minLiquidityUsd: null } as const
  const live = feed.open(view, 1000)
  const { rows } = live.state()
  live.close()
  return JSON.stringify({ rows, snapshot: service.head() })
}

interface Life {
  isAwake(): boolean
  kill(): void
  sleep(): void
  wake(): void
  /** Settles when it is awake; never once it is dead. */
  whenAwake(): Promise<void>
  alarmsOf(clock: Clock): Clock['after']
}

function lifeOf(): Life {
  let state: 'awake' | 'asleep' | 'dead' = 'awake'
  let waiting: (() => void)[] = []
  const run = (work: () => void) => {
    if (state === 'awake') work()
    else if (state === 'asleep') waiting.push(work)
  }
  return {
    isAwake: () => state === 'awake',
    kill() {
      state = 'dead'
    },
    sleep() {
      state = 'asleep'
    },
    wake() {
      state = 'awake'
      const late = waiting
      waiting = []
      for (const work of late) run(work)
    },
    whenAwake: () => new Promise((resolve) => run(resolve)),
    alarmsOf: (clock) => (delayMs, work) => clock.after(delayMs, () => run(work)),
  }
}

type Call<A extends readonly unknown[], R> = (...args: A) => Promise<R>

/** What a call meets on its way to the shared system and back. */
function gate(service: () => Service, travelled: () => Promise<void>) {
  return <A extends readonly unknown[], R>(call: Call<A, R>): Call<A, R> =>
    async (...args) => {
      await travelled()
      if (service() === 'refuses') throw new BoardUnavailable('refused, as told')
      const answer = await call(...args)
      await travelled()
      if (service() !== 'serves') throw new BoardUnavailable('no answer, as told')
      return answer
    }
}

async function travel(life: Life, clock: Clock, latencyMs: number): Promise<void> {
  if (latencyMs > 0) await new Promise<void>((resolve) => clock.after(latencyMs, resolve))
  await life.whenAwake()
}
