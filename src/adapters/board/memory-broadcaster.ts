import type { AppendedTick, Broadcaster, LogEntry, Position } from '../../ports/broadcaster.ts'
import { LOG_ENTRIES_MAX, READ_ENTRIES_MAX } from './board.ts'
import { type MemoryOwner, somethingNew } from './board-memory.ts'
import { entryId, isAfter } from './positions.ts'

/** The log of ticks as an array. */
export function memoryBroadcaster(owner: MemoryOwner): Broadcaster {
  const { memory, clock, assertOpen, holder, hold } = owner
  const put = (entries: readonly LogEntry[]) => {
    memory.entries = entries.slice(-LOG_ENTRIES_MAX)
    for (const wake of [...memory.readers]) wake()
  }
  const tail = (position: Position) => memory.entries.filter((entry) => isAfter(entry, position))
  const verdict = ({ fence, epoch, seq }: AppendedTick) => {
    if (memory.head === null) return 'lost'
    if (fence < memory.fence || holder() !== 'me') return 'fenced'
    return memory.head.epoch === epoch && memory.head.seq + 1 === seq ? 'ok' : 'lost'
  }

  return {
    async begin({ fence, after, body }) {
      assertOpen()
      if (after !== null) entryId({ epoch: after, seq: 0 })
      if (fence < memory.fence || holder() !== 'me') return 'fenced'
      const old = Math.max(Number(after ?? 0), Number(memory.head?.epoch ?? 0))
      const first = { epoch: `${Math.max(clock.nowMs(), old + 1)}`, seq: 0 }
      memory.snapshot = { ...first, body }
      memory.head = { ...first, nonce: null }
      put([{ kind: 'begin', ...first }])
      return { epoch: first.epoch }
    },
    async append(tick) {
      assertOpen()
      const { epoch, seq, nonce, body } = tick
      entryId(tick)
      const { head } = memory
      const isRetry = head?.epoch === epoch && head.seq === seq && head.nonce === nonce
      const answer = isRetry ? 'ok' : verdict(tick)
      if (answer !== 'ok') return answer
      if (holder() === 'me') hold()
      if (isRetry) return 'ok'
      memory.head = { epoch, seq, nonce }
      put([...memory.entries, { kind: 'tick', epoch, seq, body }])
      return 'ok'
    },
    async read(after, signal) {
      assertOpen()
      entryId(after)
      if (tail(after).length === 0) await somethingNew(owner, signal)
      assertOpen()
      return signal.aborted ? [] : tail(after).slice(0, READ_ENTRIES_MAX)
    },
    async tail(position) {
      assertOpen()
      entryId(position)
      return tail(position)
    },
    async head() {
      assertOpen()
      return memory.head === null ? null : { epoch: memory.head.epoch, seq: memory.head.seq }
    },
  }
}
