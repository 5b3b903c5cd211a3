import { StoreUnavailable } from '../../../domain/errors.ts'
import type { Clock } from '../../../ports/clock.ts'
import { type Db, LONG_WORK_MS, QUESTION_MS, type Transaction } from '../db.ts'
import { checked, type Deadline, within } from '../deadline.ts'
import { faultOf } from '../faults.ts'
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

  const transaction: Db['transaction'] = (work, ms = QUESTION_MS) =>
    (ms > QUESTION_MS ? longWork : questions).ask(ms, (sql, deadline) => inTransaction(sql, deadline, work))
  return {
    query: (text, params) => questions.ask(QUESTION_MS, (sql) => asking(sql).query(text, params)),
    transaction,
    // Its own vacuum comes by itself.
    tidy: () => transaction((tx) => tx.exec('analyze'), LONG_WORK_MS),
    async close() {
      await Promise.all([questions.close(), longWork.close()])
    },
  }
}

interface Pool {
  ask<T>(ms: number, run: (sql: Driver, deadline: Deadline) => Promise<T>): Promise<T>
  close(): Promise<void>
}

/** Connections that are given up when a question ended without an answer, and no other question had one meanwhile. */
function pool(made: Connections, clock: Clock): Pool {
  let open = true
  let heardMs = 0
  return {
    async ask(ms, run) {
      if (!open) throw new StoreUnavailable('The connection to the database is closed.')
      const sql = made.current()
      const askedMs = clock.monotonicMs()
      const heard = () => {
        heardMs = clock.monotonicMs()
      }
      try {
        return await within(clock, ms, (deadline) => run(sql, deadline).finally(heard))
      } catch (error) {
        if (heardMs < askedMs) made.renew(sql)
        throw error
      }
    },
    async close() {
      open = false
      await made.close()
    },
  }
}

/** Even a text without parameters: the server then plans it once for each connection. */
const PREPARED = { prepare: true, simple: false }

async function rowsOf<Row>(sql: Pick<Driver, 'unsafe'>, text: string, params: readonly unknown[]): Promise<Row[]> {
  return [...(await sql.unsafe(text, [...params] as string[], PREPARED))] as unknown as Row[]
}

async function inTransaction<T>(sql: Driver, deadline: Deadline, work: (tx: Transaction) => Promise<T>): Promise<T> {
  const outcome: { error?: unknown } = {}
  const run = async (tx: Pick<Driver, 'unsafe'>) => {
    try {
      const result = await work(checked(asking(tx), deadline))
      deadline.check()
      return result
    } catch (error) {
      outcome.error = error
      throw error
    }
  }
  // What `work` threw is thrown as it is; the driver would put its own error before it.
  return sql.begin(run).catch((error) => Promise.reject(outcome.error ?? faultOf(error))) as Promise<T>
}

function asking(tx: Pick<Driver, 'unsafe'>): Transaction {
  const told = (error: unknown) => Promise.reject(faultOf(error))
  return {
    query: (text, params = []) => rowsOf(tx, text, params).catch(told) as Promise<never[]>,
    exec: async (text) => void (await tx.unsafe(text).catch(told)),
  }
}
