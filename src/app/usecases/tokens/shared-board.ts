import { BoardUnavailable } from '../../../domain/errors.ts'
import type { Broadcaster, Position } from '../../../ports/broadcaster.ts'
import type { Claim, Lease } from '../../../ports/lease.ts'
import type { Log } from '../../../ports/log.ts'
import type { SnapshotStore } from '../../../ports/snapshot-store.ts'
import type { AgreedClock } from './agreed-clock.ts'
import { following } from './following.ts'
import type { Moment } from './history.ts'
import { keeping } from './keeping.ts'
import { type News, writeBoard, writeNews } from './news.ts'
import { outage } from './outage.ts'
import { nextTurn, pause } from './pausing.ts'
import type { Publishing, Told } from './publishing.ts'
import type { Shelf } from './shelf.ts'
import type { Waiting } from './waiting.ts'

/** Without the shared system for this long, an instance goes on alone; sooner when it has nothing to show yet. */
const ALONE_AFTER_MS = 10_000
const ALONE_AFTER_MS_WITHOUT_BOARD = 2_000
/** So long after it was alone, an instance leaves the other half of the calls to those who were alone, too. */
const ALONE_SHARE = 1 / 2
const HALVED_MS = 60_000
const RETRY_MS = 100
const READ_BACK_MS = 2_000
const APPEND_TRIES = 3
/** How often one that never shared a board leaves it to others, who did, to say what the board is. */
const LEAVE_TIMES = 2

export interface SharedParts {
  /** Set by that of the shared system, which every claim tells. */
  readonly clock: AgreedClock
  /** Is told of every failure, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly lease: Lease
  readonly broadcaster: Broadcaster
  readonly snapshots: SnapshotStore
  /** How often the lease is claimed or renewed. */
  readonly claimEveryMs: number
  /** Unique to each attempt, for telling our own retry from another's tick. */
  readonly nonce: () => string
  /** An epoch for an instance that goes on alone; no other instance may ever have the same. */
  readonly ownEpoch: () => string
}

type Role = 'following' | 'deciding' | 'alone'

const NOW = { following: 'follows another instance', deciding: 'decides for all instances', alone: 'goes on alone' }

/**
 * Several instances, one board: whoever holds the lease decides and appends; everybody, the holder too, changes the
 * board only by what it reads in the log. Without the shared system for ten seconds an instance goes on alone under an
 * epoch of its own, and comes back by itself: to the others' board if one of them decides, else with its own.
 */
export function sharedBoard(shelf: Shelf, waiting: Waiting, parts: SharedParts): Publishing {
  const { clock, log, lease, broadcaster } = parts
  const { isAt, readOn, reload } = following(shelf, parts)
  const ending = new AbortController()
  const others = () => nextTurn(clock)
  const troubles = outage(clock)
  const snapshots = keeping(shelf, parts)
  let role: Role = 'following'
  let fence = 0
  let hasShared = false
  let leftToOthers = 0
  let loops: readonly Promise<void>[] = []
  let told: Told = { takeOver() {}, note() {} }
  let lastNote: string | null = null
  let aloneUntilMs = Number.NEGATIVE_INFINITY

  function become(next: Role): void {
    if (role === next || ending.signal.aborted) return
    log.info(NOW[next], { ...shelf.position() })
    if (role === 'alone') aloneUntilMs = clock.monotonicMs()
    role = next
    snapshots.begin()
    if (next !== 'following') told.takeOver()
    waiting.wake()
  }

  function goAlone(): void {
    shelf.restart({ epoch: parts.ownEpoch(), seq: 0, board: shelf.newest() })
    troubles.clear()
    become('alone')
  }

  function failed(what: string, error: unknown): void {
    troubles.failed(what)
    if (!(error instanceof BoardUnavailable)) log.error('shared board failed', { what, error })
    const limitMs = shelf.head() === null ? ALONE_AFTER_MS_WITHOUT_BOARD : ALONE_AFTER_MS
    if (role !== 'alone' && troubles.lastsMs() >= limitMs && !ending.signal.aborted) goAlone()
  }

  async function readOnce(): Promise<void> {
    // Coming back is up to the claims.
    if (role === 'alone') return pause(clock, parts.claimEveryMs, ending.signal)
    if (!(await readOn(ending.signal))) throw new BoardUnavailable('The shared board cannot be loaded yet.')
    hasShared ||= shelf.head() !== null
  }

  async function claimed(): Promise<Claim> {
    const askedMs = clock.monotonicMs()
    const claim = await lease.claim()
    const setMs = clock.hear(claim.nowMs, askedMs)
    if (setMs !== 0) log.warn('wall clock set by the one that instances share', { setMs })
    if (claim.note !== null && claim.note !== lastNote) told.note(claim.note)
    lastNote = claim.note
    return claim
  }

  async function claimOnce(): Promise<void> {
    const claim = await claimed()
    if (!claim.held) return followOther()
    const isUnbroken = claim.fence === fence && claim.continues
    fence = claim.fence
    if (role === 'deciding' && isUnbroken) return
    // It was another's for a while, or the log is not the one it was: what was decided last may never have been read.
    if (role === 'deciding') become('following')
    const isBoardOurs = role === 'alone' || !claim.continues
    if (isBoardOurs && !hasShared && leftToOthers++ < LEAVE_TIMES) return lease.release()
    if (claim.continues && !hasShared && (await reload())) become('following')
    // Whoever was alone and gets the lease has a newer board than the log, in which nobody has written meanwhile.
    const goesOn = claim.continues && role !== 'alone'
    const target = goesOn && claim.head !== null ? claim.head : await begin(claim.head)
    if (target !== null && (await reaches(target))) become('deciding')
    // Another may be able to.
    else await lease.release()
  }

  async function followOther(): Promise<void> {
    troubles.worked('append')
    if (role !== 'alone' || (await reload())) become('following')
  }

  /** @returns where the new epoch begins, or null when another may begin it */
  async function begin(old: Position | null): Promise<Position | null> {
    const board = shelf.newest()
    const body = await writeBoard(board, others)
    // To write a large board may take longer than a lease lasts.
    const claim = await claimed()
    if (!claim.held) return null
    fence = claim.fence
    const begun = await broadcaster.begin({ fence, after: old?.epoch ?? null, body })
    if (begun === 'fenced') return null
    become('following')
    const first = { epoch: begun.epoch, seq: 0 }
    shelf.restart({ ...first, board })
    return first
  }

  async function reaches(position: Position): Promise<boolean> {
    await waiting.until(() => isAt(position) || ending.signal.aborted, READ_BACK_MS)
    return isAt(position)
  }

  async function publish(news: News): Promise<Moment | null> {
    const { epoch, seq } = shelf.position()
    const tick = { fence, epoch, seq: seq + 1, nonce: parts.nonce(), body: writeNews(news) }
    const said = await append(tick)
    if (said !== 'ok') {
      log.warn('tick refused', { said, epoch, seq: tick.seq })
      if (role === 'deciding') become('following')
      return null
    }
    if (!(await reaches(tick))) return null
    snapshots.ticked(fence)
    return shelf.head()
  }

  /** It may have been appended though no answer came; the nonce makes another try harmless. */
  async function append(tick: Parameters<Broadcaster['append']>[0]) {
    for (let tries = 1; ; tries += 1) {
      try {
        const said = await broadcaster.append(tick)
        troubles.worked('append')
        return said
      } catch (error) {
        failed('append', error)
        // In doubt for long, somebody else decides.
        if (tries === APPEND_TRIES || role !== 'deciding') return 'unanswered'
        await pause(clock, RETRY_MS, ending.signal)
      }
    }
  }

  const decides = () => role === 'deciding'

  async function leave(note: string): Promise<boolean> {
    if (!decides()) return role === 'alone'
    try {
      // Ended or refused meanwhile, it must not go on as if it were still to decide.
      return (await lease.leave(note)) && decides()
    } catch (error) {
      if (!(error instanceof BoardUnavailable)) throw error
      return false
    }
  }

  async function repeat(what: string, work: () => Promise<void>, everyMs: number): Promise<void> {
    while (!ending.signal.aborted) {
      let waitMs = everyMs
      try {
        await work()
        troubles.worked(what)
      } catch (error) {
        failed(what, error)
        waitMs = RETRY_MS
      }
      if (waitMs > 0) await pause(clock, waitMs, ending.signal)
    }
  }

  return {
    isDeciding: () => role !== 'following',
    share: () => (role === 'alone' || clock.monotonicMs() - aloneUntilMs < HALVED_MS ? ALONE_SHARE : 1),
    publish: (news) => (role === 'alone' ? shelf.apply(news) : publish(news)),
    leave,
    start(listener) {
      told = listener
      loops = [repeat('read', readOnce, 0), repeat('claim', claimOnce, parts.claimEveryMs)]
    },
    async stop() {
      ending.abort()
      role = 'following'
      waiting.wake()
      await lease.release().catch(() => {})
      await Promise.all([...loops, snapshots.settled()])
    },
  }
}
