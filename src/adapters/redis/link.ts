import { RESP_TYPES, RedisClient } from 'redis'
import type { Clock } from '../../ports/clock.ts'
import { AnswerLate } from './faults.ts'

/** Sends one command; whole numbers come back as numbers. */
export type Send = (args: readonly (string | Buffer)[]) => Promise<unknown>

/** What a connection is for. */
export interface LinkOptions {
  /** Any of the keys: in a cluster, the node that holds it is the one to be connected to. */
  readonly key: string
  readonly clock: Clock
  /** The longest that an answer may take, in milliseconds. */
  readonly answerMs: number
  /** What bulk strings come back as. */
  readonly strings: 'bytes' | 'text'
  /** A key that was read on this connection has changed or is gone; null: so may any key. Absent: Redis is not asked to tell. */
  readonly onChanged?: (key: string | null) => void
}

/** One connection, from its making to its loss. */
export interface Link {
  readonly send: Send
  /** Gives it up; what was asked and not yet answered fails. */
  end(error: unknown): void
}

export interface LinkEvents {
  /** It is there, and behind it is the server that holds the key. */
  onReady(): void
  /** Once: it could not be made, or it broke. */
  onLost(error: unknown): void
}

/** Starts to connect and returns. @throws whatever node-redis has against the URL */
export function openLink(url: string, options: LinkOptions, events: LinkEvents): Link {
  const { key, clock, answerMs, onChanged } = options
  const client = makeClient(url, options)
  const blobs = options.strings === 'bytes' ? Buffer : String
  const send: Send = (args) => client.sendCommand(args, { typeMapping: { [RESP_TYPES.BLOB_STRING]: blobs } })
  let ended = false
  const end = (error: unknown) => {
    if (ended) return
    ended = true
    client.destroy()
    // What would have been told from now on is told to nobody.
    onChanged?.(null)
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
  client.on('invalidate', (changed: Buffer | null) => onChanged?.(changed === null ? null : `${changed}`))
  // A client that is destroyed while its socket is being opened takes the socket up all the same (redis 6.3.1).
  client.on('connect', () => {
    if (ended) client.destroy()
  })
  prepare().catch(end)
  return { send, end }
}

/** Rejects with AnswerLate when the time is over. */
export function deadline(
  clock: Clock,
  delayMs: number,
): { readonly late: Promise<never>; readonly cancel: () => void } {
  const { promise, reject } = Promise.withResolvers<never>()
  return { late: promise, cancel: clock.after(delayMs, () => reject(new AnswerLate())) }
}

function makeClient(url: string, { answerMs, onChanged }: LinkOptions) {
  const isTold = onChanged !== undefined
  // Not by `createClient`: whenever its options differ from those of the last one it makes a class with a method for each
  // command, of which one is needed here. That takes tens of milliseconds, again and again while Redis is away.
  return new RedisClient({
    url,
    // Only the third version has messages that nobody asked for.
    RESP: isTold ? 3 : 2,
    emitInvalidate: isTold,
    // Without it the client asks the environment and the names of network addresses, which Deno must be allowed.
    maintNotifications: 'disabled',
    disableOfflineQueue: true,
    commandsQueueMaxLength: 1000,
    // Whoever asks has a deadline; another one for each command would cost more than all else.
    commandOptions: { timeout: 0 },
    // An idle connection would run into `socketTimeout`, which finds out that a server hangs before anybody asks it.
    pingInterval: answerMs / 2,
    socket: { connectTimeout: answerMs + 100, socketTimeout: answerMs + 200, reconnectStrategy: false },
  })
}
