import { StoreUnavailable } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { type Db, LONG_WORK_MS, type Param, QUESTION_MS, type Transaction, WRITING_MS } from '../db.ts'
import { checked, type Deadline, TooSlow, within } from '../deadline.ts'
import { faultOf, Unreachable } from '../faults.ts'
import { type Connections, connections, type Driver } from './connections.ts'

export interface PostgresOptions {
  /** `postgres://user:password@host:5432/database`, with `?sslmode=require` for TLS. */
  readonly url: string
  readonly clock: Clock
}

/**
 * A PostgreSQL server, version 15 or later. Connects when it is first asked, and again whenever that is needed: with the
 * server down or hung a question fails within its deadline, and the first one after it is back is answered.
 * @throws TypeError for an URL that is none; it does not repeat the URL, which may hold a password
 */
export function openPostgres({ url, clock }: PostgresOptions): Db {
  // Long work has connections of its own: questions do not queue behind it.
  const questions = pool(connections(url, { max: 6, statementMs: QUESTION_MS - 200 }), clock)
  const longWork = pool(connections(url, { max: 2, statementMs: LONG_WORK_MS }), clock)

  const transaction: Db['transaction'] = (work, ms = WRITING_MS) =>
    (ms > WRITING_MS ? longWork : questions).ask(ms, (line) => inTransaction(line, { ms, clock }, work))
  return {
    query: (text, params) => questions.ask(QUESTION_MS, ({ sql, heard }) => asking(sql, heard).query(text, params)),
    transaction,
    // Its own vacuum comes by itself.
    tidy: () => transaction((tx) => tx.exec('analyze'), LONG_WORK_MS),
    async close() {
      await Promise.all([questions.close(), longWork.close()])
    },
  }
}

/** What one question has to do with. */
interface Line {
  readonly sql: Driver
  readonly deadline: Deadline
  /** To be called at every answer of the server, whatever it says. */
  readonly heard: () => void
}

interface Pool {
  ask<T>(ms: number, run: (line: Line) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Connections that are given up when a question ended without an answer, and no other question had one meanwhile. */
function pool(made: Connections, clock: Clock): Pool {
  let open = true
  let heardMs = 0
  const heard = () => {
    heardMs = clock.monotonicMs()
  }
  return {
    async ask(ms, run) {
      if (!open) throw new StoreUnavailable('The connection to the database is closed.')
      const sql = made.current()
      const askedMs = clock.monotonicMs()
      try {
        return await within(clock, ms, (deadline) => run({ sql, deadline, heard }))
      } catch (error) {
        if (error instanceof TooSlow && heardMs < askedMs) made.renew(sql)
        throw error
      }
    },
    async close() {
      open = false
      await made.close()
    },
  }
}

interface Terms {
  /** How long all of it may take. */
  readonly ms: number
  readonly clock: Clock
}

/** A server that does not even begin is not waited for as long as the work may take. */
async function inTransaction<T>(
  { sql, deadline, heard }: Line,
  { ms, clock }: Terms,
  work: (tx: Transaction) => Promise<T>,
): Promise<T> {
  const begun = Promise.withResolvers<void>()
  const outcome: { error?: unknown } = {}
  const end: End = { error: null }
  const run = async (line: Pick<Driver, 'unsafe'>, beginning: Deadline) => {
    const tx = checked(untilLost(asking(line, heard), end), deadline)
    try {
      beginning.check()
      heard()
      begun.resolve()
      await tx.exec(`set local statement_timeout = ${ms}`)
      const result = await work(tx)
      deadline.check()
      return result
    } catch (error) {
      outcome.error = error
      // The driver (3.4.9) would send a rollback over a connection that is gone, which ends the process. It hears of the
      // connection's end by itself.
      if (end.error !== null) return new Promise<never>(() => undefined)
      throw error
    }
  }
  return within(clock, QUESTION_MS, async (beginning) => {
    // What `work` threw is thrown as it is; the driver would put its own error before it.
    const failed = (error: unknown) => {
      end.error ??= faultOf(error)
      return Promise.reject(outcome.error ?? end.error)
    }
    const done = sql.begin((line) => run(line, beginning)).catch(failed) as Promise<T>
    await Promise.race([begun.promise, done])
    return { done }
  }).then(({ done }) => done)
}

/** Whether the connection of a transaction has ended, and how. */
interface End {
  error: Error | null
}

/** After the connection has ended no statement is sent any more: the driver cannot tell, and would end the process. */
function untilLost(asked: Transaction, end: End): Transaction {
  const note = (error: unknown) => {
    if (error instanceof Unreachable) end.error = error
    throw error
  }
  const guarded = async <T>(send: () => Promise<T>): Promise<T> => {
    if (end.error !== null) throw end.error
    return send().catch(note)
  }
  return {
    query: (sql, params) => guarded(() => asked.query(sql, params)),
    exec: (sql) => guarded(() => asked.exec(sql)),
  }
}

/** Even a text without parameters: the server then plans it once for each connection. */
const PREPARED = { prepare: true, simple: false }

function asking(sql: Pick<Driver, 'unsafe'>, heard: () => void): Transaction {
  const told = (error: unknown) => Promise.reject(faultOf(error))
  return {
    async query<Row>(text: string, params: readonly Param[] = []) {
      const rows = await sql
        .unsafe(text, [...params], PREPARED)
        .catch(told)
        .finally(heard)
      return [...rows] as unknown as Row[]
    },
    exec: async (text) => void (await sql.unsafe(text).catch(told).finally(heard)),
  }
}
