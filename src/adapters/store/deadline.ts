import { StoreUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Transaction } from './db.ts'

/** The time for it was over. */
export class TooSlow extends StoreUnavailable {
  constructor() {
    super('The database did not answer in time.')
  }
}

/** Whether the time for something is over; whoever works on it looks before each step. */
export interface Deadline {
  /** @throws StoreUnavailable */
  check(): void
}

/**
 * Runs something that may take so long. When its time is over the caller hears so at once, whatever `run` still does.
 * @throws StoreUnavailable when the time is over
 */
export async function within<T>(clock: Clock, ms: number, run: (deadline: Deadline) => Promise<T>): Promise<T> {
  const late = Promise.withResolvers<never>()
  let over = false
  const cancel = clock.after(ms, () => {
    over = true
    late.reject(new TooSlow())
  })
  const check = () => {
    if (over) throw new TooSlow()
  }
  return Promise.race([run({ check }), late.promise]).finally(cancel)
}

/** The same transaction, as long as there is time: what is given up is not gone on with. */
export function checked(tx: Transaction, { check }: Deadline): Transaction {
  return {
    async query<Row>(...asked: Parameters<Transaction['query']>) {
      check()
      return tx.query<Row>(...asked)
    },
    async exec(sql) {
      check()
      return tx.exec(sql)
    },
  }
}
