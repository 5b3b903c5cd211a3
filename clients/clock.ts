/** Time as the client needs it; tests turn one by hand. */
export interface StreamClock {
  /** Wall clock, Unix milliseconds. */
  nowMs(): number
  /** Milliseconds that never go back, for durations. */
  monotonicMs(): number
  /** Calls `run` once after `delayMs`. @returns a function that cancels it */
  after(delayMs: number, run: () => void): () => void
}

// Named here because browsers, Node, Deno and Bun all have them while no one set of types does.
interface Timers {
  setTimeout(run: () => void, delayMs: number): unknown
  clearTimeout(timer: unknown): void
  readonly performance: { now(): number }
}

/** The clock of the runtime. */
export function runtimeClock(): StreamClock {
  const timers = globalThis as unknown as Timers
  return {
    nowMs: () => Date.now(),
    monotonicMs: () => timers.performance.now(),
    after(delayMs, run) {
      const timer = timers.setTimeout(run, delayMs)
      return () => timers.clearTimeout(timer)
    },
  }
}

const FIRST_MS = 250
const GROWTH = 1.5
const LONGEST_MS = 15_000

/**
 * How long to wait before an attempt to connect: anything up to a ceiling that grows, so that a thousand clients that
 * lost one service do not come back in one moment (full jitter).
 * @param attempt 0 for the first after a loss
 * @param random from 0 to below 1
 */
export function backoffMs(attempt: number, random: number): number {
  return random * Math.min(LONGEST_MS, FIRST_MS * GROWTH ** Math.min(attempt, 30))
}
