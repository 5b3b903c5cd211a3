import type { Clock } from '../../../ports/clock.ts'

/** When each subject had its last turn, and how long it rests before the next. */
export interface Turns<K> {
  /** Milliseconds since its last turn (for a new one: since it was first asked after); null while it rests. */
  waitedMs(key: K): number | null
  /** Its turn is now, and the next one `restMs` later at the earliest. */
  take(key: K, restMs: number): void
  /** The rest after its last turn is another one. */
  rest(key: K, restMs: number): void
  keepOnly(keys: ReadonlySet<K>): void
}

/** Empty at first: every subject may have its turn at once. */
export function turns<K>(clock: Clock): Turns<K> {
  const last = new Map<K, { readonly atMs: number; readonly restMs: number }>()
  return {
    waitedMs(key) {
      const turn = last.get(key) ?? { atMs: clock.monotonicMs(), restMs: 0 }
      last.set(key, turn)
      const waitedMs = clock.monotonicMs() - turn.atMs
      return waitedMs >= turn.restMs ? waitedMs : null
    },
    take(key, restMs) {
      last.set(key, { atMs: clock.monotonicMs(), restMs })
    },
    rest(key, restMs) {
      const turn = last.get(key)
      if (turn !== undefined) last.set(key, { ...turn, restMs })
    },
    keepOnly(keys) {
      for (const key of last.keys()) if (!keys.has(key)) last.delete(key)
    },
  }
}
