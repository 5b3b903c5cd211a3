import { waitedMs } from './core-waits.ts'

const LOOK_EVERY_MS = 20
/** A turn that took no longer than this is an ordinary one. */
const ORDINARY_MS = 100

/** How long the machine has stood still since somebody began to watch. */
export interface Stalls extends Disposable {
  /** Milliseconds, all stalls together. */
  totalMs(): number
}

/** @param pids processes that have to work meanwhile: while one of them waits for a core, it stands still too */
export function watchStalls(pids: () => readonly number[] = () => []): Stalls {
  let totalMs = 0
  let lastMs = performance.now()
  let waits = new Map<number, number>()
  const look = () => {
    const nowMs = performance.now()
    const tookMs = nowMs - lastMs
    const before = waits
    waits = new Map(pids().map((pid) => [pid, waitedMs(pid)]))
    // They wait side by side: no more than the longest of it was lost.
    const waitMs = Math.max(0, ...[...waits].map(([pid, ms]) => ms - (before.get(pid) ?? ms)))
    totalMs += tookMs > ORDINARY_MS ? tookMs : Math.min(tookMs, waitMs)
    lastMs = nowMs
  }
  const timer = setInterval(look, LOOK_EVERY_MS).unref()
  return {
    totalMs() {
      look()
      return totalMs
    },
    [Symbol.dispose]: () => clearInterval(timer),
  }
}

const stalls = watchStalls()

/** As performance.now(), but for the time in which the machine stood still: to tell how long something took by itself. */
export function awakeMs(): number {
  return performance.now() - stalls.totalMs()
}
