import { ServiceError, StoreUnavailable } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import type { BatchFate, TapBatch, TapStore } from '../../../ports/tap-store.ts'
import { unavailable } from './available.ts'

/** How long the first of a group waits for others. */
const GATHERING_MS = 4
/** A group goes at once when it has so many taps. */
const GROUP_TAPS_MAX = 1_000
/** Taps that may wait for their group, over all requests. */
export const WAITING_TAPS_MAX = 10_000
/** Nobody is kept waiting for longer: a client that hears nothing does not know whether to send again. */
const ANSWER_MS = 1_800

/** Writes what many requests bring in few transactions, one after the other. */
export interface Batching {
  /**
   * Resolves when it is committed.
   * @throws ServiceError `taps_busy`: nothing was written. `taps_unavailable`: it may have been, and the ids of its taps
   *   make it safe to send them again.
   */
  record(batch: TapBatch): Promise<BatchFate>
  /** Taps that wait for their group. */
  waiting(): number
  /** Takes no more and writes what waits. Resolves when nothing is under way, or when everyone has been answered. */
  stop(): Promise<void>
}

interface Waiting {
  readonly batch: TapBatch
  readonly weight: number
  readonly answer: PromiseWithResolvers<BatchFate>
  readonly forget: () => void
}

export function batching({ store, clock }: { store: Pick<TapStore, 'record'>; clock: Clock }): Batching {
  let queue: Waiting[] = []
  let weight = 0
  let gathering: (() => void) | null = null
  let writing: Promise<void> | null = null
  let stopped = false

  const flush = () => {
    gathering?.()
    gathering = null
    if (writing !== null || queue.length === 0) return
    const group = take()
    writing = write(store, group, clock).finally(() => {
      writing = null
      // Whoever came meanwhile has waited long enough.
      flush()
    })
  }
  const take = () => {
    let taken = 0
    const end = queue.findIndex((one, i) => {
      taken += one.weight
      return i > 0 && taken > GROUP_TAPS_MAX
    })
    const group = end === -1 ? queue : queue.slice(0, end)
    queue = end === -1 ? [] : queue.slice(end)
    weight -= sum(group)
    return group
  }
  const giveUp = (one: Waiting) => {
    if (queue.includes(one)) {
      queue = queue.filter((other) => other !== one)
      weight -= one.weight
    }
    one.answer.reject(unavailable())
  }
  const written = async () => {
    while (writing !== null) await writing
  }
  return {
    record(batch) {
      if (stopped) return Promise.reject(new ServiceError('shutting_down', 'The service is shutting down.'))
      const needed = Math.max(1, batch.taps.length)
      if (weight + needed > WAITING_TAPS_MAX) return Promise.reject(busy())
      const one: Waiting = {
        batch,
        weight: needed,
        answer: Promise.withResolvers<BatchFate>(),
        forget: clock.after(ANSWER_MS, () => giveUp(one)),
      }
      queue.push(one)
      weight += needed
      if (weight >= GROUP_TAPS_MAX) flush()
      else if (writing === null) gathering ??= clock.after(GATHERING_MS, flush)
      return one.answer.promise
    },
    waiting: () => weight,
    async stop() {
      stopped = true
      flush()
      const late = Promise.withResolvers<void>()
      const cancel = clock.after(ANSWER_MS, late.resolve)
      await Promise.race([written(), late.promise]).finally(cancel)
    },
  }
}

function sum(group: readonly Waiting[]): number {
  return group.reduce((total, one) => total + one.weight, 0)
}

function busy(): ServiceError {
  return new ServiceError('taps_busy', `More than ${WAITING_TAPS_MAX} taps wait to be written. Nothing of this was.`)
}

/** Settles each of the group, and never throws. */
async function write(store: Pick<TapStore, 'record'>, group: readonly Waiting[], clock: Clock): Promise<void> {
  try {
    const fates = await store.record(
      group.map(({ batch }) => batch),
      clock.nowMs(),
    )
    group.forEach((one, i) => {
      const fate = fates[i]
      if (fate === undefined) settle(one, () => one.answer.reject(new RangeError('The store left out a batch.')))
      else settle(one, () => one.answer.resolve(fate))
    })
  } catch (error) {
    await refused(store, group, { clock, error })
  }
}

/** When the store is away it is so for all. Whatever else one batch made go wrong is its own: the others are written apart. */
async function refused(
  store: Pick<TapStore, 'record'>,
  group: readonly Waiting[],
  { clock, error }: { clock: Clock; error: unknown },
): Promise<void> {
  if (group.length > 1 && !(error instanceof StoreUnavailable)) {
    for (const one of group) await write(store, [one], clock)
    return
  }
  const reason = error instanceof StoreUnavailable ? unavailable(error) : error
  for (const one of group) settle(one, () => one.answer.reject(reason))
}

function settle(one: Waiting, answer: () => void): void {
  one.forget()
  answer()
}
