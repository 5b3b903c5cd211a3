import type { Clock } from '../../../ports/clock.ts'
import type { Asking } from '../db.ts'

const LOOK_EVERY_MS = 5_000
const CHECKPOINT_EVERY_MS = 300_000
const CHECKPOINT_EVERY_BYTES = 64 * 1024 * 1024
const VACUUM_EVERY_MS = 86_400_000

/** What a PostgreSQL server does by itself and the embedded engine does not. */
export interface Upkeep {
  /** Something was written, or tried. */
  written(): void
  tidy(): Promise<void>
  stop(): void
}

export interface UpkeepOptions {
  readonly clock: Clock
  /** Runs a statement in its turn. */
  readonly run: (sql: string) => Promise<void>
  /** Asks in turn too. */
  readonly ask: Asking['query']
}

/**
 * Without checkpoints the engine's log grows for ever, and the next opening reads all of it: one is made after so many
 * bytes or minutes of writing. Without a vacuum dead rows stay: once a day, and after much was written.
 */
export function upkeep({ clock, run, ask }: UpkeepOptions): Upkeep {
  let stopped = false
  let isWritten = false
  let cancel: (() => void) | null = null
  let checkpointBytes = 0
  let checkpointMs = clock.monotonicMs()
  let vacuumMs = clock.monotonicMs()

  const checkpoint = async () => {
    isWritten = false
    await run('checkpoint')
    checkpointMs = clock.monotonicMs()
    checkpointBytes = await logBytes(ask)
  }
  const tidy = async () => {
    await run('vacuum (analyze)')
    vacuumMs = clock.monotonicMs()
    await checkpoint()
  }
  const look = async () => {
    const nowMs = clock.monotonicMs()
    if (nowMs - vacuumMs > VACUUM_EVERY_MS) return tidy()
    const isLate = nowMs - checkpointMs > CHECKPOINT_EVERY_MS
    if (isLate || (await logBytes(ask)) - checkpointBytes > CHECKPOINT_EVERY_BYTES) await checkpoint()
  }
  const plan = () => {
    if (stopped || !isWritten) return
    cancel ??= clock.after(LOOK_EVERY_MS, () => {
      cancel = null
      // A failure is the engine's, and whoever asks it next hears of it.
      look().then(plan, plan)
    })
  }
  return {
    written() {
      isWritten = true
      plan()
    },
    tidy,
    stop() {
      stopped = true
      cancel?.()
    },
  }
}

/** Bytes ever written to the engine's log. */
async function logBytes(ask: Asking['query']): Promise<number> {
  const [row] = await ask<{ readonly bytes: number }>("select (pg_current_wal_insert_lsn() - '0/0')::int8 as bytes")
  return row?.bytes ?? 0
}
