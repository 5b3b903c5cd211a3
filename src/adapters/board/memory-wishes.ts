import type { Wishes } from '../../ports/wishes.ts'
import { WISHES_KEPT_MS, WISHES_MAX } from './board.ts'
import { type MemoryOwner, somethingNew } from './board-memory.ts'

/** Wishes as an array. */
export function memoryWishes(owner: MemoryOwner): Wishes {
  const { memory, clock, assertOpen } = owner
  const since = (mark: number) =>
    memory.wishes.filter((one) => one.mark > mark && clock.monotonicMs() - one.toldMs <= WISHES_KEPT_MS)
  return {
    async tell(wish) {
      assertOpen()
      const mark = (memory.wishes.at(-1)?.mark ?? 0) + 1
      memory.wishes = [...memory.wishes, { mark, toldMs: clock.monotonicMs(), wish }].slice(-WISHES_MAX)
      for (const wake of [...memory.readers]) wake()
    },
    async hear(after, signal) {
      assertOpen()
      const mark = Number(after ?? 0)
      if (since(mark).length === 0) await somethingNew(owner, signal)
      assertOpen()
      const told = signal.aborted ? [] : since(mark)
      return { mark: `${told.at(-1)?.mark ?? mark}`, wishes: told.map(({ wish }) => wish) }
    },
  }
}
