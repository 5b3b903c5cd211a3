import type { Change } from '../../../domain/tokens/board.ts'
import { eventsOf } from '../../../domain/tokens/events.ts'
import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { Snapshot } from '../../../ports/service.ts'
import { type Edition, edition } from './edition.ts'
import { CLOSE, type StreamLimits } from './limits.ts'
import { Session, type SessionDeps } from './session.ts'
import type { Sink } from './sink.ts'
import type { News } from './tails.ts'
import { inTurns } from './turns.ts'

/** Every open stream of this process, whatever its transport. */
export interface StreamHub {
  /** Takes a client in. @returns 'too_many' when its address, or the process, has as many as it may. */
  open(sink: Sink, address: string | null): Session | 'too_many'
  /** True when one more from this address would be too many. */
  isFull(address: string | null): boolean
  /** How many streams are open. */
  size(): number
  /** Ends all streams, so that their clients connect again elsewhere, and takes nobody in any more. */
  drain(): void
}

export interface HubDeps {
  readonly feed: BoardFeed
  readonly clock: Clock
  readonly log: Log
  readonly limits: StreamLimits
  readonly random: () => number
}

const PULSE_MS = 1000
/** Events of so many boards are kept for readers that are a little behind. */
const NEWS_BOARDS = 8

export function streamHub(deps: HubDeps): StreamHub {
  const { feed, clock, log, limits, random } = deps
  /** With the address of each. */
  const sessions = new Map<Session, string | null>()
  const byAddress = new Map<string, number>()
  const paper = press(feed)
  let isPulsing = false
  let isDrained = false

  /** One client's fault must not cost the others their frames. */
  const guarded = (serve: (one: Session) => void) => (one: Session) => {
    try {
      serve(one)
    } catch (error) {
      log.error('a stream failed', { error })
      one.end(CLOSE.restart, 'a fault on our side: connect again')
    }
  }
  const all = () => sessions.keys()
  const perTurn = limits.perTurnMax
  const turns = inTurns({ clock, perTurn, all, serve: guarded((one) => one.flush()) })
  // In turns as well: a pulse sends what waits, so one for all at once would write to all at once.
  const pulses = inTurns({ clock, perTurn, all, serve: guarded((one) => one.pulse()) })
  const pulse = () => {
    isPulsing = sessions.size > 0
    if (isPulsing) clock.after(PULSE_MS, pulse)
    pulses.begin()
  }
  const count = (address: string | null, by: 1 | -1) => {
    if (address === null) return
    const left = (byAddress.get(address) ?? 0) + by
    if (left === 0) byAddress.delete(address)
    else byAddress.set(address, left)
  }
  const isFull = (address: string | null) =>
    isDrained ||
    sessions.size >= limits.connectionsMax ||
    (address !== null && (byAddress.get(address) ?? 0) >= limits.connectionsPerAddressMax)
  const shared: SessionDeps = {
    feed,
    clock,
    limits,
    random,
    edition: paper.newest,
    later: (one, delayMs, run) => void clock.after(delayMs, () => guarded(run)(one)),
    onEnd(one, how) {
      const address = sessions.get(one) ?? null
      if (how !== null) log.debug('a stream was ended', { ...how, address })
      sessions.delete(one)
      count(address, -1)
    },
  }
  const stopFeed = feed.onBoard((snapshot, changes) => {
    paper.print(snapshot, changes)
    turns.begin()
  })
  return {
    isFull,
    size: () => sessions.size,
    open(sink, address) {
      if (isFull(address)) return 'too_many'
      const one = new Session(sink, shared)
      sessions.set(one, address)
      count(address, 1)
      if (!isPulsing) clock.after(PULSE_MS, pulse)
      isPulsing = true
      return one
    },
    drain() {
      isDrained = true
      stopFeed()
      for (const one of [...sessions.keys()]) one.end(CLOSE.restart, 'the service restarts: connect again')
    },
  }
}

/** The newest edition, and the events that go with it. */
function press(feed: BoardFeed) {
  let news: readonly News[] = []
  let newest: Edition | null = null
  const print = (snapshot: Snapshot, changes: readonly Change[]) => {
    const events = eventsOf(changes, snapshot.asOfMs)
    if (newest?.snapshot.epoch !== snapshot.epoch) news = []
    const { seq, asOfMs } = snapshot
    if (events.length > 0) news = [...news, { seq, asOfMs, events }]
    news = news.filter((one) => one.seq > seq - NEWS_BOARDS)
    newest = edition(snapshot, news)
  }
  return {
    print,
    newest(): Edition | null {
      const head = feed.head()
      // A board that was there before anybody listened.
      if (head !== null && !isOf(newest, head)) print(head, [])
      return newest
    },
  }
}

function isOf(one: Edition | null, { epoch, seq }: Snapshot): boolean {
  return one !== null && one.snapshot.epoch === epoch && one.snapshot.seq === seq
}
