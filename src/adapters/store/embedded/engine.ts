import type { Clock } from '../../../ports/clock.ts'
import { type Asking, type Db, LONG_WORK_MS, QUESTION_MS, type Transaction, WRITING_MS } from '../db.ts'
import { checked, type Deadline, within } from '../deadline.ts'
import { type EngineThread, startThread } from './thread.ts'
import { turns } from './turns.ts'
import { upkeep } from './upkeep.ts'

const STUCK = 'A statement of the embedded database did not end.'
/** Of a closing service; what is not written to its place by then is read from the log at the next start. */
const CLOSE_MS = 5_000

export interface EmbeddedOptions {
  /** Of this engine alone, and locked by this process. */
  readonly folder: string
  readonly clock: Clock
  /** The engine broke down or was ended; it is to be opened again. Not told after `close`. */
  readonly onLost: (reason: string) => void
  /** Aborted when the opening is not waited for any more. */
  readonly signal: AbortSignal
}

/**
 * PostgreSQL inside this process, for one process. It has one connection: questions take turns, and one that waits too
 * long is told so without ever being asked.
 * @throws StoreUnavailable when the folder cannot be opened
 */
export async function openEmbedded({ folder, clock, onLost, signal }: EmbeddedOptions): Promise<Db> {
  const thread = await startThread(folder, signal)
  const queue = turns()
  const asking = askingOf(thread)
  let closing: Promise<void> | null = null
  void thread.gone.then((reason) => {
    care.stop()
    if (closing === null) onLost(reason)
  })
  /** A statement that cannot be stopped is ended with its thread; the log of the engine has what was acknowledged. */
  const turn = <T>(ms: number, run: (deadline: Deadline) => Promise<T>) =>
    within(clock, ms, (deadline) =>
      queue.take(async () => {
        deadline.check()
        const giveUp = clock.after(Math.max(ms, LONG_WORK_MS), () => void thread.terminate(STUCK))
        return run(deadline).finally(giveUp)
      }),
    )
  const query: Asking['query'] = (sql, params) => turn(QUESTION_MS, () => asking.query(sql, params))
  const care = upkeep({ clock, ask: query, run: (sql) => turn(LONG_WORK_MS, () => asking.exec(sql)) })

  const transaction: Db['transaction'] = (work, ms = WRITING_MS) =>
    turn(ms, (deadline) => inTransaction(asking, deadline, work)).finally(care.written)
  return {
    query,
    transaction,
    tidy: care.tidy,
    close() {
      closing ??= shutDown()
      return closing
    },
  }

  async function shutDown(): Promise<void> {
    care.stop()
    const leave = () => asking.exec('checkpoint').finally(() => thread.order(null, null))
    // It may be gone already, or busy with what nobody waits for any more.
    await within(clock, CLOSE_MS, () => queue.take(leave)).catch(() => undefined)
    await thread.terminate()
  }
}

function askingOf(thread: EngineThread): Transaction {
  return {
    async query<Row>(sql: string, params: Parameters<Asking['query']>[1] = []) {
      return (await thread.order(sql, params)) as Row[]
    },
    exec: async (sql) => void (await thread.order(sql, null)),
  }
}

async function inTransaction<T>(
  asking: Transaction,
  deadline: Deadline,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  await asking.exec('begin')
  try {
    const result = await work(checked(asking, deadline))
    deadline.check()
    await asking.exec('commit')
    return result
  } catch (error) {
    // Fails only with the thread, and then nothing was committed.
    await asking.exec('rollback').catch(() => undefined)
    throw error
  }
}
