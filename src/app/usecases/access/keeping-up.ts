import { StoreUnavailable } from '../../../domain/errors.ts'
import type { AccessStore } from '../../../ports/access-store.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { Log } from '../../../ports/log.ts'
import type { Holders } from './holders.ts'
import type { Watches } from './watches.ts'

const LOOK_EVERY_MS = 1000
/** So long after the last use it is still looked: the first look believes nothing, and what comes after it must last. */
const IDLE_AFTER_MS = 30_000

/** Notices within about a second what any instance has changed: one question a second for all keys, none while idle. */
export interface KeepingUp {
  /** There is something to keep up to date. */
  wake(): void
  /** Something was changed here: what is known of it is not believed any more. */
  changed(): void
  stop(): void
}

export interface KeepingUpDeps {
  readonly store: Pick<AccessStore, 'version'>
  readonly clock: Clock
  readonly log: Log
  readonly holders: Holders
  readonly watches: Watches
}

export function keepingUp({ store, clock, log, holders, watches }: KeepingUpDeps): KeepingUp {
  let cancel: (() => void) | null = null
  // Null: nobody has looked since there is something to keep, so it may have changed unseen.
  let lastVersion: number | null = null
  let usedMs = 0
  let isStopped = false
  const changed = () => {
    holders.forget()
    watches.doubt()
  }
  const look = async () => {
    watches.endDue(clock.nowMs())
    const version = await store.version()
    if (version !== lastVersion) changed()
    lastVersion = version
    await watches.check(clock.nowMs)
  }
  const turn = async () => {
    try {
      await look()
    } catch (error) {
      // What is known holds for its time; streams go on until somebody can tell.
      if (!(error instanceof StoreUnavailable)) log.error('keys could not be looked at again', { error })
    }
    const isOver = holders.tidy() && watches.isEmpty() && clock.monotonicMs() - usedMs >= IDLE_AFTER_MS
    cancel = null
    if (isOver) lastVersion = null
    else goOn()
  }
  const goOn = () => {
    if (!isStopped) cancel ??= clock.after(LOOK_EVERY_MS, () => void turn())
  }
  return {
    wake() {
      usedMs = clock.monotonicMs()
      goOn()
    },
    changed,
    stop() {
      isStopped = true
      cancel?.()
    },
  }
}
