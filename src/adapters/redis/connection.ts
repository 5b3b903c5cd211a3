import { ErrorReply } from 'redis'
import type { Log } from '../../ports/log.ts'
import { faultOf, isConnectionSpent, NotConnected } from './faults.ts'
import { deadline, type Link, type LinkOptions, openLink, type Send } from './link.ts'
import { movedTo, serversOf } from './servers.ts'

/** Where something is kept, and who hears of faults. */
export interface RedisConnectionOptions extends LinkOptions {
  /** One Redis or a cluster, in the forms that servers.ts lists. Never logged, never part of an error. */
  readonly url: string
  /** What is kept there, as faults name it: `the board`. */
  readonly what: string
  /** What a failed question throws. The message is fit for a log. */
  readonly unavailable: (message: string) => Error
  /** Is told of every fault, several times a second in an outage: hand over a throttled one. */
  readonly log: Log
}

/** One connection that is made again for ever, and fails fast while it is away. */
export interface RedisConnection {
  /** @throws `unavailable` after the deadline, at once while there is no connection, and when Redis refuses. */
  ask<T>(question: (send: Send) => Promise<T>): Promise<T>
  /** Whether a question would fail at once: there was a connection, or it was tried twice, and there is none. */
  isAway(): boolean
  close(): void
}

/**
 * Starts to connect and returns. Until a connection stands, or two attempts have failed, questions wait within their
 * deadline. A question that is not answered in time costs the connection: every write puts the socket's own timeout off,
 * so under steady traffic nothing else would ever end one that hangs.
 *
 * A client of node-redis lives here for one connection, and the next one may go to another server. So it serves a cluster
 * too, where all keys that belong together are on one node, which may change. The cluster client of redis 6.3.1 is no
 * help: one that starts while a node is down waits for that node for ever, even when its replica has taken over; one that
 * was there before looks for the replica after five seconds only; and it does not pass on what Redis tells unasked.
 * @throws TypeError for an URL that is none.
 */
export function redisConnection(options: RedisConnectionOptions): RedisConnection {
  const { url, what, unavailable, log, clock, answerMs } = options
  const servers = serversOf(url)
  const started = Promise.withResolvers<void>()
  let open = true
  let ready = false
  let isTried = false
  let failures = 0
  let cancelRetry = () => {}

  const start = () => {
    isTried = true
    started.resolve()
  }
  // The fault stands in the message, so that a throttled log tells one kind apart from another.
  const tell = (error: unknown) => log.warn(`Redis does not serve ${what}: ${faultOf(error)}`)
  const connect = (server: string): Link =>
    openLink(server, options, {
      onReady() {
        ready = true
        failures = 0
        start()
      },
      onLost(error) {
        ready = false
        const named = movedTo(server, error)
        // Not yet after one: a process that is busy for long while it starts runs the timer of its first attempt
        // before it looks at the socket, and so gives up a connection that stands.
        if (named === null && failures > 0) start()
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

  const ask = async <T>(question: (send: Send) => Promise<T>, late: Promise<never>): Promise<T> => {
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
        throw unavailable(`Redis did not serve ${what}: ${faultOf(error)}.`)
      } finally {
        cancel()
      }
    },
    isAway: () => isTried && !ready,
    close() {
      open = false
      start()
      cancelRetry()
      link.end(new NotConnected())
    },
  }
}

function retryAfterMs(failures: number): number {
  return Math.min(25 * 2 ** failures, 500) + Math.random() * 50
}
