import type { Change } from '../../../domain/tokens/board.ts'
import { eventsOf } from '../../../domain/tokens/events.ts'
import type { AccessService } from '../../../ports/access.ts'
import type { BoardFeed } from '../../../ports/board-feed.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { Snapshot } from '../../../ports/service.ts'
import type { TapFeed } from '../../../ports/tap-feed.ts'
import { crowd, type Visitor } from './crowd.ts'
import { type Edition, edition } from './edition.ts'
import { CLOSE, type StreamLimits } from './limits.ts'
import { errorFrame } from './messages.ts'
import { Session } from './session.ts'
import type { SessionDeps } from './session-deps.ts'
import type { Sink } from './sink.ts'
import type { News } from './tails.ts'
import { inTurns } from './turns.ts'

/** Every open stream of this process, whatever its transport. */
export interface StreamHub {
  /**
   * Takes a client in; what it opens with a key ends when the key does.
   * @returns 'too_many' when its address, its key or the process has as many as it may
   */
  open(sink: Sink, visitor: Visitor): Session | 'too_many'
  /** How many streams are open. */
  size(): number
  /** Ends all streams, so that their clients connect again elsewhere, and takes nobody in any more. */
  drain(): void
}

export interface HubDeps {
  readonly feed: BoardFeed
  readonly taps: TapFeed
  readonly access: Pick<AccessService, 'watch'>
  readonly clock: Clock
  readonly log: Log
  readonly limits: StreamLimits
  readonly random: () => number
}

const PULSE_MS = 1000
/** Events of so many boards are kept for readers that are a little behind. */
const NEWS_BOARDS = 8

export function streamHub(deps: HubDeps): StreamHub {
  const { feed, taps, access, clock, log, limits, random } = deps
  const sessions = new Map<Session, Guest>()
  const followingTaps = new Set<Session>()
  const present = crowd(limits)
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
  const serve = guarded((one) => one.flush())
  const turns = inTurns({ clock, perTurn, all, serve })
  const tapTurns = inTurns({ clock, perTurn, all: () => followingTaps.keys(), serve })
  // In turns as well: a pulse sends what waits, so one for all at once would write to all at once.
  const pulses = inTurns({ clock, perTurn, all, serve: guarded((one) => one.pulse()) })
  const pulse = () => {
    isPulsing = sessions.size > 0
    if (isPulsing) clock.after(PULSE_MS, pulse)
    pulses.begin()
  }
  const shared: SessionDeps = {
    feed,
    taps,
    clock,
    limits,
    random,
    edition: paper.newest,
    later: (one, delayMs, run) => void clock.after(delayMs, () => guarded(run)(one)),
    onTaps: (one) => void followingTaps.add(one),
    onEnd(one, how) {
      const guest = sessions.get(one)
      if (how !== null) log.debug('a stream was ended', { ...how, address: guest?.visitor.address ?? null })
      sessions.delete(one)
      followingTaps.delete(one)
      if (guest === undefined) return
      present.count(guest.visitor, -1)
      guest.unwatch()
    },
  }
  const endWithKey = guarded((one) => {
    one.reply(errorFrame({ code: 'key_invalid', detail: 'The key of this stream is over.' }))
    one.end(CLOSE.key, 'key_invalid: the key of this stream is over')
  })
  const stopFeed = feed.onBoard((snapshot, changes) => {
    paper.print(snapshot, changes)
    turns.begin()
  })
  const stopTaps = taps.onNews(() => tapTurns.begin())
  return {
    size: () => sessions.size,
    open(sink, visitor) {
      if (isDrained || present.isFull(visitor)) return 'too_many'
      const { holder } = visitor
      const one = new Session(sink, shared, holder?.team.id ?? null)
      const unwatch = holder === null ? () => {} : access.watch(holder.key, () => endWithKey(one))
      sessions.set(one, { visitor, unwatch })
      present.count(visitor, 1)
      if (!isPulsing) clock.after(PULSE_MS, pulse)
      isPulsing = true
      return one
    },
    drain() {
      isDrained = true
      stopFeed()
      stopTaps()
      for (const one of [...sessions.keys()]) one.end(CLOSE.restart, 'the service restarts: connect again')
    },
  }
}

interface Guest {
  readonly visitor: Visitor
  /** Nobody need be told any more when its key ends. */
  readonly unwatch: () => void
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
