import type { Clock } from '../../src/ports/clock.ts'

interface Alarm {
  readonly atMs: number
  readonly run: () => void
}

/** A clock turned by hand. Alarms run in order of their time while `advance` passes them, as in life. */
export interface FakeClock extends Clock {
  /** Moves both clocks forward and runs what comes due, yielding to pending promises around each alarm. */
  advance(ms: number): Promise<void>
  /** Steps the wall clock alone, as an operator or NTP would. */
  stepWall(ms: number): void
}

export function fakeClock(startMs = Date.UTC(2026, 10, 20)): FakeClock {
  let wallMs = startMs
  let elapsedMs = 0
  let alarms: Alarm[] = []
  const due = (limitMs: number) => alarms.filter((a) => a.atMs <= limitMs).sort((a, b) => a.atMs - b.atMs)[0]
  const move = (toMs: number) => {
    wallMs += toMs - elapsedMs
    elapsedMs = toMs
  }
  return {
    nowMs: () => wallMs,
    monotonicMs: () => elapsedMs,
    stepWall: (ms) => {
      wallMs += ms
    },
    after(delayMs, run) {
      const alarm = { atMs: elapsedMs + delayMs, run }
      alarms.push(alarm)
      return () => {
        alarms = alarms.filter((a) => a !== alarm)
      }
    },
    async advance(ms) {
      const endMs = elapsedMs + ms
      await settle()
      for (let next = due(endMs); next !== undefined; next = due(endMs)) {
        const alarm = next
        alarms = alarms.filter((a) => a !== alarm)
        move(Math.max(alarm.atMs, elapsedMs))
        alarm.run()
        await settle()
      }
      move(endMs)
    },
  }
}

/** Lets everything that is ready to run, run. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve))
}
