import postgres from 'postgres'

/** Seconds; a server that is there answers much sooner, and a question must hear in time that it is not. */
const CONNECT_SECONDS = 1
/** A server that is back is found again as quickly. */
const RECONNECT_SECONDS = 0.2
/** A transaction whose owner has frozen holds its locks no longer. */
const IDLE_TRANSACTION_MS = 60_000

export type Driver = postgres.Sql<{ int8: number; json: string }>

/** Some connections to one server, made when they are needed. */
export interface Connections {
  current(): Driver
  /** Gives up connections that have fallen silent, whoever waits for them, and begins with new ones. */
  renew(silent: Driver): void
  close(): Promise<void>
}

export interface ConnectionOptions {
  readonly max: number
  /** The server ends a statement that takes longer. */
  readonly statementMs: number
}

/** @throws TypeError for an URL that is none; it does not repeat the URL */
export function connections(url: string, options: ConnectionOptions): Connections {
  let driver = driverOf(url, options)
  const abandon = (old: Driver) => old.end({ timeout: 0 }).catch(() => undefined)
  return {
    current: () => driver,
    renew(silent) {
      if (silent !== driver) return
      driver = driverOf(url, options)
      void abandon(silent)
    },
    close: async () => void (await abandon(driver)),
  }
}

function driverOf(url: string, { max, statementMs }: ConnectionOptions): Driver {
  try {
    return postgres(url, {
      max,
      connect_timeout: CONNECT_SECONDS,
      idle_timeout: 60,
      backoff: () => RECONNECT_SECONDS,
      // It asks the server for its array types, which we do not use.
      fetch_types: false,
      onnotice: () => undefined,
      types: {
        int8: { to: 20, from: [20], parse: Number, serialize: String },
        // Ours is JSON text already.
        json: { to: 114, from: [114], parse: String, serialize: String },
      },
      connection: {
        application_name: 'tickertap',
        statement_timeout: statementMs,
        idle_in_transaction_session_timeout: IDLE_TRANSACTION_MS,
        // Doubles as the shortest text that is exactly them, whatever the server's own setting.
        extra_float_digits: 1,
        // Compiling a statement takes longer than any of ours runs.
        jit: 'off',
      },
    })
  } catch {
    throw new TypeError('The database URL must look like postgres://user:password@host:5432/database')
  }
}
