import { StoreUnavailable } from '../../../domain/errors.ts'

/** So many may wait at once; more would only wait for their deadline. */
const WAITING_MAX = 1_000

/** One at a time, in the order they came. */
export interface Turns {
  /** @throws StoreUnavailable when too many wait already */
  take<T>(run: () => Promise<T>): Promise<T>
}

export function turns(): Turns {
  let last: Promise<unknown> = Promise.resolve()
  let waiting = 0
  return {
    take(run) {
      if (waiting >= WAITING_MAX) throw new StoreUnavailable('Too many questions wait for the database.')
      waiting += 1
      const turn = last.then(run).finally(() => {
        waiting -= 1
      })
      last = turn.catch(() => undefined)
      return turn
    },
  }
}
