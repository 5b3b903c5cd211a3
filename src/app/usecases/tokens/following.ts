import type { Broadcaster, LogEntry, Position } from '../../../ports/broadcaster.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { SnapshotStore } from '../../../ports/snapshot-store.ts'
import { type News, readBoard, readNews } from './news.ts'
import { nextTurn } from './pausing.ts'
import { isShowable, type Shelf } from './shelf.ts'

/** Brings the shelf to where the shared log is. All of it may throw BoardUnavailable, or TypeError for garbage. */
export interface Following {
  /** True when the shelf is there, or further on in the same epoch. */
  isAt(position: Position): boolean
  /** Reads what comes next, and waits for it about a second. @returns false when the shelf could not be brought up to it */
  readOn(signal: AbortSignal): Promise<boolean>
  /**
   * Loads what is newest aside, then swaps: never to a lower seq of the same epoch, nor from a board that can be shown
   * to one that cannot, so nobody sees the board go back or empty.
   * @returns false, and changes nothing, when that cannot be done now
   */
  reload(): Promise<boolean>
}

interface SharedLog {
  readonly clock: Clock
  readonly broadcaster: Broadcaster
  readonly snapshots: SnapshotStore
}

export function following(shelf: Shelf, { broadcaster, snapshots, clock }: SharedLog): Following {
  const others = () => nextTurn(clock)

  function isAt({ epoch, seq }: Position): boolean {
    const here = shelf.position()
    return here.epoch === epoch && here.seq >= seq
  }

  /** @returns false when the entry does not follow on, so that the board must be loaded anew. */
  function follow(entry: LogEntry): boolean {
    const { epoch, seq } = shelf.position()
    if (entry.kind !== 'tick' || entry.epoch !== epoch || entry.seq !== seq + 1) return isAt(entry)
    shelf.apply(readNews(entry.body))
    return true
  }

  async function reload(): Promise<boolean> {
    const base = await snapshots.load()
    if (base === null) return false
    const { epoch, seq } = base
    const ticks = (await broadcaster.tail(base)).map((entry, i) => tickOf(entry, { epoch, seq: seq + 1 + i }))
    if (ticks.includes(null)) return false
    const newest = { epoch, seq: seq + ticks.length }
    if (isAt(newest)) return !isAt({ epoch, seq: newest.seq + 1 })
    const board = await readBoard(base.body, others)
    const tail = await readAll(ticks)
    // The others may have gone on meanwhile.
    if (isAt(newest)) return !isAt({ epoch, seq: newest.seq + 1 })
    if (shelf.head() !== null && !isShowable(tail.at(-1) ?? board.news)) return false
    shelf.restart({ epoch, seq, board }, tail)
    return true
  }

  async function readAll(bodies: readonly (string | null)[]): Promise<readonly News[]> {
    const all: News[] = []
    for (const body of bodies) {
      all.push(readNews(body ?? ''))
      await others()
    }
    return all
  }

  return {
    isAt,
    reload,
    async readOn(signal) {
      const entries = await broadcaster.read(shelf.position(), signal)
      if (entries.length > 0 || signal.aborted) return entries.every(follow) || reload()
      // A log that was lost, in whole or in part, is not heard of by waiting for what comes next.
      const head = await broadcaster.head()
      return head === null || isAt(head) || reload()
    },
  }
}

/** Null for anything but the tick of that position. */
function tickOf(entry: LogEntry, { epoch, seq }: Position): string | null {
  return entry.kind === 'tick' && entry.epoch === epoch && entry.seq === seq ? entry.body : null
}
