import { BoardUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Lease } from '../../ports/lease.ts'
import type { SnapshotStore } from '../../ports/snapshot-store.ts'
import type { Board } from './board.ts'
import { type BoardMemory, boardMemory, type MemoryOwner } from './board-memory.ts'
import { memoryBroadcaster } from './memory-broadcaster.ts'
import { memoryWishes } from './memory-wishes.ts'
import { entryId } from './positions.ts'

/** What `memoryBoard` needs. */
export interface MemoryBoardOptions {
  readonly clock: Clock
  /** The lease ends so long after the last successful claim or append. */
  readonly leaseTtlMs: number
  /** What several boards share, each as an owner of its own; by default nothing. They must share the clock too. */
  readonly memory?: BoardMemory
}

/**
 * A board inside one process, for one instance, or for several in one test. Nothing outlives the process, so its epochs
 * are continued by nobody. The lease's time is monotonic; epochs come from the wall clock, and grow when that steps back.
 */
export function memoryBoard({ clock, leaseTtlMs, memory = boardMemory() }: MemoryBoardOptions): Board {
  const id = Symbol('owner')
  const closing = new AbortController()
  const owner: MemoryOwner = {
    memory,
    clock,
    closed: closing.signal,
    assertOpen() {
      if (closing.signal.aborted) throw new BoardUnavailable('The board in memory is closed.')
    },
    holder() {
      if (memory.lease === null || memory.lease.endsAtMs <= clock.monotonicMs()) return 'nobody'
      return memory.lease.owner === id ? 'me' : 'another'
    },
    hold() {
      memory.lease = { owner: id, endsAtMs: clock.monotonicMs() + leaseTtlMs }
    },
  }
  return {
    broadcaster: memoryBroadcaster(owner),
    lease: memoryLease(owner),
    snapshots: memorySnapshots(owner),
    wishes: memoryWishes(owner),
    async close() {
      closing.abort()
    },
  }
}

function memoryLease({ memory, clock, assertOpen, holder, hold }: MemoryOwner): Lease {
  return {
    async claim() {
      assertOpen()
      const before = holder()
      const told = { nowMs: clock.nowMs(), note: memory.note }
      if (before === 'another') return { ...told, held: false }
      if (before === 'nobody') memory.fence += 1
      hold()
      const head = memory.head === null ? null : { epoch: memory.head.epoch, seq: memory.head.seq }
      return { ...told, held: true, fence: memory.fence, head, continues: head !== null }
    },
    async leave(note) {
      assertOpen()
      if (holder() !== 'me') return false
      memory.note = note
      return true
    },
    async release() {
      assertOpen()
      if (holder() === 'me') memory.lease = null
    },
  }
}

function memorySnapshots({ memory, assertOpen, holder }: MemoryOwner): SnapshotStore {
  return {
    async load() {
      assertOpen()
      return memory.snapshot
    },
    async save({ fence, epoch, seq, body }) {
      assertOpen()
      entryId({ epoch, seq })
      const held = memory.snapshot
      if (fence < memory.fence || holder() === 'another' || memory.head?.epoch !== epoch) return false
      if (held?.epoch === epoch && held.seq >= seq) return false
      memory.snapshot = { epoch, seq, body }
      return true
    },
  }
}
