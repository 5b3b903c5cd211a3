import { StoreUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import type { StoreState } from '../../ports/price-store.ts'
import type { Db } from './db.ts'
import { migrate, migrations } from './migrate.ts'

const FIRST_RETRY_MS = 500
const LAST_RETRY_MS = 5_000
/** A process that has just started is waited for: its first clients would only have to ask again. Less than a connection may idle. */
const FIRST_WAIT_MS = 6_000
/** How often a database that has failed us is asked whether it is back. */
const PROBE_MS = 2_000

export interface OpeningOptions {
  /** @param onLost to be called when it is to be opened again. @param signal aborted when nobody waits any more */
  readonly open: (onLost: (reason: string) => void, signal: AbortSignal) => Promise<Db>
  readonly clock: Clock
  /** Is told of every failure: hand over a throttled one. */
  readonly log: Log
}

/** A database that is opened in the background, brought to the newest migration, and opened again whenever it is lost. */
export interface Opening {
  readonly state: () => StoreState
  /**
   * Runs something on the database, which is waited for while it is opened for the first time.
   * @throws StoreUnavailable when there is none by then, and later at once
   */
  use<T>(run: (db: Db) => Promise<T>): Promise<T>
  /** Settles when the first attempt has ended. @throws StoreUnavailable when that failed; more attempts follow */
  first(): Promise<void>
  /** Closing twice is harmless. */
  close(): Promise<void>
}

export function opening({ open, clock, log }: OpeningOptions): Opening {
  let state: StoreState = { status: 'opening', migration: 0 }
  let db: Db | null = null
  let migration = 0
  const closing = new AbortController()
  let failures = 0
  let cancel: () => void = () => undefined
  let attempt = start()
  const first = attempt
  first.catch(() => undefined)

  async function start(): Promise<void> {
    let opened: Db | null = null
    try {
      opened = await open(lost, closing.signal)
      const reached = (number: number) => {
        migration = number
        if (db === null) state = { status: 'opening', migration }
      }
      await migrate(opened, await migrations(), { onReached: reached })
      db = opened
      failures = 0
      ready()
    } catch (error) {
      await opened?.close()
      fail(error)
      again(Math.min(FIRST_RETRY_MS * 2 ** failures++, LAST_RETRY_MS))
      throw error
    }
  }
  function again(afterMs: number): void {
    cancel = clock.after(afterMs, () => {
      if (closing.signal.aborted) return
      attempt = start()
      attempt.catch(() => undefined)
    })
  }
  function lost(reason: string): void {
    if (db === null || closing.signal.aborted) return
    db = null
    fail(new StoreUnavailable(reason))
    again(FIRST_RETRY_MS)
  }
  function ready(): void {
    if (closing.signal.aborted) return
    if (state.status === 'failed') log.info('The store is back.')
    state = { status: 'ready', migration }
  }
  function fail(error: unknown): void {
    const reason = error instanceof Error ? error.message : String(error)
    state = { status: 'failed', reason }
    log.warn('The store is not available.', { reason })
  }
  /** What was lost without a sound comes back without one: somebody must ask. */
  function probe(): void {
    cancel = clock.after(PROBE_MS, () => {
      if (closing.signal.aborted || db === null) return
      db.query('select 1').then(ready, probe)
    })
  }
  async function firstOpened(): Promise<Db> {
    if (state.status === 'opening') await openedWithin(FIRST_WAIT_MS)
    if (db === null) throw new StoreUnavailable(sentence(state))
    return db
  }
  function openedWithin(ms: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>()
    const stopWaiting = clock.after(ms, resolve)
    first.then(resolve, () => resolve())
    return promise.finally(stopWaiting)
  }
  return {
    state: () => state,
    first: () => first,
    async use(run) {
      const open = db ?? (await firstOpened())
      try {
        const answer = await run(open)
        if (state.status === 'failed') ready()
        return answer
      } catch (error) {
        if (error instanceof StoreUnavailable && state.status === 'ready') {
          fail(error)
          probe()
        }
        throw error
      }
    },
    async close() {
      closing.abort()
      cancel()
      state = { status: 'failed', reason: 'The store is closed.' }
      await attempt.catch(() => undefined)
      await db?.close()
      db = null
    },
  }
}

function sentence(state: StoreState): string {
  return state.status === 'failed' ? state.reason : 'The store is being opened.'
}
