import type { Clock } from '../../../ports/clock.ts'

/** Failures further apart are two, not one that lasts. */
const ONE_OUTAGE_MS = 5_000

/** Tells a hiccup from an outage: how long something has failed without once working. */
export interface Outage {
  failed(what: string): void
  worked(what: string): void
  /** Milliseconds since the first failure of what has failed for longest; 0 while all works. */
  lastsMs(): number
  /** As if all had worked. */
  clear(): void
}

export function outage(clock: Clock): Outage {
  const failing = new Map<string, { readonly sinceMs: number; readonly lastMs: number }>()
  return {
    failed(what) {
      const nowMs = clock.monotonicMs()
      const known = failing.get(what)
      const goesOn = known !== undefined && nowMs - known.lastMs <= ONE_OUTAGE_MS
      failing.set(what, { sinceMs: goesOn ? known.sinceMs : nowMs, lastMs: nowMs })
    },
    worked: (what) => void failing.delete(what),
    lastsMs: () => clock.monotonicMs() - Math.min(clock.monotonicMs(), ...[...failing.values()].map((f) => f.sinceMs)),
    clear: () => failing.clear(),
  }
}
