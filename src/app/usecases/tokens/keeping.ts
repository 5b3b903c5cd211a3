import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { SnapshotStore } from '../../../ports/snapshot-store.ts'
import { writeBoard } from './news.ts'
import { nextTurn } from './pausing.ts'
import type { Shelf } from './shelf.ts'

/** The log keeps 88 ticks: a snapshot of at most 64 boards ago leaves 8 to spare until the next one, 16 ticks later. */
const EVERY_TICKS = 16
const BOARDS_AGO = 64

/** Keeps a snapshot from time to time, for whoever starts later. */
export interface Keeping {
  /** To be called when this instance begins to decide: nobody knows how long ago the last one kept a snapshot. */
  begin(): void
  /** One more tick was appended. Nobody waits for a snapshot: to write a large board takes many turns. */
  ticked(fence: number): void
  /** Settles when none is being written. */
  settled(): Promise<void>
}

export interface KeepingParts {
  readonly clock: Clock
  readonly log: Log
  readonly snapshots: SnapshotStore
}

export function keeping(shelf: Shelf, { clock, log, snapshots }: KeepingParts): Keeping {
  const others = () => nextTurn(clock)
  let ticks = 0
  let isWriting = false
  let written = Promise.resolve()

  async function write(fence: number): Promise<void> {
    const oldest = shelf.oldest(BOARDS_AGO)
    if (oldest === null) return
    isWriting = true
    try {
      const { epoch, seq } = oldest
      await snapshots.save({ fence, epoch, seq, body: await writeBoard(oldest, others) })
      ticks = 0
    } catch (error) {
      log.warn('snapshot not kept', { reason: String(error) })
    } finally {
      isWriting = false
    }
  }

  return {
    begin() {
      ticks = EVERY_TICKS
    },
    ticked(fence) {
      ticks += 1
      if (ticks >= EVERY_TICKS && !isWriting) written = write(fence)
    },
    settled: () => written,
  }
}
