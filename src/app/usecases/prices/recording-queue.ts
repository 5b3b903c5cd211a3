import { joined } from '../../../domain/prices/recording.ts'
import type { TokenRecord } from '../../../ports/price-store.ts'

/** Minutes of tokens that wait to be written: parts of one minute become one, and the memory they take is bounded. */
export interface RecordingQueue {
  /** A later part of its minute than any before. */
  add(record: TokenRecord): void
  /** At most `max`, of the oldest minutes; they no longer wait. */
  take(max: number): readonly TokenRecord[]
  /** Taken, but not written: earlier parts than any that came meanwhile. */
  putBack(records: readonly TokenRecord[]): void
  size(): number
  /** Gives up the oldest minutes until at most so many are left. @returns how many records that were */
  keepMinutes(max: number): number
  /** The same by their number. */
  keepRecords(max: number): number
  /** Gives up the newest minute. */
  dropNewest(): void
}

export function recordingQueue(): RecordingQueue {
  /** By opening time, then by token. Few minutes at a time, so the oldest is looked for. */
  const minutes = new Map<number, Map<string, TokenRecord>>()
  let size = 0

  function put(record: TokenRecord, join: (waiting: TokenRecord) => TokenRecord): void {
    const { openTimeMs } = record.record
    const minute = minutes.get(openTimeMs) ?? new Map<string, TokenRecord>()
    minutes.set(openTimeMs, minute)
    const waiting = minute.get(record.id)
    if (waiting === undefined) size += 1
    minute.set(record.id, waiting === undefined ? record : join(waiting))
  }

  function drop(openTimeMs: number): number {
    const dropped = minutes.get(openTimeMs)?.size ?? 0
    minutes.delete(openTimeMs)
    size -= dropped
    return dropped
  }

  const oldest = () => Math.min(...minutes.keys())

  function dropWhile(isTooMuch: () => boolean): number {
    let dropped = 0
    while (minutes.size > 0 && isTooMuch()) dropped += drop(oldest())
    return dropped
  }

  function takeFrom(openTimeMs: number, max: number): readonly TokenRecord[] {
    const minute = minutes.get(openTimeMs) ?? new Map<string, TokenRecord>()
    const taken = [...minute.values()].slice(0, max)
    for (const { id } of taken) minute.delete(id)
    if (minute.size === 0) minutes.delete(openTimeMs)
    size -= taken.length
    return taken
  }

  return {
    add: (record) => put(record, (waiting) => ({ ...record, record: joined(waiting.record, record.record) })),
    putBack(records) {
      for (const one of records) put(one, (later) => ({ ...later, record: joined(one.record, later.record) }))
    },
    take(max) {
      const taken: TokenRecord[] = []
      while (minutes.size > 0 && taken.length < max) taken.push(...takeFrom(oldest(), max - taken.length))
      return taken
    },
    size: () => size,
    keepMinutes: (max) => dropWhile(() => minutes.size > max),
    keepRecords: (max) => dropWhile(() => size > max),
    dropNewest: () => void drop(Math.max(...minutes.keys())),
  }
}
