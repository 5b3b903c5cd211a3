import { createClient, ErrorReply, RESP_TYPES } from 'redis'
import { BoardUnavailable } from '../../domain/errors.ts'
import type { Clock } from '../../ports/clock.ts'
import type { Log } from '../../ports/log.ts'
import { AnswerLate, faultOf, isConnectionSpent, NotConnected } from './faults.ts'
import { movedTo } from './servers.ts'

/** Which servers to try, for which key, and who hears of faults. */
export interface RedisConnectionOptions {
  readonly servers: readonly [string, ...string[]]
  /** Any key of the board: in a cluster, the node that holds it is the one to be connected to. */
  readonly key: string
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
  readonly clock: Clock
  /** The longest that an answer may take, in milliseconds. */
  readonly answerMs: number
}

/** Sends one command. Bulk strings come back as bytes, whole numbers as numbers. */
export type Send = (args: readonly (string | Buffer)[]) => Promise<unknown>

/** One connection that is made again for ever, and fails fast while it is away. */
export interface RedisConnection {
  /** @throws BoardUnavailable after the deadline, at once while there is no connection, and when Redis refuses. */
  ask(question: (send: Send) => Promise<unknown>): Promise<unknown>
  close(): void
}

/**
 * Starts to connect and returns. Until a connection stands, or two attempts have failed, questions wait within their
 * deadline. A question that is not answered in time costs the connection: every write puts the socket's own timeout off,
 * so under steady traffic nothing else would ever end one that hangs.
 *
 * A client of node-redis lives here for one connection, and the next one may go to another server. So it serves a cluster
 * too, where the whole board is on one node, which may change. The cluster client of redis 6.3.1 is no help: one that
 * starts while that node is down waits for it for ever, even when its replica has taken over.
 */
export function redisConnection(options: RedisConnectionOptions): RedisConnection {
  const { servers, log, clock, answerMs } = options
  const started = Promise.withResolvers<void>()
  let open = true
  let ready = false
  let failures = 0
  let cancelRetry = () => {}

  // The fault stands in the message, so that a throttled log tells one kind apart from another.
  const tell = (error: unknown) => log.warn(`Redis does not serve the board: ${faultOf(error)}`)
  const connect = (url: string): Link =>
    openLink(url, options, {
      onReady() {
        ready = true
        failures = 0
        started.resolve()
      },
      onLost(error) {
        ready = false
        const named = movedTo(url, error)
        // Not yet after one: a process that is busy for long while it starts runs the timer of its first attempt
        // before it looks at the socket, and so gives up a connection that stands.
        if (named === null && failures > 0) started.resolve()
        if (open) retry(named, error)
      },
    })
  const retry = (named: string | null, error: unknown) => {
    if (named === null) tell(error)
    const next = named ?? servers[failures % servers.length] ?? servers[0]
    // The way to the right node of a cluster is part of one attempt, unless nodes send us to and fro.
    const delayMs = named !== null && failures === 0 ? 0 : retryAfterMs(failures)
    cancelRetry = clock.after(delayMs, () => {
      link = connect(next)
    })
    failures += 1
  }
  let link = connect(servers[0])

  const ask = async (question: (send: Send) => Promise<unknown>, late: Promise<never>) => {
    await Promise.race([started.promise, late])
    if (!ready) throw new NotConnected()
    const asked = link
    try {
      return await Promise.race([question(asked.send), late])
    } catch (error) {
      if (isConnectionSpent(error)) asked.end(error)
      else if (error instanceof ErrorReply) tell(error)
      throw error
    }
  }
  return {
    async ask(question) {
      const { late, cancel } = deadline(clock, answerMs)
      try {
        return await ask(question, late)
      } catch (error) {
        // Without a cause: see `faultOf`.
        throw new BoardUnavailable(`Redis did not serve the board: ${faultOf(error)}.`)
      } finally {
        cancel()
      }
    },
    close() {
      open = false
      started.resolve()
      cancelRetry()
      link.end(new NotConnected())
    },
  }
}

/** One connection, from its making to its loss. */
interface Link {
  readonly send: Send
  /** Gives it up; what was asked and not yet answered fails. */
  end(error: unknown): void
}

interface LinkEvents {
  /** It is there, and behind it is the server that holds the board. */
  onReady(): void
  /** Once: it could not be made, or it broke. */
  onLost(error: unknown): void
}

function openLink(url: string, { key, clock, answerMs }: RedisConnectionOptions, events: LinkEvents): Link {
  const client = makeClient(url, answerMs)
  const send: Send = (args) => client.sendCommand(args, { typeMapping: { [RESP_TYPES.BLOB_STRING]: Buffer } })
  let ended = false
  const end = (error: unknown) => {
    if (ended) return
    ended = true
    client.destroy()
    events.onLost(error)
  }
  const prepare = async () => {
    await client.connect()
    const { late, cancel } = deadline(clock, answerMs)
    // A server that hangs says nothing, and a node that does not hold the key names the one that does.
    await Promise.race([send(['EXISTS', key]), late]).finally(cancel)
    if (!ended) events.onReady()
  }
  client.on('error', end)
  // A client that is destroyed while its socket is being opened takes the socket up all the same (redis 6.3.1).
  client.on('connect', () => {
    if (ended) client.destroy()
  })
  prepare().catch(end)
  return { send, end }
}

function makeClient(url: string, answerMs: number) {
  return createClient({
    url,
    RESP: 2,
    // Without it the client asks the environment and the names of network addresses, which Deno must be allowed.
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    commandsQueueMaxLength: 1000,
    // An idle connection would run into `socketTimeout`, which finds out that a server hangs before anybody asks it.
    pingInterval: answerMs / 2,
    socket: { connectTimeout: answerMs + 100, socketTimeout: answerMs + 200, reconnectStrategy: false },
  })
}

function deadline(clock: Clock, delayMs: number): { readonly late: Promise<never>; readonly cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  return { late: promise, cancel: clock.after(delayMs, () => reject(new AnswerLate())) }
}

function retryAfterMs(failures: number): number {
  return Math.min(25 * 2 ** failures, 500) + Math.random() * 50
}
