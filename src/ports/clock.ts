/** Time as an argument. Adapter: adapters/clock/system.ts; tests turn one by hand (tests/support/fake-clock.ts). */
export interface Clock {
  /** Wall clock, Unix milliseconds. It may jump: use it for stamps that leave the process, never for a duration. */
  nowMs(): number
  /** Milliseconds since some fixed moment; never goes back. For durations, deadlines and budgets. */
  monotonicMs(): number
  /**
   * Calls `run` once after at least `delayMs` milliseconds; 0 means "after the current turn".
   * @returns a function that cancels it; cancelling twice or too late is harmless.
   */
  after(delayMs: number, run: () => void): () => void
}
