import type { BoardBody, LogEntry, Position } from '../../ports/broadcaster.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Wish } from '../../ports/wishes.ts'
import { READ_WAIT_MS } from './board.ts'

/** What Redis would hold. Made by `boardMemory`; only this folder reads it. */
export interface BoardMemory {
  lease: { readonly owner: symbol; readonly endsAtMs: number } | null
  /** The newest that was given. */
  fence: number
  note: string | null
  head: (Position & { readonly nonce: string | null }) | null
  /** Oldest first. */
  entries: readonly LogEntry[]
  snapshot: (Position & { readonly body: BoardBody }) | null
  /** Each is called once when an entry comes. */
  readonly readers: Set<() => void>
  /** Oldest first; the mark is the number of all that were ever told. */
  wishes: readonly { readonly mark: number; readonly toldMs: number; readonly wish: Wish }[]
}

/** Empty. */
export function boardMemory(): BoardMemory {
  return { lease: null, fence: 0, note: null, head: null, entries: [], snapshot: null, readers: new Set(), wishes: [] }
}

/** One owner's part of a memory. */
export interface MemoryOwner {
  readonly memory: BoardMemory
  readonly clock: Clock
  /** @throws BoardUnavailable after close. */
  assertOpen(): void
  /** Who holds the lease now. */
  holder(): 'me' | 'another' | 'nobody'
  /** Restarts the time of the lease, which becomes ours. */
  hold(): void
  /** Aborted by close. */
  readonly closed: AbortSignal
}

/** Resolves when an entry or a wish comes, the time of a read is over, the signal is aborted or the board closes. */
export async function somethingNew({ memory, clock, closed }: MemoryOwner, signal: AbortSignal): Promise<void> {
  const { promise, resolve } = Promise.withResolvers<void>()
  const stop = AbortSignal.any([signal, closed])
  if (stop.aborted) return
  const cancel = clock.after(READ_WAIT_MS, resolve)
  memory.readers.add(resolve)
  stop.addEventListener('abort', () => resolve(), { once: true })
  await promise
  memory.readers.delete(resolve)
  cancel()
}
