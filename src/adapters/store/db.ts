/** What travels to the engine. Many rows travel as one JSON text, which both engines take apart in the same way. */
export type Param = string | number | null

export interface Asking {
  /** One statement, parameters as `$1`, `$2` … Whole numbers of SQL come back as numbers; ask for what is long as one text. */
  query<Row>(sql: string, params?: readonly Param[]): Promise<Row[]>
}

export interface Transaction extends Asking {
  /** Several statements in one text, without parameters and answers. */
  exec(sql: string): Promise<void>
}

/**
 * A PostgreSQL, whether a server or the embedded engine. Every method throws StoreUnavailable when the engine cannot be
 * reached, is too slow or has no room, and Refused when it does not accept the statement.
 */
export interface Db extends Asking {
  /**
   * All that `work` writes, or nothing. `work` waits for nothing but the database: the embedded engine has one connection.
   * @param deadlineMs how long it may take in all, by default WRITING_MS; then it is undone, unless its commit was already
   *   on the way. A server that does not even begin it is given up after QUESTION_MS.
   */
  transaction<T>(work: (tx: Transaction) => Promise<T>, deadlineMs?: number): Promise<T>
  /** After much was written: statistics for the planner and, where nobody else does it, dead rows swept up. */
  tidy(): Promise<void>
  /** Closing twice is harmless; what is asked afterwards throws StoreUnavailable. */
  close(): Promise<void>
}

/** A question of a client: longer than that is an outage. */
export const QUESTION_MS = 1_500
/** What is written in the background, where a slow machine is better waited for. */
export const WRITING_MS = 10_000
/** Work that is known to be long: imports, migrations, backups. */
export const LONG_WORK_MS = 600_000

/** The engine did not accept a statement: a mistake of ours or a value it cannot hold. Neither stands in the message. */
export class Refused extends Error {
  override readonly name = 'Refused'
  /** SQLSTATE, five characters. */
  readonly state: string

  constructor(state: string) {
    super(`The database refused a statement (SQLSTATE ${state}).`)
    this.state = state
  }
}

/** The one value of a statement's one row, which is a JSON text. */
export async function jsonOf<T>(db: Asking, sql: string, params: readonly Param[]): Promise<T> {
  const [row] = await db.query<{ readonly json: string | null }>(sql, params)
  return JSON.parse(row?.json ?? '[]') as T
}
