import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { KeptQuota, QuotaKeeper } from '../../ports/quota-keeper.ts'
import type { ByKey } from './by-key.ts'
import type { Slots } from './slots.ts'

export interface KeepingOptions {
  readonly keeper: QuotaKeeper
  readonly keys: ByKey<Slots>
  readonly clock: Clock
  readonly log: Log
}

/** What is counted in memory, written down every few seconds and read when the process starts. */
export interface Keeping {
  /** Resolves when what was kept is counted, cannot be read or takes too long: it is then counted as soon as it comes. */
  loaded(): Promise<void>
  changed(key: string): void
  /** Saves what has changed. */
  close(): Promise<void>
}

const SAVE_EVERY_MS = 5_000
const LOAD_AGAIN_MS = 1_000
const LOAD_WAIT_MS = 2_000

/** A process that is killed forgets what was taken in its last five seconds, and no more. */
export function keeping({ keeper, keys, clock, log }: KeepingOptions): Keeping {
  const changed = new Set<string>()
  const settled = Promise.withResolvers<void>()
  let isLoaded = false
  let isClosed = false
  let saving = Promise.resolve()
  let cancel = () => {}

  const count = ({ key, takenAtMs }: KeptQuota) => {
    const taken = keys.of(key)
    const since = [...taken.entries()]
    const [wallMs, nowMs] = [clock.nowMs(), clock.monotonicMs()]
    for (const [name] of since) taken.remove(name)
    // A stamp of the future was made by a clock that has been put back: it counts from now.
    for (const [n, atMs] of takenAtMs.entries()) taken.add(`kept ${n}`, nowMs - Math.max(0, wallMs - atMs))
    for (const [name, atMs] of since) taken.add(name, atMs)
    // Nobody needs to know any more.
    if (taken.count(nowMs) === 0) changed.add(key)
  }
  const again = (delayMs: number, run: () => void) => {
    if (!isClosed) cancel = clock.after(delayMs, run)
  }
  const load = async () => {
    try {
      for (const quota of await keeper.load()) count(quota)
      isLoaded = true
    } catch (error) {
      log.warn('What was taken of quotas before the start is not known yet.', { error })
    }
    settled.resolve()
    if (isLoaded) again(SAVE_EVERY_MS, repeat)
    else again(LOAD_AGAIN_MS, () => void load())
  }
  const save = async () => {
    // What is not loaded yet would be overwritten.
    if (!isLoaded || changed.size === 0) return
    const saved = [...changed]
    changed.clear()
    try {
      await keeper.save(saved.map((key) => ({ key, takenAtMs: stamps(keys.peek(key), clock) })))
    } catch (error) {
      for (const key of saved) changed.add(key)
      log.warn('What was taken of quotas was not saved.', { error })
    }
  }
  const repeat = () => {
    saving = save().then(() => again(SAVE_EVERY_MS, repeat))
  }
  void load()
  const stopWaiting = clock.after(LOAD_WAIT_MS, settled.resolve)
  return {
    loaded: () => settled.promise,
    changed: (key) => void changed.add(key),
    async close() {
      isClosed = true
      cancel()
      stopWaiting()
      settled.resolve()
      await saving
      await save()
    },
  }
}

function stamps(taken: Slots | null, clock: Clock): number[] {
  if (taken === null) return []
  const [wallMs, nowMs] = [clock.nowMs(), clock.monotonicMs()]
  taken.count(nowMs)
  return [...taken.entries()].map(([, atMs]) => Math.ceil(wallMs - (nowMs - atMs)))
}
